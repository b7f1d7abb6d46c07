//! One attempt: an operation signed, sent once, and its answer read.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use tracing::{Level, debug, enabled};
use url::Url;

use super::RecordingClient;
use super::retry::{Failure, RetryClass};
use crate::error::{Attempt, CallContext, FailureCause, RecordingError};
use crate::protocol::{Call, Operation, RequestStamp, headers, is_secret, unreadable, with_likely_causes};
use crate::time::Timestamp;
use crate::transport::{AttemptProgress, Carrier, Progress, Request, Site, TransportFailure};

/// Nobody can repeat a start, so it takes no connection that the other side may be closing meanwhile.
/// uvicorn and node close one after 5 seconds; what it has received meanwhile is looked at as well.
const FRESH: Duration = Duration::from_secs(2);

/// A failed attempt.
pub(super) struct Failed {
    pub error: RecordingError,
    pub class: RetryClass,
    /// What is told of it. Nothing where no request was made.
    pub attempt: Option<Attempt>,
    /// How long the service asks to wait.
    pub retry_after: Option<Duration>,
}

/// An attempt that ended on this side before anything was done.
impl From<RecordingError> for Failed {
    fn from(error: RecordingError) -> Self {
        Self { error, class: RetryClass::of(&Failure::NotBegun), attempt: None, retry_after: None }
    }
}

impl RecordingClient {
    pub(super) async fn attempt<T>(
        &self,
        carrier: &Carrier,
        site: Site,
        operation: &Operation<T>,
        deadline: Instant,
        progress: &Arc<Progress>,
    ) -> Result<T, Failed> {
        let shared = &*self.shared;
        let _permit = carrier.permit(deadline).await?;
        // Only now, because the service takes no stamp that is too old.
        let stamp = shared.stamps.stamp(&shared.credentials);
        let stamp = stamp.map_err(|reason| RecordingError::not_sent(FailureCause::Local, reason))?;
        let url = shared.route.endpoint(site).url(operation.context.operation);
        let nowhere = || RecordingError::internal("there is no address for this operation");
        let url = url.ok_or_else(nowhere)?;
        let call = call_of(operation, &stamp);
        let under_way = AttemptProgress::begin(progress, &call.context);
        let room_id = &operation.context.room_id;
        let begun = Instant::now();
        let time_left = deadline.saturating_duration_since(begun);
        let (longest, longest_idle) = if operation.is_repeatable {
            (time_left.min(shared.delivery.retry.attempt_timeout), Duration::MAX)
        } else {
            (time_left, FRESH)
        };
        let request = Request {
            site,
            url: url.clone(),
            headers: headers(&shared.credentials, &stamp, shared.header_style, room_id, &shared.user_agent),
            body: operation.body.clone(),
            longest_idle,
        };
        log_request(&request, &call);
        match carrier.send(request, longest, &under_way).await {
            Ok(reply) => {
                let elapsed_ms = begun.elapsed().as_millis();
                debug!(request_id = call.request_id, status = reply.status, %elapsed_ms, "reply");
                (operation.read)(&reply, &call).map_err(|error| {
                    let class = RetryClass::of(&Failure::Answer { status: reply.status, error: &error });
                    // By the clock that the service was told.
                    let sent_at = call.context.sent_at.map_or(UNIX_EPOCH, SystemTime::from);
                    let received_at = sent_at.checked_add(begun.elapsed()).unwrap_or(sent_at);
                    let error = with_likely_causes(error, &reply, &shared.credentials, received_at);
                    let attempt = error.attempt(url.authority(), begun.elapsed());
                    Failed { error, class, attempt, retry_after: reply.retry_after() }
                })
            }
            Err(failure) => {
                // From here on it can't leave any more: what has not may be made again.
                let left = under_way.end();
                let class = RetryClass::of(&Failure::NoAnswer { failure: &failure, left });
                let error = call.failed(failure, url, left);
                let attempt = error.attempt(url.authority(), begun.elapsed());
                Err(Failed { error, class, attempt, retry_after: None })
            }
        }
    }
}

impl Call {
    /// The public error of a request that got no usable answer. Whether it had begun to leave decides.
    fn failed(self, failure: TransportFailure, url: &Url, left: bool) -> RecordingError {
        let (cause, reason) = match failure {
            TransportFailure::Failed { cause, reason } => (cause, reason),
            TransportFailure::Late(longest) => {
                let host = url.authority();
                let reason = if left {
                    format!("there was no complete reply from {host} within {longest:.1?}")
                } else {
                    format!("there was still no connection to {host} after {longest:.1?}")
                };
                (FailureCause::Timeout, reason)
            }
            TransportFailure::TooLarge { status } => {
                return unreadable(status, &self, "the body is larger than any reply of the service".to_owned());
            }
        };
        if left {
            RecordingError::OutcomeUnknown {
                cause,
                reason,
                status: None,
                code: None,
                retryable: self.is_repeatable,
                call: Box::new(self.context),
            }
        } else {
            RecordingError::NotSent { cause, reason, call: Some(Box::new(self.context)) }
        }
    }
}

/// What is reported with every answer and failure of an attempt.
fn call_of<T>(operation: &Operation<T>, stamp: &RequestStamp) -> Call {
    Call {
        context: CallContext {
            request_id: Some(stamp.request_id.clone()),
            sent_at: Some(Timestamp(i64::try_from(stamp.timestamp_ms).unwrap_or(i64::MAX))),
            ..operation.context.clone()
        },
        request_id: stamp.request_id.clone(),
        record_type: operation.record_type,
        is_repeatable: operation.is_repeatable,
    }
}

/// The request as it is sent, secrets redacted.
fn log_request(request: &Request, call: &Call) {
    if !enabled!(Level::DEBUG) {
        return;
    }
    let mut text = String::new();
    for (name, value) in &request.headers {
        let value = if is_secret(name) { "[redacted]" } else { value.as_str() };
        text.push_str(&format!("\n    {name}: {value}"));
    }
    debug!(
        request_id = call.request_id,
        method = "POST",
        url = request.url.as_str(),
        headers = %text,
        body = %String::from_utf8_lossy(&request.body),
        "request"
    );
}
