//! What the calls have in common: their headers, and one JSON object as the body.

pub(crate) mod fields;
pub(crate) mod headers;
pub(crate) mod json;
pub(crate) mod signature;

use serde_json::Value;

use crate::reply::{Code, Refusal};
use crate::request::fields::{Fields, Need, Problems};
use crate::server::visit::Signed;

/// A call whose parameters were found right.
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

/// Reads a call with the keys `known` in its body, which `check` looks at.
pub(crate) fn read<'r>(
    request: &Signed<'r>,
    room: Need,
    known: &[&str],
    check: impl FnOnce(&Fields<'_>, &mut Problems),
) -> Result<Call<'r>, Refusal> {
    if request.body.is_empty() {
        return Err(Refusal::new(Code::EmptyPost, "body is empty"));
    }
    let mut problems = Problems::default();
    headers::content_type(request.headers, &mut problems);
    let request_id = headers::request_id(request.headers, &mut problems);
    let room_id = headers::room_id(request.headers, room, &mut problems);
    let body = json::parse(request.body, &mut problems);
    let fields = body.as_ref().and_then(|body| Fields::of(body, "", known, &mut problems));
    if let Some(fields) = fields {
        check(&fields, &mut problems);
    }
    match problems.refusal() {
        Some(refusal) => Err(refusal),
        None => Ok(Call { room_id: room_id.unwrap_or_default(), request_id, body: body.unwrap_or_default() }),
    }
}

/// A room that is unknown, or whose current session is another one.
pub(crate) fn no_such_session() -> Refusal {
    Refusal::new(Code::NoSuchRoom, "Room-Id has no such current session")
}

/// Assumption: which code the service has for it is unknown.
pub(crate) fn nothing_to_do(why: &str) -> Refusal {
    Refusal::new(Code::Parameter, why)
}
