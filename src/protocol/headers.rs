//! The headers of a signed request. Docs: API Request Signature.

use super::{RequestStamp, signature};
use crate::credentials::Credentials;

/// How the four signing headers are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum HeaderStyle {
    /// `App-Key`, `Nonce`, `Timestamp`, `Signature`: the default.
    #[default]
    Plain,
    /// `RC-App-Key`, `RC-Nonce`, `RC-Timestamp`, `RC-Signature`: for platforms and gateways that strip the plain
    /// headers.
    Prefixed,
}

const PLAIN: [&str; 4] = ["App-Key", "Nonce", "Timestamp", "Signature"];
const PREFIXED: [&str; 4] = ["RC-App-Key", "RC-Nonce", "RC-Timestamp", "RC-Signature"];

/// All headers of a request that this library sets itself, in the order in which they are sent.
pub(crate) fn headers(
    credentials: &Credentials,
    stamp: &RequestStamp,
    style: HeaderStyle,
    room_id: &str,
    user_agent: &str,
) -> Vec<(&'static str, String)> {
    let [app_key, nonce, timestamp, signature_name] = match style {
        HeaderStyle::Plain => PLAIN,
        HeaderStyle::Prefixed => PREFIXED,
    };
    let time = stamp.timestamp_ms.to_string();
    let signed = signature(credentials.app_secret(), &stamp.nonce, &time);
    vec![
        (app_key, credentials.app_key().to_owned()),
        (nonce, stamp.nonce.clone()),
        (timestamp, time),
        (signature_name, signed),
        ("Room-Id", room_id.to_owned()),
        ("X-Request-ID", stamp.request_id.clone()),
        ("Content-Type", "application/json".to_owned()),
        ("User-Agent", user_agent.to_owned()),
    ]
}

/// Whether a header's value is kept out of logs: the signature, and the App Key, which may be a swapped secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.strip_prefix("RC-").unwrap_or(name);
    name == PLAIN[0] || name == PLAIN[3]
}
