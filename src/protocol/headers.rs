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

/// A request's headers, in the order in which they are sent.
///
/// Their values lie in one text: what sends them copies each of them on its way, which takes memory where it has its own.
#[derive(Debug, Default)]
pub(crate) struct Headers {
    values: String,
    /// Each name, and where its value ends.
    names: Vec<(&'static str, usize)>,
}

impl Headers {
    fn with_room(values: usize, names: usize) -> Self {
        Self { values: String::with_capacity(values), names: Vec::with_capacity(names) }
    }

    pub(crate) fn push(&mut self, name: &'static str, value: &str) {
        self.values.push_str(value);
        self.names.push((name, self.values.len()));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.names.iter().scan(0, |from, (name, to)| {
            let value = self.values.get(*from..*to).unwrap_or_default();
            *from = *to;
            Some((*name, value))
        })
    }

    /// The names with the lengths of their values, and the values one behind the other.
    pub(crate) fn into_parts(self) -> (impl Iterator<Item = (&'static str, usize)>, String) {
        let lengths = self.names.into_iter().scan(0, |from, (name, to)| {
            let length = to - *from;
            *from = to;
            Some((name, length))
        });
        (lengths, self.values)
    }
}

/// All headers of a request that this library sets itself.
pub(crate) fn headers(
    credentials: &Credentials,
    stamp: &RequestStamp,
    style: HeaderStyle,
    room_id: &str,
    user_agent: &str,
) -> Headers {
    let [app_key, nonce, timestamp, signature_name] = match style {
        HeaderStyle::Plain => PLAIN,
        HeaderStyle::Prefixed => PREFIXED,
    };
    let time = stamp.timestamp_ms.to_string();
    let signed = signature(credentials.app_secret(), &stamp.nonce, &time);
    let mut headers = Headers::with_room(256, 9);
    headers.push(app_key, credentials.app_key());
    headers.push(nonce, &stamp.nonce);
    headers.push(timestamp, &time);
    headers.push(signature_name, &signed);
    headers.push("Room-Id", room_id);
    headers.push("X-Request-ID", &stamp.request_id);
    headers.push("Content-Type", "application/json");
    headers.push("User-Agent", user_agent);
    headers
}

/// Whether a header's value is kept out of logs: the signature, and the App Key, which may be a swapped secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.strip_prefix("RC-").unwrap_or(name);
    name == PLAIN[0] || name == PLAIN[3]
}
