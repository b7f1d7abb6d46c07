//! Whether a callback was signed with one of our secrets, and when. Docs: auth-callback.
//!
//! Two rules are documented: room status callbacks carry app key, nonce, timestamp and signature in headers, all others
//! the same without the app key, which stands in the body. One page's sample code reads them from the query, and the
//! vendor's older callbacks do so, too. So headers are looked at first, then the query.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use subtle::ConstantTimeEq;
use url::form_urlencoded;

use super::message::{CallbackHeaderNames, CallbackRequest};
use super::refusal::{CallbackError, RefusalReason};
use crate::credentials::Credentials;
use crate::protocol::signature;

/// Longer fields are not the service's: its nonce has 18 characters, a signature 40.
const LONGEST_FIELD: usize = 64;
/// In a query, the time of signing goes by this name, too.
const SIGN_TIMESTAMP: &str = "signTimestamp";
/// Timestamps below are in seconds: as milliseconds they would lie before March 1973.
const FIRST_MILLISECOND: u64 = 100_000_000_000;

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
    /// All are tried, in constant time each, so that the time taken tells nothing.
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
        signer.ok_or_else(|| {
            CallbackError::refused(RefusalReason::WrongSignature, "the signature fits none of the App Secrets")
        })
    }

    /// The time of signing, where it is near enough to now.
    pub(super) fn time(&self, now: SystemTime, window: Duration) -> Result<SystemTime, CallbackError> {
        let outside = |explanation: String| CallbackError::refused(RefusalReason::OutsideTimeWindow, explanation);
        let number: u64 = self.timestamp.parse().map_err(|_| outside("the timestamp is not a time".to_owned()))?;
        let since_epoch =
            if number < FIRST_MILLISECOND { Duration::from_secs(number) } else { Duration::from_millis(number) };
        let signed =
            UNIX_EPOCH.checked_add(since_epoch).ok_or_else(|| outside("the timestamp is no time".to_owned()))?;
        let distance = now.duration_since(signed).unwrap_or_else(|future| future.duration());
        if distance > window {
            return Err(outside(format!(
                "it was signed {} s from this machine's time, and {} s are allowed",
                distance.as_secs(),
                window.as_secs()
            )));
        }
        Ok(signed)
    }
}

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
            Some(_) if second.is_some() => malformed("stands twice"),
            Some(value) if value.is_empty() || value.len() > LONGEST_FIELD => malformed("is empty or too long"),
            Some(value) if !value.bytes().all(|byte| byte.is_ascii_graphic()) => {
                malformed("has characters that it never has")
            }
            value => Ok(value.cloned()),
        }
    }
}
