//! One attempt: an operation signed, sent once, and its answer read.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use tracing::{Level, debug, enabled};
use url::Url;

use super::RecordingClient;
use crate::error::{CallContext, FailureCause, RecordingError};
use crate::protocol::{Call, HttpReply, Operation, RequestStamp, headers, is_secret, unreadable, with_likely_causes};
use crate::time::known_time;
use crate::transport::{Attempt, Carrier, Limits, Progress, Request, Sign, Site, TransportFailure};

/// Nobody can repeat a start, so it takes no connection that the other side may be closing meanwhile.
/// uvicorn and node close one after 5 seconds; what it has received meanwhile is looked at as well.
const FRESH: Duration = Duration::from_secs(2);

/// What one attempt has come to.
pub(super) struct Attempted<T> {
    pub result: Result<T, RecordingError>,
    pub sign: Sign,
    pub retry_after: Option<Duration>,
}

impl<T> Attempted<T> {
    /// An attempt that ended on this side, before anything was done.
    fn not_begun(error: RecordingError) -> Self {
        Self { result: Err(error), sign: Sign::Nothing, retry_after: None }
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
    ) -> Attempted<T> {
        let shared = &*self.shared;
        let _turn = match carrier.turn(deadline).await {
            Ok(turn) => turn,
            Err(failure) => return Attempted::not_begun(failure.before_anything()),
        };
        // Only now, because the service takes no stamp that is too old.
        let stamp = match shared.stamps.stamp(&shared.credentials) {
            Ok(stamp) => stamp,
            Err(reason) => {
                return Attempted::not_begun(RecordingError::not_sent(FailureCause::Local, reason));
            }
        };
        let Some(url) = shared.route.endpoint(site).url(operation.path) else {
            let reason = format!("there is no address for {}", operation.path);
            return Attempted::not_begun(RecordingError::internal(reason));
        };
        let call = call_of(operation, &stamp);
        let attempt = Attempt::begin(progress, &call.context);
        let room_id = &operation.context.room_id;
        let request = Request {
            url: url.clone(),
            headers: headers(&shared.credentials, &stamp, shared.header_style, room_id, &shared.user_agent),
            body: operation.body.clone(),
        };
        log_request(&request, &call);
        let begun = Instant::now();
        let limits = self.limits(operation.is_repeatable, begun, deadline);
        match carrier.send(site, request, limits, &attempt).await {
            Ok(reply) => {
                let elapsed_ms = begun.elapsed().as_millis();
                debug!(request_id = call.request_id, status = reply.status, %elapsed_ms, "reply");
                let result = (operation.read)(&reply, &call)
                    .map_err(|error| with_likely_causes(error, &reply, &shared.credentials, SystemTime::now()));
                Attempted { result, sign: sign_of(&reply), retry_after: reply.retry_after() }
            }
            Err(failure) => {
                // From here on it can't leave any more: what has not may be made again.
                let left = attempt.end();
                let sign = sign_of_failure(&failure, left);
                Attempted { result: Err(call.failed(failure, url, left)), sign, retry_after: None }
            }
        }
    }

    fn limits(&self, is_repeatable: bool, now: Instant, deadline: Instant) -> Limits {
        let time_left = deadline.saturating_duration_since(now);
        if is_repeatable {
            Limits { longest: time_left.min(self.shared.delivery.retry.attempt_timeout), longest_idle: Duration::MAX }
        } else {
            Limits { longest: time_left, longest_idle: FRESH }
        }
    }
}

impl TransportFailure {
    /// The public error of a failure before any attempt.
    pub(super) fn before_anything(self) -> RecordingError {
        match self {
            Self::Failed { cause, reason } => RecordingError::not_sent(cause, reason),
            Self::Late(_) | Self::TooLarge { .. } => RecordingError::internal("an answer came to no request"),
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
                    format!("there was no whole answer of {host} within {longest:.1?}")
                } else {
                    format!("there was no connection to {host} yet when its {longest:.1?} were over")
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

/// What an answer says of the domain that gave it.
fn sign_of(reply: &HttpReply) -> Sign {
    match reply.status {
        502..=504 => Sign::Failing,
        _ => Sign::Answered,
    }
}

/// What a failure says of the domain it happened at.
fn sign_of_failure(failure: &TransportFailure, left: bool) -> Sign {
    let cause = match failure {
        // The caller may have asked for very little time.
        TransportFailure::Late(_) => return Sign::Failing,
        TransportFailure::TooLarge { .. } => return Sign::Answered,
        TransportFailure::Failed { cause, .. } => *cause,
    };
    match cause {
        FailureCause::ConnectionLost => Sign::Failing,
        FailureCause::NameResolution | FailureCause::Connection | FailureCause::Tls => Sign::Unreachable,
        FailureCause::Timeout if !left => Sign::Unreachable,
        _ => Sign::Nothing,
    }
}

/// What is reported with every answer and failure of an attempt.
fn call_of<T>(operation: &Operation<T>, stamp: &RequestStamp) -> Call {
    Call {
        context: CallContext {
            request_id: Some(stamp.request_id.clone()),
            sent_at: known_time(Some(stamp.timestamp_ms)),
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
