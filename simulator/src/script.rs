//! Replies a test asks for in advance.

use std::collections::{BTreeMap, VecDeque};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::invalid::InvalidStep;
use crate::reply::JSON;
use crate::shared::Shared;

/// More would be held in memory for nothing: clients give up long before.
const MAX_PAD_BYTES: usize = 64 * 1024 * 1024;

/// How the next requests are answered. Its JSON form is in docs/book/src/reference/simulator.md.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Step {
    #[serde(default = "once")]
    times: u32,
    #[serde(default, skip_serializing_if = "is_default")]
    hold: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "is_default")]
    pad_bytes: usize,
}

/// What needn't be written.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

fn once() -> u32 {
    1
}

impl Step {
    /// The service's own answer.
    #[must_use]
    pub fn normal() -> Self {
        Self {
            times: once(),
            hold: false,
            status: None,
            body: None,
            content_type: None,
            headers: BTreeMap::new(),
            pad_bytes: 0,
        }
    }

    /// The service's own answer, held back until released. The request is checked, and a recording started, at once.
    #[must_use]
    pub fn hold() -> Self {
        Self::normal().held()
    }

    /// A canned answer, as from a gateway in front of the service: the request isn't checked, nothing is started.
    #[must_use]
    pub fn reply(status: u16, body: impl Into<String>) -> Self {
        Self { status: Some(status), body: Some(body.into()), ..Self::normal() }
    }

    /// For how many requests the step counts; 1 by default.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    /// Holds this answer back until released.
    #[must_use]
    pub fn held(mut self) -> Self {
        self.hold = true;
        self
    }

    /// The answer's content type, instead of the service's.
    #[must_use]
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// A further header of the answer.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.insert(name.into(), value.into());
        self
    }

    /// How many spaces follow the answer's body: JSON stays the same JSON, only longer.
    #[must_use]
    pub fn pad_bytes(mut self, bytes: usize) -> Self {
        self.pad_bytes = bytes;
        self
    }

    pub(crate) fn holds(&self) -> bool {
        self.hold
    }

    /// The answer given instead of the service's, if the step has one.
    pub(crate) fn canned(&self) -> Option<(StatusCode, String)> {
        if self.status.is_none() && self.body.is_none() {
            return None;
        }
        let status = self.status.and_then(|it| StatusCode::from_u16(it).ok());
        Some((status.unwrap_or(StatusCode::OK), self.body.clone().unwrap_or_default()))
    }

    pub(crate) fn response(&self, status: StatusCode, mut body: String) -> Response<Body> {
        body.extend(std::iter::repeat_n(' ', self.pad_bytes));
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let content_type = self.content_type.as_deref().unwrap_or(JSON);
        for (name, value) in [(header::CONTENT_TYPE.as_str(), content_type)].into_iter().chain(own) {
            if let Some((name, value)) = parsed(name, value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    pub(crate) fn check(&self) -> Result<(), InvalidStep> {
        let content_type = self.content_type.as_deref().map(|it| parsed("content-type", it));
        InvalidStep::check(&[
            (self.times == 0, "times must be at least 1"),
            (self.status.is_some_and(|it| !(200..=599).contains(&it)), "status must be 200 to 599"),
            (self.pad_bytes > MAX_PAD_BYTES, "padBytes must be at most 67108864"),
            (content_type == Some(None), "contentType is not a header value"),
        ])?;
        if let Some((name, _)) = self.headers.iter().find(|(name, value)| parsed(name, value).is_none()) {
            return Err(InvalidStep::new(format!("headers.{name} is not a header")));
        }
        Ok(())
    }
}

fn parsed(name: &str, value: &str) -> Option<(HeaderName, HeaderValue)> {
    Some((name.parse().ok()?, value.parse().ok()?))
}

fn checked(steps: impl IntoIterator<Item = Step>) -> Result<VecDeque<Step>, InvalidStep> {
    let steps: VecDeque<Step> = steps.into_iter().collect();
    steps.iter().try_for_each(Step::check)?;
    Ok(steps)
}

/// The steps that are still to come, and the gate before the replies that they hold back.
#[derive(Default)]
pub(crate) struct Script {
    steps: Shared<VecDeque<Step>>,
    pub(crate) gate: watch::Sender<()>,
}

impl Script {
    pub(crate) fn set(&self, steps: impl IntoIterator<Item = Step>) -> Result<(), InvalidStep> {
        *self.steps.lock() = checked(steps)?;
        Ok(())
    }

    pub(crate) fn append(&self, steps: impl IntoIterator<Item = Step>) -> Result<(), InvalidStep> {
        self.steps.lock().extend(checked(steps)?);
        Ok(())
    }

    pub(crate) fn to_come(&self) -> Vec<Step> {
        self.steps.lock().iter().cloned().collect()
    }

    /// The service's own answer where no step is left.
    pub(crate) fn next(&self) -> Step {
        let mut steps = self.steps.lock();
        let Some(front) = steps.front_mut() else {
            return Step::normal();
        };
        front.times -= 1;
        let step = front.clone();
        if step.times == 0 {
            steps.pop_front();
        }
        step
    }
}
