//! What all operations read: a request's signature, its headers, and one JSON object as the body.

mod fields;
pub(crate) mod headers;
mod json;
mod nonces;
pub(crate) mod signature;

use axum::http::HeaderMap;
use serde_json::Value;

use crate::reply::{Code, Refusal};

pub(crate) use fields::{Fields, Need, Problems};
pub(crate) use nonces::Nonces;

/// Assumption: the service documents no limit.
pub(crate) const MAX_BODY: usize = 1024 * 1024;

/// A request whose signature was found right.
pub(crate) struct Signed<'r> {
    pub(crate) app_key: &'r str,
    pub(crate) headers: &'r HeaderMap,
    pub(crate) body: &'r [u8],
}

/// A request whose parameters were found right, too.
pub(crate) struct Call<'r> {
    /// Empty where the header may be absent and is.
    pub(crate) room_id: &'r str,
    pub(crate) request_id: Option<String>,
    pub(crate) body: Value,
}

impl Call<'_> {
    /// A text of the body; empty when it has none of this name.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.body.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

impl<'r> Signed<'r> {
    /// Reads a call with the keys `known` in its body, which `check` looks at.
    pub(crate) fn read(
        &self,
        room: Need,
        known: &[&str],
        check: impl FnOnce(&Fields<'_>, &mut Problems),
    ) -> Result<Call<'r>, Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::new(Code::EmptyPost, "body is empty"));
        }
        let mut problems = Problems::default();
        headers::content_type(self.headers, &mut problems);
        let request_id = headers::request_id(self.headers, &mut problems);
        let room_id = headers::room_id(self.headers, room, &mut problems);
        let body = json::parse(self.body, &mut problems);
        let fields = body.as_ref().and_then(|body| Fields::of(body, "", known, &mut problems));
        if let Some(fields) = fields {
            check(&fields, &mut problems);
        }
        match problems.refusal() {
            Some(refusal) => Err(refusal),
            None => Ok(Call { room_id: room_id.unwrap_or_default(), request_id, body: body.unwrap_or_default() }),
        }
    }
}
