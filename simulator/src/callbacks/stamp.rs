//! What makes a callback the service's: the values that it is signed with.

use crate::random;
use crate::request::signature::sign;
use crate::settings::{Settings, TimestampUnit};

#[derive(Clone)]
pub(crate) struct Stamp {
    pub(super) nonce: String,
    pub(super) timestamp: String,
    pub(super) signature: String,
}

impl Stamp {
    /// One of its own, with the clock's time.
    pub(super) fn new(settings: &Settings, app_key: &str, unit: Option<TimestampUnit>) -> Self {
        let unit = unit.unwrap_or(settings.callback_signature.timestamp_unit);
        // docs: auth-callback, nonce: at most 18 characters.
        let nonce = random::hex();
        let timestamp = unit.digits(settings.now_ms());
        let secret = settings.secret_of(app_key).unwrap_or_default();
        let signature = sign(secret, &nonce, &timestamp);
        Self { nonce, timestamp, signature }
    }
}
