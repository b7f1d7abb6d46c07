//! How an operation becomes a signed request, and its fate a result.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::{Level, debug, enabled, info, warn};

use super::RecordingClient;
use crate::error::{FailureCause, RecordingError};
use crate::options::check_timeout;
use crate::protocol::{Call, HttpReply, Operation, headers, is_secret, unreadable};
use crate::transport::{Progress, Request, Timeouts, TransportFailure};

impl RecordingClient {
    /// Carries out one operation, within its timeout or else the client's.
    pub(crate) async fn run<T>(
        &self,
        operation: Operation<T>,
        timeout: Option<Duration>,
        progress: &Arc<Progress>,
    ) -> Result<T, RecordingError> {
        let Operation { done, not_done, record_id, read, .. } = operation;
        let room_id = operation.room_id.clone();
        let session_id = operation.session_id.clone();
        let result = match self.exchange(operation, timeout, progress).await {
            Ok((reply, call)) => read(&reply, &call),
            Err(error) => Err(error),
        };
        let request_id = progress.request_id();
        match &result {
            Ok(answer) => info!(request_id, room_id, session_id, record_id = record_id(answer), "{done}"),
            Err(error) => warn!(request_id, room_id, session_id, error = error.to_string(), "{not_done}"),
        }
        result
    }

    async fn exchange<T>(
        &self,
        operation: Operation<T>,
        timeout: Option<Duration>,
        progress: &Arc<Progress>,
    ) -> Result<(HttpReply, Call), RecordingError> {
        let shared = &*self.shared;
        let overall = timeout.unwrap_or(shared.timeouts.overall);
        let mut violations = Vec::new();
        check_timeout("timeout", overall, &mut violations);
        RecordingError::from_violations(violations)?;

        let stamp = shared.stamps.stamp().map_err(|reason| RecordingError::NotSent {
            cause: FailureCause::Local,
            reason,
            request_id: None,
        })?;
        progress.set_request_id(&stamp.request_id);
        let request = Request {
            url: shared.endpoint.url(operation.path),
            headers: headers(&shared.credentials, &stamp, shared.header_style, &operation.room_id, &shared.user_agent),
            body: operation.body,
        };
        let call = Call {
            room_id: operation.room_id,
            session_id: operation.session_id,
            request_id: stamp.request_id,
            record_type: operation.record_type,
            is_repeatable: operation.is_repeatable,
        };
        log_request(&request, &call);
        let begun = Instant::now();
        match shared.transport.send(request, Timeouts { overall, ..shared.timeouts }, progress).await {
            Ok(reply) => {
                let elapsed_ms = begun.elapsed().as_millis();
                debug!(request_id = call.request_id, status = reply.status, %elapsed_ms, "reply");
                Ok((reply, call))
            }
            Err(failure) => Err(call.failed(failure, progress.left())),
        }
    }
}

impl Call {
    /// The public error of a request that got no usable answer. Whether it had begun to leave decides.
    fn failed(self, failure: TransportFailure, left: bool) -> RecordingError {
        match failure {
            TransportFailure::Failed { cause, reason } if left => RecordingError::OutcomeUnknown {
                cause,
                reason,
                request_id: self.request_id,
                room_id: self.room_id,
                session_id: self.session_id,
                status: None,
                code: None,
                retryable: self.is_repeatable,
            },
            TransportFailure::Failed { cause, reason } => {
                RecordingError::NotSent { cause, reason, request_id: Some(self.request_id) }
            }
            TransportFailure::Closed => RecordingError::Cancelled { sent: left, request_id: Some(self.request_id) },
            TransportFailure::TooLarge { status } => {
                unreadable(status, &self, "the body is larger than any reply of the service".to_owned())
            }
        }
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
        url = request.url,
        headers = %text,
        body = %String::from_utf8_lossy(&request.body),
        "request"
    );
}
