//! Events of recordings that are told as failed, as tests ask.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::invalid::InvalidCallback;
use crate::reply::Code;

/// A coming callback about a recording that tells of a failure. Its JSON form is in docs/book/src/reference/simulator.md.
///
/// The recording itself goes on as if nothing had failed.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FailedEvent {
    r#type: u8,
    code: u32,
    #[serde(default = "failed")]
    error_message: String,
    #[serde(default = "once")]
    times: u32,
}

fn failed() -> String {
    "Failed".to_owned()
}

fn once() -> u32 {
    1
}

impl FailedEvent {
    /// The next callback of a type, 1 (start), 2 (slice), 3 (end) or 4 (upload), has this code, which isn't 200.
    #[must_use]
    pub fn new(r#type: u8, code: u32) -> Self {
        Self { r#type, code, error_message: failed(), times: once() }
    }

    /// Its `errorMessage`; `Failed` by default.
    #[must_use]
    pub fn error_message(mut self, message: impl Into<String>) -> Self {
        self.error_message = message.into();
        self
    }

    /// For how many callbacks of the type it counts; 1 by default.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    fn check(&self) -> Result<(), InvalidCallback> {
        InvalidCallback::check(&[
            (!(1..=4).contains(&self.r#type), "type must be 1 to 4"),
            (self.code == Code::Success.row().0, "code must not be 200, which means success"),
        ])
    }
}

/// Those that are still to come.
#[derive(Default)]
pub(crate) struct Failures(Vec<FailedEvent>);

impl Failures {
    pub(crate) fn new(failures: impl IntoIterator<Item = FailedEvent>) -> Result<Self, InvalidCallback> {
        let failures: Vec<_> = failures.into_iter().collect();
        failures.iter().try_for_each(FailedEvent::check)?;
        Ok(Self(failures))
    }

    pub(crate) fn to_come(&self) -> Vec<FailedEvent> {
        self.0.iter().filter(|it| it.times > 0).cloned().collect()
    }

    /// Makes the body tell of a failure when one of its type is to come.
    pub(crate) fn strike(&mut self, body: &mut Value) {
        let next = self.0.iter_mut().find(|it| it.times > 0 && body["type"] == json!(it.r#type));
        let (Some(failure), Some(fields)) = (next, body.as_object_mut()) else {
            return;
        };
        failure.times -= 1;
        fields.insert("code".to_owned(), json!(failure.code));
        fields.insert("errorMessage".to_owned(), json!(failure.error_message));
        // What wasn't uploaded is nowhere.
        fields.remove("fileUrl");
    }
}
