//! Whether a callback was signed with one of our secrets, and when. Docs: auth-callback.
//!
//! Two rules are documented: room status callbacks carry app key, nonce, timestamp and signature in headers, all others
//! the same without the app key, which stands in the body. One page's sample code reads them from the query, and the
//! vendor's older callbacks do so, too. So headers are looked at first, then the query.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use subtle::ConstantTimeEq;
use url::form_urlencoded;

use super::message::{CallbackHeaderNames, CallbackRequest, TimestampUnit};
use super::refusal::{CallbackError, RefusalReason};
use crate::credentials::Credentials;
use crate::protocol::{is_of_our_request, signature};

/// Longer fields are not the service's: its nonce has 18 characters, a signature 40.
const LONGEST_FIELD: usize = 64;
/// In a query, the time of signing goes by this name, too.
const SIGN_TIMESTAMP: &str = "signTimestamp";
/// Beside letters and digits, what a nonce may have in it: the vendor's SDKs make decimal fractions, others base64.
const MARKS_IN_A_NONCE: &[u8] = b"-_.+/=";

/// The signing fields of a callback, as they came.
#[derive(Debug)]
pub(super) struct Signed {
    pub nonce: String,
    pub timestamp: String,
    pub signature: String,
    /// Only in room status callbacks.
    pub app_key: Option<String>,
}

impl Signed {
    /// Finds the fields in the headers or else in the query.
    pub(super) fn find(request: &CallbackRequest, names: &CallbackHeaderNames) -> Result<Self, CallbackError> {
        let headers: Vec<(String, String)> =
            request.headers.iter().map(|header| (header.name.clone(), header.value.clone())).collect();
        let in_headers = Fields { fields: &headers, is_query: false };
        if let Some(signed) = in_headers.signed(names)? {
            return Ok(signed);
        }
        let query: Vec<(String, String)> = form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
        let in_query = Fields { fields: &query, is_query: true };
        in_query.signed(names)?.ok_or_else(|| {
            CallbackError::refused(
                RefusalReason::MissingSignature,
                "neither headers nor query have a nonce, a timestamp and a signature",
            )
        })
    }

    /// The credentials whose secret made the signature.
    ///
    /// All are tried, in constant time each, so that the time taken tells nothing. The signature of a request of our own
    /// is refused, though the same secret made it.
    pub(super) fn signer<'a>(
        &self,
        credentials: impl Iterator<Item = &'a Credentials>,
    ) -> Result<&'a Credentials, CallbackError> {
        let given = self.signature.to_ascii_lowercase();
        let mut signer = None;
        for candidate in credentials {
            let expected = signature(candidate.app_secret(), &self.nonce, &self.timestamp);
            let is_equal = bool::from(expected.as_bytes().ct_eq(given.as_bytes()));
            if is_equal && signer.is_none() {
                signer = Some(candidate);
            }
        }
        let signer = signer.ok_or_else(|| {
            CallbackError::refused(RefusalReason::WrongSignature, "the signature fits none of the App Secrets")
        })?;
        if is_of_our_request(signer.app_secret(), &self.nonce) {
            return Err(CallbackError::refused(
                RefusalReason::OwnRequest,
                "the signature is that of a request which this library made: someone who saw it sends it back",
            ));
        }
        Ok(signer)
    }

    /// The time of signing, where it is near enough to now.
    ///
    /// The signature covers nonce and timestamp as one text. Only because the timestamp's length is fixed is there one
    /// way to divide it.
    pub(super) fn time(
        &self,
        unit: TimestampUnit,
        now: SystemTime,
        window: Duration,
    ) -> Result<SystemTime, CallbackError> {
        let (digits, name, since_epoch): (_, _, fn(u64) -> Duration) = match unit {
            TimestampUnit::Milliseconds => (MILLISECOND_DIGITS, "milliseconds", Duration::from_millis),
            TimestampUnit::Seconds => (SECOND_DIGITS, "seconds", Duration::from_secs),
        };
        let since_epoch = self.number_of(digits).map(since_epoch).ok_or_else(|| {
            CallbackError::refused(
                RefusalReason::MalformedSignature,
                format!("the timestamp is not a time in {name} of {digits} digits"),
            )
        })?;
        let signed = UNIX_EPOCH + since_epoch;
        let (distance, direction) = match now.duration_since(signed) {
            Ok(behind) => (behind, "before"),
            Err(ahead) => (ahead.duration(), "after"),
        };
        if distance > window {
            return Err(CallbackError::refused(
                RefusalReason::OutsideTimeWindow,
                format!(
                    "it was signed {} s {direction} this machine's time, and {} s are allowed",
                    distance.as_secs(),
                    window.as_secs()
                ),
            ));
        }
        Ok(signed)
    }

    /// The timestamp, where it is a number of just so many digits.
    fn number_of(&self, digits: usize) -> Option<u64> {
        let is_number = self.timestamp.bytes().all(|byte| byte.is_ascii_digit()) && !self.timestamp.starts_with('0');
        (self.timestamp.len() == digits && is_number).then(|| self.timestamp.parse().ok()).flatten()
    }
}

/// Of every time from 2001 to 2286.
pub(super) const MILLISECOND_DIGITS: usize = 13;
pub(super) const SECOND_DIGITS: usize = 10;

/// Headers or the parameters of a query.
struct Fields<'a> {
    fields: &'a [(String, String)],
    is_query: bool,
}

impl Fields<'_> {
    /// The three fields that sign, or nothing where one of them is missing.
    fn signed(&self, names: &CallbackHeaderNames) -> Result<Option<Signed>, CallbackError> {
        let timestamp = match self.field(&names.timestamp)? {
            None if self.is_query => self.field(SIGN_TIMESTAMP)?,
            found => found,
        };
        let (nonce, signature) = (self.field(&names.nonce)?, self.field(&names.signature)?);
        if nonce.as_deref().is_some_and(|nonce| !is_nonce(nonce)) {
            let explanation = format!("the field {} has characters that it never has", names.nonce);
            return Err(CallbackError::refused(RefusalReason::MalformedSignature, explanation));
        }
        let app_key = self.field(&names.app_key)?;
        Ok(match (nonce, timestamp, signature) {
            (Some(nonce), Some(timestamp), Some(signature)) => Some(Signed { nonce, timestamp, signature, app_key }),
            _ => None,
        })
    }

    /// One field, under its name or the name with `RC-`, in any letter case, hyphens aside.
    fn field(&self, name: &str) -> Result<Option<String>, CallbackError> {
        let plain = |name: &str| name.to_ascii_lowercase().replace('-', "");
        let wanted = plain(name);
        let is_it = |other: &str| {
            let other = plain(other);
            other == wanted || other.strip_prefix("rc").is_some_and(|rest| rest == wanted)
        };
        let mut values = self.fields.iter().filter(|(other, _)| is_it(other)).map(|(_, value)| value);
        let (value, second) = (values.next(), values.next());
        let malformed = |what: &str| {
            Err(CallbackError::refused(RefusalReason::MalformedSignature, format!("the field {name} {what}")))
        };
        match value {
            Some(_) if second.is_some() => malformed("occurs twice"),
            Some(value) if value.is_empty() || value.len() > LONGEST_FIELD => malformed("is empty or too long"),
            Some(value) if !value.bytes().all(|byte| byte.is_ascii_graphic()) => {
                malformed("has characters that it never has")
            }
            value => Ok(value.cloned()),
        }
    }
}

fn is_nonce(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || MARKS_IN_A_NONCE.contains(&byte))
}
