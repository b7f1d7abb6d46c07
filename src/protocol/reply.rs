//! What an answer means: success, refusal, or nobody knows.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value};

use super::codes;
use crate::error::{CallContext, FailureCause, RecordingError, shown};
use crate::model::RecordType;

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HttpReply {
    pub status: u16,
    /// The header `Date`.
    pub date: Option<String>,
    /// The header `Retry-After`: seconds or a date.
    pub retry_after: Option<String>,
    /// The header `Location`: where a redirect leads.
    pub location: Option<String>,
    pub body: Vec<u8>,
}

/// What a call was about: every answer and failure is reported with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// With the request's own id and time.
    pub context: Arc<CallContext>,
    pub request_id: String,
    pub record_type: Option<RecordType>,
    /// Whether doing it twice is the same as doing it once.
    pub is_repeatable: bool,
}

/// A `Retry-After` says so much at most: every language can hold it, and nobody waits so long.
const LONGEST_WAIT: Duration = Duration::from_secs(86_400 * 365);

/// In characters.
const LONGEST_HEAD: usize = 512;

impl HttpReply {
    /// When it was sent, by the service's clock.
    pub(crate) fn date(&self) -> Option<SystemTime> {
        httpdate::parse_http_date(self.date.as_deref()?).ok()
    }

    /// How long the service asks to wait before another request.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let text = self.retry_after.as_deref()?;
        let asked = match text.trim().parse() {
            Ok(seconds) => Duration::from_secs(seconds),
            Err(_) => httpdate::parse_http_date(text).ok()?.duration_since(self.date()?).unwrap_or_default(),
        };
        Some(asked.min(LONGEST_WAIT))
    }

    /// The `code` of the body, as every answer of the service has one. Nothing in what others answer.
    pub(crate) fn code(&self) -> Option<i32> {
        let body: Value = serde_json::from_slice(&self.body).ok()?;
        narrow(body.get("code")?.as_i64())
    }

    /// The body's fields where the service did as asked (HTTP 2xx and `code` 200), else the fitting error.
    pub(crate) fn accepted(&self, call: &Call) -> Result<Map<String, Value>, RecordingError> {
        let body = match serde_json::from_slice(&self.body) {
            Ok(Value::Object(fields)) => Some(fields),
            _ => None,
        };
        let code = body.as_ref().and_then(|fields| fields.get("code")).and_then(Value::as_i64);
        let is_success = (200..300).contains(&self.status);
        match (body, code) {
            (Some(fields), Some(codes::SUCCESS)) if is_success => Ok(fields),
            (body, code) if codes::is_server_failure(self.status, code) => Err(RecordingError::OutcomeUnknown {
                cause: FailureCause::ServerFailure,
                reason: format!("HTTP {}: {}", self.status, described(code, body.as_ref())),
                status: Some(self.status.into()),
                code: narrow(code),
                retryable: call.is_repeatable,
                call: Box::new(CallContext::clone(&call.context)),
            }),
            (body, code) if code.is_some_and(|code| code != codes::SUCCESS) || self.status >= 400 => {
                Err(RecordingError::Refused {
                    status: self.status.into(),
                    code: narrow(code),
                    retryable: codes::passes_with_time(self.status, code),
                    earlier_may_have_acted: false,
                    retry_after: self.retry_after(),
                    reason: described(code, body.as_ref()),
                    call: Box::new(CallContext::clone(&call.context)),
                })
            }
            _ if (300..400).contains(&self.status) => Err(self.unreadable(call, &self.redirected())),
            _ => Err(self.unreadable(call, "the body is not the JSON object with a code that was expected")),
        }
    }

    /// How the body begins, without any of the given secrets.
    pub(crate) fn head(&self, secrets: &[&str]) -> String {
        // Some more than is kept: a secret may lie across the end.
        let longest = LONGEST_HEAD * 4 + secrets.iter().map(|secret| secret.len()).max().unwrap_or_default();
        let text = String::from_utf8_lossy(self.body.get(..longest).unwrap_or(&self.body)).into_owned();
        let text = secrets
            .iter()
            .filter(|secret| !secret.is_empty())
            .fold(text, |text, secret| text.replace(secret, "[redacted]"));
        text.chars().take(LONGEST_HEAD).collect()
    }

    fn redirected(&self) -> String {
        let place = self.location.as_deref().map(|place| format!(" to {}", shown(place))).unwrap_or_default();
        format!("it is a redirect{place}, and redirects are never followed: use the final address as api_url")
    }

    /// The error for an answer that can't be what the service sends.
    pub(crate) fn unreadable(&self, call: &Call, reason: &str) -> RecordingError {
        unreadable(self.status, call, reason.to_owned())
    }
}

/// The error for an answer that can't be what the service sends.
pub(crate) fn unreadable(status: u16, call: &Call, reason: String) -> RecordingError {
    RecordingError::UnreadableReply { status: status.into(), reason, call: Box::new(CallContext::clone(&call.context)) }
}

/// The `recordId` of an answer, where it has one. One with control characters in it, which would forge lines of a log,
/// is not the service's.
pub(super) fn record_id(fields: &Map<String, Value>) -> Result<Option<String>, &'static str> {
    match fields.get("recordId").and_then(Value::as_str) {
        Some(id) if id.contains(char::is_control) => {
            Err("it reports success with a recordId that has control characters in it")
        }
        id => Ok(id.filter(|id| !id.is_empty()).map(str::to_owned)),
    }
}

/// Codes beyond 32 bits are not the service's.
fn narrow(code: Option<i64>) -> Option<i32> {
    code.and_then(|code| i32::try_from(code).ok())
}

fn described(code: Option<i64>, body: Option<&Map<String, Value>>) -> String {
    let own_words = body
        .and_then(|fields| fields.get("errorMessage"))
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
        .map(|text| format!("the service says {}", shown(text)));
    match (code.and_then(codes::meaning), own_words) {
        (Some(meaning), Some(words)) => format!("{meaning} ({words})"),
        (Some(meaning), None) => meaning.to_owned(),
        (None, Some(words)) => words,
        (None, None) => "the answer gives no reason".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry_after(text: &str) -> Option<Duration> {
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned());
        HttpReply { date, retry_after: Some(text.to_owned()), ..HttpReply::default() }.retry_after()
    }

    #[test]
    fn a_time_to_wait_is_read_in_seconds_or_as_a_date() {
        assert_eq!(retry_after("7"), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:50:07 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(retry_after("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(retry_after("18446744073709551615"), Some(LONGEST_WAIT));
        assert_eq!(retry_after("soon"), None);
        assert_eq!(retry_after("-1"), None);
    }
}
