//! Everything that a command can fail with: as a sentence, as an exit code, and as one JSON object.

use std::fmt;

use rongcloud_recording::callback::{CallbackError, RefusalReason};
use rongcloud_recording::{FailureKind, RecordingError, Violation, service_codes};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::json;

/// Why a command did not do as asked.
#[derive(Debug)]
pub enum Failure {
    /// The library's own.
    Call(Box<RecordingError>),
    /// The command line asks for something that can't be.
    Usage(String),
    /// A callback that must not be believed.
    Callback(CallbackError),
    /// What a webhook that was called made of the call.
    Webhook { exit: Exit, reason: String },
    /// What was followed has not come to its end in the time given.
    Unfinished(String),
    /// This machine did not let the program do its work.
    Local(String),
    /// It was interrupted while it waited, and nothing of its own was on its way.
    Interrupted,
    /// What was asked was told, and the answer is no.
    Told(Exit),
}

impl Failure {
    /// Input that breaks one rule.
    pub fn input(path: impl Into<String>, code: &str, reason: impl Into<String>) -> Self {
        let violation = Violation { path: path.into(), code: code.to_owned(), reason: reason.into() };
        RecordingError::InvalidInput { violations: vec![violation], call: None }.into()
    }

    pub fn exit(&self) -> Exit {
        match self {
            Self::Call(error) => of_call(error),
            Self::Usage(_) => Exit::Usage,
            Self::Callback(error) => of_callback(error),
            Self::Webhook { exit, .. } | Self::Told(exit) => *exit,
            Self::Unfinished(_) => Exit::OutcomeUnknown,
            Self::Local(_) => Exit::Defect,
            Self::Interrupted => Exit::Interrupted,
        }
    }

    /// Nothing where all has been told.
    pub fn json(&self) -> Option<Value> {
        // What was started before may be recording, and this doesn't say whether anything was.
        let may_be_recording =
            if matches!(self, Self::Unfinished(_) | Self::Interrupted) { Value::Null } else { false.into() };
        let own = |kind: &str, maybe_sent: bool| {
            json!({
                "kind": kind,
                "sentence": self.to_string(),
                "maybe_sent": maybe_sent,
                "may_be_recording": may_be_recording,
                "is_retryable": false,
                "request_id": null,
                "violations": [],
                "attempts": [],
            })
        };
        let mut object = match self {
            Self::Told(_) => return None,
            Self::Call(error) => json::failure(&RecordingError::clone(error).into()),
            Self::Usage(_) => own("usage", false),
            Self::Callback(_) => own("callback_refused", false),
            Self::Webhook { exit, .. } => own("webhook", *exit != Exit::NotSent),
            Self::Unfinished(_) => own("unfinished", false),
            Self::Local(_) => own("local", false),
            Self::Interrupted => own("interrupted", false),
        };
        object["exit_code"] = json!(self.exit() as u8);
        Some(json!({ "error": object }))
    }
}

fn of_call(error: &RecordingError) -> Exit {
    const ABOUT_KEYS: [i32; 2] = [service_codes::APP_KEY_MISMATCH, service_codes::INVALID_SIGNATURE];
    let failure = rongcloud_recording::Failure::from(error.clone());
    match failure.kind {
        FailureKind::InvalidInput => Exit::InvalidInput,
        FailureKind::NotSent => Exit::NotSent,
        FailureKind::OutcomeUnknown => Exit::OutcomeUnknown,
        FailureKind::Refused if failure.code.is_some_and(|code| ABOUT_KEYS.contains(&code)) => Exit::SignatureRefused,
        FailureKind::Refused => Exit::Refused,
        FailureKind::UnreadableReply => Exit::Unreadable,
        // Nothing was sent, and an earlier start may be recording.
        FailureKind::Conflict if failure.is_retryable => Exit::OutcomeUnknown,
        FailureKind::Conflict => Exit::Refused,
        FailureKind::Cancelled => Exit::Interrupted,
        _ => Exit::Defect,
    }
}

fn of_callback(error: &CallbackError) -> Exit {
    match error {
        CallbackError::Refused { reason: RefusalReason::TooLarge | RefusalReason::UnreadableBody, .. } => {
            Exit::Unreadable
        }
        _ => Exit::SignatureRefused,
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Usage(reason) | Self::Webhook { reason, .. } | Self::Unfinished(reason) | Self::Local(reason) => {
                f.write_str(reason)
            }
            Self::Callback(error) => error.fmt(f),
            Self::Interrupted => {
                f.write_str("interrupted: no request was on its way, and what was started before goes on")
            }
            Self::Told(_) => Ok(()),
        }
    }
}

impl From<RecordingError> for Failure {
    fn from(error: RecordingError) -> Self {
        Self::Call(Box::new(error))
    }
}

impl From<CallbackError> for Failure {
    fn from(error: CallbackError) -> Self {
        Self::Callback(error)
    }
}
