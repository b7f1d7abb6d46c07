//! One attempt: an operation signed, sent once, and its answer read.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;
use tracing::{Instrument, Level, Span as TracingSpan, debug, enabled, field, info_span};
use url::Url;

use super::RecordingClient;
use super::retry::{Failure, RetryClass};
use super::statistics::Counted;
use crate::error::{Attempt, CallContext, FailureCause, RecordingError};
use crate::protocol::{
    Answer, Call, HttpReply, Operation, RequestStamp, headers, is_secret, service_codes, unreadable, with_likely_causes,
};
use crate::time::{Timestamp, milliseconds};
use crate::transport::{AttemptProgress, Carrier, Progress, Request, Site, TransportFailure};

/// Nobody can repeat a start, so it takes no connection that the other side may be closing meanwhile.
/// uvicorn and node close one after 5 seconds; what it has received meanwhile is looked at as well.
const FRESH: Duration = Duration::from_secs(2);

/// Which attempt of its call it is.
pub(super) struct Turn<'a> {
    pub site: Site,
    pub deadline: Instant,
    /// How long the call has waited for it.
    pub waited: Duration,
    pub is_first: bool,
    /// The call's id. The first attempt gives it its own where it has none.
    pub call_id: &'a mut Option<String>,
    pub counted: &'a Counted,
}

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
    /// Makes an attempt. An answer comes with what is told of the attempt.
    pub(super) async fn attempt<T: Answer>(
        &self,
        carrier: &Carrier,
        turn: Turn<'_>,
        operation: &Operation<T>,
        progress: &Arc<Progress>,
    ) -> Result<(T, Attempt), Failed> {
        let shared = &*self.shared;
        let asked = Instant::now();
        let _permit = carrier.permit(turn.deadline).await?;
        let begun = Instant::now();
        // Only now, because the service takes no stamp that is too old.
        let stamp = shared.stamps.stamp(&shared.credentials);
        let mut stamp = stamp.map_err(|reason| RecordingError::not_sent(FailureCause::Local, reason))?;
        if let Some(given) = &*turn.call_id {
            if turn.is_first {
                stamp.request_id.clone_from(given);
            }
        } else {
            *turn.call_id = Some(stamp.request_id.clone());
        }
        let url = shared.route.endpoint(turn.site).url(operation.context.operation);
        let nowhere = || RecordingError::internal("there is no address for this operation");
        let url = url.ok_or_else(nowhere)?;
        let call = call_of(operation, &stamp, turn.call_id.clone());
        let under_way = AttemptProgress::begin(progress, &call.context);
        let time_left = turn.deadline.saturating_duration_since(begun);
        let (longest, longest_idle) = if operation.is_repeatable {
            (time_left.min(shared.delivery.retry.attempt_timeout), Duration::MAX)
        } else {
            (time_left, FRESH)
        };
        let room_id = &operation.context.room_id;
        let request = Request {
            site: turn.site,
            url: url.clone(),
            headers: headers(&shared.credentials, &stamp, shared.header_style, room_id, &shared.user_agent),
            body: operation.body.clone(),
            longest_idle,
        };
        let made = Made {
            url,
            begun,
            waited: turn.waited + (begun - asked),
            under_way: &under_way,
            span: span(url, &call, progress),
        };
        turn.counted.attempt(turn.is_first);
        log_request(&request, &call);
        let result = carrier.send(request, longest, &under_way).instrument(made.span.clone()).await;
        if under_way.is_connection_reused() {
            turn.counted.reused();
        }
        let reply = result.map_err(|failure| {
            // From here on it can't leave any more: what has not may be made again.
            let left = under_way.end();
            let class = RetryClass::of(&Failure::NoAnswer { failure: &failure, left });
            let error = call.clone().failed(failure, url, left);
            Failed { attempt: made.failed(&call, &error, None), error, class, retry_after: None }
        })?;
        let elapsed_ms = milliseconds(begun.elapsed());
        let (call_id, request_id) = (call.context.call_id.as_deref(), &call.request_id);
        debug!(request_id, call_id, status = reply.status, elapsed_ms, "reply");
        match (operation.read)(&reply, &call) {
            Ok(answer) => Ok((answer, made.answered(&call, &reply))),
            Err(error) => {
                let class = RetryClass::of(&Failure::Answer { status: reply.status, error: &error });
                // By the clock that the service was told.
                let sent_at = call.context.sent_at.map_or(UNIX_EPOCH, SystemTime::from);
                let received_at = sent_at.checked_add(begun.elapsed()).unwrap_or(sent_at);
                let error = with_likely_causes(error, &reply, &shared.credentials, received_at);
                let head = reply.head(&[shared.credentials.app_secret(), shared.credentials.app_key()]);
                let attempt = made.failed(&call, &error, Some(head));
                Err(Failed { error, class, attempt, retry_after: reply.retry_after() })
            }
        }
    }
}

/// An attempt whose request is ready.
struct Made<'a> {
    url: &'a Url,
    begun: Instant,
    waited: Duration,
    under_way: &'a AttemptProgress,
    span: TracingSpan,
}

impl Made<'_> {
    fn answered(&self, call: &Call, reply: &HttpReply) -> Attempt {
        self.span.record("http.response.status_code", reply.status);
        let code = Some(service_codes::SUCCESS);
        Attempt { maybe_sent: true, status: Some(reply.status.into()), code, ..self.ended(call) }
    }

    fn failed(&self, call: &Call, error: &RecordingError, reply_head: Option<String>) -> Option<Attempt> {
        let (cause, reason) = error.cause_and_reason();
        let (status, code) = (error.status(), error.code());
        self.span.record("http.response.status_code", status);
        match cause {
            Some(cause) => self.span.record("error.type", cause.name()),
            None => self.span.record("error.type", status),
        };
        let (reason, maybe_sent) = (reason.to_owned(), error.maybe_sent());
        Some(Attempt { maybe_sent, cause, status, code, reason, reply_head, ..self.ended(call) })
    }

    /// What is told of it whatever it has come to.
    fn ended(&self, call: &Call) -> Attempt {
        Attempt {
            host: self.url.authority().to_owned(),
            request_id: call.request_id.clone(),
            sent_at: call.context.sent_at.unwrap_or_default(),
            waited: self.waited.into(),
            took: self.begun.elapsed().into(),
            connection_reused: self.under_way.is_connection_reused(),
            ..Attempt::default()
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
                call: Box::new(Arc::unwrap_or_clone(self.context)),
            }
        } else {
            RecordingError::NotSent { cause, reason, call: Some(Box::new(Arc::unwrap_or_clone(self.context))) }
        }
    }
}

/// What is reported with every answer and failure of an attempt.
fn call_of<T>(operation: &Operation<T>, stamp: &RequestStamp, call_id: Option<String>) -> Call {
    Call {
        context: Arc::new(CallContext {
            call_id,
            request_id: Some(stamp.request_id.clone()),
            sent_at: Some(Timestamp(i64::try_from(stamp.timestamp_ms).unwrap_or(i64::MAX))),
            ..CallContext::clone(&operation.context)
        }),
        request_id: stamp.request_id.clone(),
        record_type: operation.record_type,
        is_repeatable: operation.is_repeatable,
    }
}

/// The span of one request, with the fields of OpenTelemetry's conventions for HTTP clients.
fn span(url: &Url, call: &Call, progress: &Progress) -> TracingSpan {
    info_span!(
        "request",
        otel.name = %format_args!("POST {}", url.path()),
        otel.kind = "client",
        http.request.method = "POST",
        http.request.resend_count = progress.attempts_begun().checked_sub(1).filter(|resent| *resent > 0),
        http.response.status_code = field::Empty,
        server.address = url.host_str(),
        server.port = url.port_or_known_default(),
        url.full = url.as_str(),
        error.r#type = field::Empty,
        request_id = call.request_id,
    )
}

/// The request as it is sent, secrets redacted.
fn log_request(request: &Request, call: &Call) {
    if !enabled!(Level::DEBUG) {
        return;
    }
    let mut text = String::new();
    for (name, value) in request.headers.iter() {
        let value = if is_secret(name) { "[redacted]" } else { value };
        text.push_str(&format!("\n    {name}: {value}"));
    }
    debug!(
        request_id = call.request_id,
        call_id = call.context.call_id,
        method = "POST",
        url = request.url.as_str(),
        headers = %text,
        body = %String::from_utf8_lossy(&request.body),
        "request"
    );
}
