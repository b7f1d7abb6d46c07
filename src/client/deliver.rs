//! How an operation is delivered: attempt after attempt, within one deadline, to a result that says what is known.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use tracing::{Instrument, info, info_span, warn};

use super::RecordingClient;
use super::attempt::Attempted;
use super::retry::{Fate, Tries};
use crate::error::{CallContext, OperationKind, RecordingError};
use crate::protocol::Operation;
use crate::transport::{Carrier, Progress, Sign, Site};

impl RecordingClient {
    /// Carries out one operation, within its timeout or else the client's.
    pub(crate) async fn run<T>(&self, operation: Operation<T>, progress: &Arc<Progress>) -> Result<T, RecordingError> {
        let span = info_span!(
            "call",
            operation = operation.path,
            room_id = operation.context.room_id,
            session_id = operation.context.session_id
        );
        progress.begin(&operation.context);
        let ending = Ending { context: &operation.context, progress, is_due: true };
        let result = self.run_to_end(&operation, progress).instrument(span).await;
        let result = result.map_err(|error| error.about(&operation.context));
        ending.ended(result.as_ref().map(operation.record_id));
        result
    }

    async fn run_to_end<T>(&self, operation: &Operation<T>, progress: &Arc<Progress>) -> Result<T, RecordingError> {
        let timeout = operation.timeout.unwrap_or(self.shared.timeout);
        // A time too far off to be said is no limit.
        let deadline = Instant::now().checked_add(timeout).unwrap_or_else(far_future);
        let carrier = self.shared.transport.open().map_err(|failure| failure.before_anything())?;
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
        let mut tries = Tries::new(shared.delivery.retry, &shared.budget);
        let mut site = shared.route.first(operation.is_repeatable);
        // The first attempt whose outcome is unknown: whatever comes later, it may have done it.
        let mut unknown = None;
        loop {
            let Attempted { result, sign, retry_after } =
                self.attempt(carrier, site, operation, deadline, progress).await;
            self.note(site, sign, progress);
            let error = match result {
                Ok(answer) => {
                    shared.budget.put();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            let fate = Fate::of(&error, operation.is_repeatable);
            let other = shared.route.other(site).filter(|other| !error.maybe_sent() || shared.route.is_well(*other));
            let time_left = deadline.saturating_duration_since(Instant::now());
            let Some(next) = tries.next(fate, other.is_some(), retry_after, random(), time_left) else {
                return Err(concluded(error, unknown, tries.made()));
            };
            let request_id = error.request_id();
            let wait_ms = next.wait.as_millis();
            warn!(request_id, %wait_ms, error = error.to_string(), "attempt failed, to be made again");
            if matches!(error, RecordingError::OutcomeUnknown { .. }) {
                progress.note_unknown();
                unknown.get_or_insert(error);
            }
            if next.crosses_over
                && let Some(other) = other
            {
                site = other;
            }
            sleep(next.wait).await;
        }
    }

    fn note(&self, site: Site, sign: Sign, progress: &Progress) {
        let route = &self.shared.route;
        if route.note(site, sign) {
            let request_id = progress.request_id();
            let domain = route.endpoint(site).base();
            if sign == Sign::Answered {
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

/// From 0 to 1. Without random numbers, the longest wait.
fn random() -> f64 {
    getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX))
}

/// Some thirty years: what tokio takes for "never".
fn far_future() -> Instant {
    Instant::now() + Duration::from_secs(86_400 * 365 * 30)
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
                info!(request_id, room_id, session_id, record_id, "{}", operation.done());
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
        let told = if is_unknown { operation.unknown() } else { operation.not_done() };
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
