//! What a command gives, read into the library's own types. What nobody has read is a mistake: it would not be tested.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use rongcloud_recording::callback::CallbackHeader;
use rongcloud_recording::{
    ClientOptions, ConnectionPolicy, Credentials, FailoverPolicy, Host, Layout, LayoutUpdate, RecordType,
    RecordingTarget, RenderMode, RetryPolicy, Span, StartedRecording, StreamRef, Timestamp, Window,
};
use serde_json::{Map, Value};

use crate::Unusable;

/// An object, and which of its fields were read.
pub(crate) struct Given<'v> {
    fields: &'v Map<String, Value>,
    read: RefCell<BTreeSet<String>>,
}

impl<'v> Given<'v> {
    pub(crate) fn new(value: &'v Value) -> Result<Self, Unusable> {
        let fields = value.as_object().ok_or("what is given has no fields")?;
        Ok(Self { fields, read: RefCell::default() })
    }

    /// Gives the value on where every field was read.
    pub(crate) fn done<T>(&self, value: T) -> Result<T, Unusable> {
        let read = self.read.borrow();
        match self.fields.keys().find(|name| !read.contains(*name)) {
            Some(name) => Err(format!("{name} is not read").into()),
            None => Ok(value),
        }
    }

    /// The name of its one field.
    pub(crate) fn only(&self) -> Result<&'v str, Unusable> {
        Ok(self.fields.keys().next().ok_or("there is no command")?)
    }

    /// None where it is null or absent.
    pub(crate) fn optional(&self, name: &str) -> Option<&'v Value> {
        self.read.borrow_mut().insert(name.to_owned());
        self.fields.get(name).filter(|value| !value.is_null())
    }

    fn required(&self, name: &str) -> Result<&'v Value, Unusable> {
        self.optional(name).ok_or_else(|| format!("there is no {name}").into())
    }

    pub(crate) fn part(&self, name: &str) -> Result<Given<'v>, Unusable> {
        Given::new(self.required(name)?)
    }

    pub(crate) fn optional_text(&self, name: &str) -> Option<String> {
        self.optional(name).and_then(Value::as_str).map(str::to_owned)
    }

    pub(crate) fn text(&self, name: &str) -> Result<String, Unusable> {
        self.optional_text(name).ok_or_else(|| format!("{name} is no text").into())
    }

    pub(crate) fn list(&self, name: &str) -> Result<&'v [Value], Unusable> {
        Ok(self.required(name)?.as_array().ok_or_else(|| format!("{name} is no list"))?)
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Vec<&'v str>, Unusable> {
        self.list(name)?
            .iter()
            .map(|text| text.as_str().ok_or_else(|| format!("not all {name} are texts").into()))
            .collect()
    }

    pub(crate) fn pairs(&self, name: &str) -> Result<Vec<(String, String)>, Unusable> {
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| format!("not all {name} are texts"));
        self.list(name)?.iter().map(|pair| Ok((text(&pair[0])?, text(&pair[1])?))).collect()
    }

    pub(crate) fn number<N: TryFrom<i64, Error: Into<Unusable>>>(&self, name: &str) -> Result<Option<N>, Unusable> {
        let number = self.optional(name).map(|number| number.as_i64().ok_or_else(|| format!("{name} is no number")));
        number.transpose()?.map(N::try_from).transpose().map_err(Into::into)
    }
}

pub(crate) fn span(given: &Given<'_>, name: &str) -> Result<Option<Span>, Unusable> {
    Ok(given.number(name)?.map(|milliseconds: i64| Span(milliseconds.saturating_mul(1_000_000))))
}

pub(crate) fn time(given: &Given<'_>, name: &str) -> Result<Timestamp, Unusable> {
    Ok(Timestamp(given.required(name)?.as_i64().ok_or_else(|| format!("{name} is no time"))?))
}

pub(crate) fn client(given: &Given<'_>) -> Result<(Arc<Credentials>, ClientOptions), Unusable> {
    let part = |name| given.optional(name).map(Given::new).transpose();
    let retry = |given: Given<'_>| {
        let mut policy = RetryPolicy::default();
        policy.max_attempts = given.number("max_attempts")?;
        policy.attempt_timeout = span(&given, "attempt_timeout_ms")?;
        policy.first_backoff = span(&given, "first_backoff_ms")?;
        policy.longest_backoff = span(&given, "longest_backoff_ms")?;
        policy.budget = given.number("budget")?;
        given.done(policy)
    };
    let failover = |given: Given<'_>| {
        let mut policy = FailoverPolicy::default();
        policy.after_failures = given.number("after_failures")?;
        policy.probe_after = span(&given, "probe_after_ms")?;
        given.done(policy)
    };
    let connections = |given: Given<'_>| {
        let mut policy = ConnectionPolicy::default();
        policy.keep_alive = given.optional("keep_alive").and_then(Value::as_bool);
        policy.max_idle = span(&given, "max_idle_ms")?;
        policy.max_requests = given.number("max_requests")?;
        policy.max_concurrent = given.number("max_concurrent")?;
        policy.max_waiting = given.number("max_waiting")?;
        given.done(policy)
    };
    let mut options = ClientOptions::default();
    options.api_url = given.optional_text("api_url");
    options.backup_api_url = given.optional_text("backup_api_url");
    options.connect_timeout = span(given, "connect_timeout_ms")?;
    options.timeout = span(given, "timeout_ms")?;
    options.proxy = given.optional_text("proxy");
    options.ca_certificates = given.optional_text("ca_certificates");
    options.retry = part("retry")?.map(retry).transpose()?;
    options.failover = part("failover")?.map(failover).transpose()?;
    options.connections = part("connections")?.map(connections).transpose()?;

    let credentials = Credentials::new(given.text("app_key")?, given.text("app_secret")?)?;
    given.done((Arc::new(credentials), options))
}

pub(crate) fn recording(given: &Given<'_>) -> Result<RecordingTarget, Unusable> {
    let given = given.part("recording")?;
    given.done(RecordingTarget {
        room_id: given.text("room_id")?,
        session_id: given.text("session_id")?,
        record_type: record_type(&given)?,
    })
}

pub(crate) fn headers(given: &Given<'_>) -> Result<Vec<CallbackHeader>, Unusable> {
    Ok(given.pairs("headers")?.into_iter().map(|(name, value)| CallbackHeader { name, value }).collect())
}

fn record_type(given: &Given<'_>) -> Result<Option<RecordType>, Unusable> {
    match given.optional_text("record_type").as_deref() {
        None => Ok(None),
        Some("split_stream") => Ok(Some(RecordType::SplitStream)),
        Some("mcu") => Ok(Some(RecordType::Mcu)),
        Some(other) => Err(format!("{other} is no type of recordings").into()),
    }
}

pub(crate) fn update(given: &Given<'_>) -> Result<LayoutUpdate, Unusable> {
    let windows = given.optional("windows").and_then(Value::as_array).into_iter().flatten();
    let windows = windows.map(|entry| window(&Given::new(entry)?)).collect::<Result<_, _>>()?;
    let layout = match given.text("layout")?.as_str() {
        "floating" => Layout::Floating,
        "adaptive" => Layout::Adaptive,
        "custom" => Layout::Custom { windows },
        other => return Err(format!("{other} is no layout").into()),
    };
    let render_mode = match given.optional_text("render_mode").as_deref() {
        None => None,
        Some("fill") => Some(RenderMode::Fill),
        Some("fit") => Some(RenderMode::Fit),
        Some(other) => return Err(format!("{other} is no render mode").into()),
    };
    let host = given.optional("host").map(|host| {
        let host = Given::new(host)?;
        host.done(Host::new(host.text("user_id")?, host.text("stream_id")?))
    });
    given.done(LayoutUpdate { layout, render_mode, host: host.transpose()? })
}

fn window(given: &Given<'_>) -> Result<Window, Unusable> {
    let number = |name| given.required(name)?.as_f64().ok_or_else(|| Unusable::from(format!("{name} is no number")));
    let (position, size) = ((number("x")?, number("y")?), (number("width")?, number("height")?));
    given.done(Window::new(given.text("user_id")?, given.text("stream_id")?, position, size))
}

pub(crate) fn streams(given: &Given<'_>) -> Result<Vec<StreamRef>, Unusable> {
    let streams = given.list("streams")?.iter().map(|stream| {
        let stream = Given::new(stream)?;
        stream.done(StreamRef::new(stream.text("user_id")?, stream.text("stream_id")?))
    });
    streams.collect()
}

pub(crate) fn requested(given: &Given<'_>) -> Result<(StartedRecording, Timestamp), Unusable> {
    let started = StartedRecording::new(given.text("record_id")?, "room1", "aaa", RecordType::SplitStream);
    given.done((started, time(given, "at_ms")?))
}
