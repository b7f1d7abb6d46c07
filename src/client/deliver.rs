//! How an operation is delivered: attempt after attempt, within one deadline, to a result that says what is known.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::{Instrument, Level, enabled, info, info_span, warn};

use super::RecordingClient;
use super::attempt::{Failed, Turn};
use super::retry::Attempts;
use super::statistics::Counted;
use crate::error::{CallContext, OperationKind, RecordingError};
use crate::protocol::{Answer, Operation};
use crate::time::milliseconds;
use crate::transport::{Carrier, Observation, Progress, Site};

impl RecordingClient {
    /// Carries out one operation, within its timeout or else the client's.
    pub(crate) async fn run<T: Answer>(
        &self,
        operation: Operation<T>,
        progress: &Arc<Progress>,
    ) -> Result<T, RecordingError> {
        let facts = operation.context.operation.facts();
        let CallContext { room_id, session_id, call_id, .. } = &*operation.context;
        let span = info_span!("call", otel.name = facts.name, operation = facts.path, room_id, session_id, call_id);
        progress.begin(&operation.context);
        let ending =
            Ending::of(&operation.context, progress, self.shared.statistics.begin(operation.context.operation));
        let result = self.run_to_end(&operation, progress, &ending.counted).instrument(span).await;
        let result = result.map_err(|error| {
            let context = progress.call().unwrap_or_else(|| CallContext::clone(&operation.context));
            error.about(&context).with_attempts(progress.attempts())
        });
        ending.ended(result.as_ref().map(Answer::record_id));
        result
    }

    async fn run_to_end<T: Answer>(
        &self,
        operation: &Operation<T>,
        progress: &Arc<Progress>,
        counted: &Counted,
    ) -> Result<T, RecordingError> {
        let timeout = operation.timeout.unwrap_or(self.shared.timeout);
        let deadline = Instant::now() + timeout;
        let carrier = self.shared.transport.open()?;
        let _call = carrier.call()?;
        tokio::select! {
            biased;
            () = carrier.closed() => {
                Err(progress.cancel())
            }
            result = self.deliver(&carrier, operation, deadline, progress, counted) => result,
        }
    }

    async fn deliver<T: Answer>(
        &self,
        carrier: &Carrier,
        operation: &Operation<T>,
        deadline: Instant,
        progress: &Arc<Progress>,
        counted: &Counted,
    ) -> Result<T, RecordingError> {
        let shared = &*self.shared;
        let mut attempts = Attempts::new(shared.delivery.retry, &shared.budget, operation.is_repeatable);
        let mut site = shared.route.first(operation.is_repeatable);
        let mut call_id = operation.context.call_id.clone();
        let mut waited = Duration::ZERO;
        // The latest attempt whose outcome is unknown: whatever comes later, it may have done it.
        let mut unknown = None;
        loop {
            let is_first = attempts.made() == 1;
            let turn = Turn { site, deadline, waited, is_first, call_id: &mut call_id, counted };
            let result = self.attempt(carrier, turn, operation, progress).await;
            let observation =
                result.as_ref().map_or_else(|failed| failed.class.observation(), |_| Observation::Answered);
            self.note(site, observation, progress, counted);
            let Failed { error, class, attempt, retry_after } = match result {
                Ok((mut answer, attempt)) => {
                    shared.budget.put();
                    answer.of_call(call_id.unwrap_or_default(), progress.attempts_with(attempt));
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            attempt.into_iter().for_each(|attempt| progress.note_failed(attempt));
            let may_have_acted = class.may_have_acted();
            let other = shared.route.other(site).filter(|other| !may_have_acted || shared.route.is_well(*other));
            let time_left = deadline.saturating_duration_since(Instant::now());
            let Some(next) = attempts.next(class, other.is_some(), retry_after, shared.stamps.jitter(), time_left)
            else {
                return Err(concluded(error, unknown, attempts.made()));
            };
            let (request_id, attempt) = (error.request_id(), attempts.made() - 1);
            let wait_ms = milliseconds(next.wait);
            let error_text = error.to_string();
            warn!(request_id, call_id, attempt, wait_ms, error = error_text, "attempt failed, to be made again");
            if may_have_acted {
                progress.note_unknown();
                unknown = Some(error);
            }
            site = other.filter(|_| next.crosses_over).unwrap_or(site);
            waited = next.wait;
            sleep(next.wait).await;
        }
    }

    fn note(&self, site: Site, observation: Observation, progress: &Progress, counted: &Counted) {
        let route = &self.shared.route;
        if route.note(site, observation) {
            let (call_id, request_id) = progress.ids();
            let domain = route.endpoint(site).base();
            if observation == Observation::Answered {
                info!(request_id, call_id, domain, "domain answers again");
            } else {
                counted.failover();
                warn!(request_id, call_id, domain, "domain fails: calls begin with the other one");
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
    counted: Counted,
    is_due: bool,
}

impl<'a> Ending<'a> {
    fn of(context: &'a CallContext, progress: &'a Progress, counted: Counted) -> Self {
        Self { context, progress, counted, is_due: true }
    }

    /// With the recording that the answer names, or why there is none.
    fn ended(mut self, result: Result<Option<&str>, &RecordingError>) {
        self.is_due = false;
        match result {
            Ok(record_id) => {
                self.counted.ended(None);
                if !enabled!(Level::INFO) {
                    return;
                }
                let CallContext { operation, room_id, session_id, .. } = self.context;
                let (call_id, request_id) = self.progress.ids();
                let (attempts, duration_ms) = self.figures();
                info!(
                    request_id,
                    call_id,
                    room_id,
                    session_id,
                    record_id,
                    attempts,
                    duration_ms,
                    "{}",
                    operation.facts().done
                );
            }
            Err(error) => self.not_done(error),
        }
    }

    fn not_done(&self, error: &RecordingError) {
        self.counted.ended(Some(error.kind()));
        let CallContext { operation, room_id, session_id, .. } = self.context;
        let (call_id, request_id) = self.progress.ids();
        let (attempts, duration_ms) = self.figures();
        // A question that is refused has no answer, whatever became of an earlier one.
        let is_known = matches!(error, RecordingError::Refused { .. })
            && (!self.progress.may_have_acted() || *operation == OperationKind::QueryRoom);
        let is_unknown = error.maybe_sent() && !is_known;
        let told = if is_unknown { operation.facts().unknown } else { operation.facts().not_done };
        let error = error.to_string();
        warn!(request_id, call_id, room_id, session_id, attempts, duration_ms, error, "{told}");
    }

    /// How many attempts it has made, and how long it took.
    fn figures(&self) -> (u32, u64) {
        (self.progress.attempts_begun(), milliseconds(self.counted.begun.elapsed()))
    }
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        if self.is_due {
            self.not_done(&self.progress.cancel());
        }
    }
}
