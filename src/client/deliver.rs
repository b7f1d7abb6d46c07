//! How an operation is delivered: attempt after attempt, within one deadline, to a result that says what is known.

use std::sync::Arc;

use tokio::time::{Instant, sleep};
use tracing::{Instrument, info, info_span, warn};

use super::RecordingClient;
use super::attempt::Failed;
use super::retry::Attempts;
use crate::error::{CallContext, OperationKind, RecordingError};
use crate::protocol::Operation;
use crate::transport::{Carrier, Observation, Progress, Site};

impl RecordingClient {
    /// Carries out one operation, within its timeout or else the client's.
    pub(crate) async fn run<T>(&self, operation: Operation<T>, progress: &Arc<Progress>) -> Result<T, RecordingError> {
        let span = info_span!(
            "call",
            operation = operation.context.operation.facts().path,
            room_id = operation.context.room_id,
            session_id = operation.context.session_id
        );
        progress.begin(&operation.context);
        let ending = Ending { context: &operation.context, progress, is_due: true };
        let result = self.run_to_end(&operation, progress).instrument(span).await;
        let result = result.map_err(|error| {
            let context = progress.call().unwrap_or_else(|| operation.context.clone());
            error.about(&context).with_attempts(progress.attempts())
        });
        ending.ended(result.as_ref().map(operation.record_id));
        result
    }

    async fn run_to_end<T>(&self, operation: &Operation<T>, progress: &Arc<Progress>) -> Result<T, RecordingError> {
        let timeout = operation.timeout.unwrap_or(self.shared.timeout);
        let deadline = Instant::now() + timeout;
        let carrier = self.shared.transport.open()?;
        tokio::select! {
            biased;
            () = carrier.closed() => {
                Err(progress.cancel())
            }
            result = self.deliver(&carrier, operation, deadline, progress) => result,
        }
    }

    async fn deliver<T>(
        &self,
        carrier: &Carrier,
        operation: &Operation<T>,
        deadline: Instant,
        progress: &Arc<Progress>,
    ) -> Result<T, RecordingError> {
        let shared = &*self.shared;
        let mut attempts = Attempts::new(shared.delivery.retry, &shared.budget, operation.is_repeatable);
        let mut site = shared.route.first(operation.is_repeatable);
        // The latest attempt whose outcome is unknown: whatever comes later, it may have done it.
        let mut unknown = None;
        loop {
            let result = self.attempt(carrier, site, operation, deadline, progress).await;
            let observation =
                result.as_ref().map_or_else(|failed| failed.class.observation(), |_| Observation::Answered);
            self.note(site, observation, progress);
            let Failed { error, class, attempt, retry_after } = match result {
                Ok(answer) => {
                    shared.budget.put();
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            attempt.into_iter().for_each(|attempt| progress.note_attempt(attempt));
            let may_have_acted = class.may_have_acted();
            let other = shared.route.other(site).filter(|other| !may_have_acted || shared.route.is_well(*other));
            let time_left = deadline.saturating_duration_since(Instant::now());
            let Some(next) = attempts.next(class, other.is_some(), retry_after, shared.stamps.jitter(), time_left)
            else {
                return Err(concluded(error, unknown, attempts.made()));
            };
            let request_id = error.request_id();
            let wait_ms = next.wait.as_millis();
            warn!(request_id, %wait_ms, error = error.to_string(), "attempt failed, to be made again");
            if may_have_acted {
                progress.note_unknown();
                unknown = Some(error);
            }
            site = other.filter(|_| next.crosses_over).unwrap_or(site);
            sleep(next.wait).await;
        }
    }

    fn note(&self, site: Site, observation: Observation, progress: &Progress) {
        let route = &self.shared.route;
        if route.note(site, observation) {
            let request_id = progress.request_id();
            let domain = route.endpoint(site).base();
            if observation == Observation::Answered {
                info!(request_id, domain, "domain answers again");
            } else {
                warn!(request_id, domain, "domain fails: calls begin with the other one");
            }
        }
    }
}

/// What is known at the end of a call of several attempts.
fn concluded(last: RecordingError, unknown: Option<RecordingError>, attempts: u32) -> RecordingError {
    if attempts == 1 {
        return last;
    }
    match (last, unknown) {
        // The last attempt never left, but an earlier one may have.
        (RecordingError::NotSent { reason, .. }, Some(unknown)) => {
            unknown.with_note(&format!("tried {attempts} times, at last: {reason}"))
        }
        (mut last, unknown) => {
            if let RecordingError::Refused { earlier_may_have_acted, .. } = &mut last {
                *earlier_may_have_acted = unknown.is_some();
            }
            last.with_note(&format!("tried {attempts} times"))
        }
    }
}

/// Says how a call ended, even where its future is dropped.
struct Ending<'a> {
    context: &'a CallContext,
    progress: &'a Progress,
    is_due: bool,
}

impl Ending<'_> {
    /// With the recording that the answer names, or why there is none.
    fn ended(mut self, result: Result<Option<&str>, &RecordingError>) {
        self.is_due = false;
        match result {
            Ok(record_id) => {
                let CallContext { operation, room_id, session_id, .. } = self.context;
                let request_id = self.progress.request_id();
                info!(request_id, room_id, session_id, record_id, "{}", operation.facts().done);
            }
            Err(error) => self.not_done(error),
        }
    }

    fn not_done(&self, error: &RecordingError) {
        let CallContext { operation, room_id, session_id, .. } = self.context;
        let request_id = self.progress.request_id();
        // A question that is refused has no answer, whatever became of an earlier one.
        let is_known = matches!(error, RecordingError::Refused { .. })
            && (!self.progress.may_have_acted() || *operation == OperationKind::QueryRoom);
        let is_unknown = error.maybe_sent() && !is_known;
        let told = if is_unknown { operation.facts().unknown } else { operation.facts().not_done };
        warn!(request_id, room_id, session_id, error = error.to_string(), "{told}");
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if self.is_due {
            self.not_done(&self.progress.cancel());
        }
    }
}
