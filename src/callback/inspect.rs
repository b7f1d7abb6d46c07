//! Every step of a callback's check, with what was found and what is expected, for whoever looks for a mistake.

use super::event::RecordingEvent;
use super::message::{CallbackRequest, TimestampUnit};
use super::receiver::{CallbackReceiver, check_app, check_app_of_room};
use super::refusal::CallbackError;
use super::room_event::RoomEvent;
use super::verify::{MILLISECOND_DIGITS, SECOND_DIGITS, Signed};
use crate::credentials::Credentials;

/// One of the steps of a callback's check, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallbackStep {
    /// The body's size.
    Size,
    /// Nonce, timestamp and signature are there and can be what they should be.
    Fields,
    /// The signature was made with one of the secrets, by the service.
    Signature,
    /// It was signed near enough to now.
    Time,
    /// The body is that of such a callback.
    Body,
    /// The app key is the one of the secret that signed it.
    AppKey,
}

/// What one step has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckOutcome {
    /// All is as expected.
    Passed,
    /// The callback is refused for it.
    Refused(CallbackError),
    /// It can't be said, for what it needs was refused.
    NotReached,
}

/// One step of a callback's check. It has no signature in it, neither the one that came nor the expected one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackCheck {
    /// Which step.
    pub step: CallbackStep,
    /// The shape of what came: how long, of which characters.
    pub found: String,
    /// The shape that is expected.
    pub expected: String,
    /// What it has come to.
    pub outcome: CheckOutcome,
}

impl CallbackReceiver {
    /// Every step of the check of a recording callback. The first one that is refused is why
    /// [`verify_recording_event`](Self::verify_recording_event) refuses it. Nothing is remembered.
    pub fn inspect_recording_event(&self, request: &CallbackRequest) -> Vec<CallbackCheck> {
        let app_key = RecordingEvent::read(&request.body).map(|event| event.app_key);
        let check = |signer: &Credentials, _: &Signed, app_key: &str| check_app(signer, app_key);
        self.inspect(request, app_key, "a JSON object with type and recordId", check)
    }

    /// The same of a room status callback.
    pub fn inspect_room_event(&self, request: &CallbackRequest) -> Vec<CallbackCheck> {
        let app_key = RoomEvent::read(&request.body).map(|event| event.app_key);
        self.inspect(request, app_key, "a JSON object with event and roomId or channelId", check_app_of_room)
    }

    fn inspect(
        &self,
        request: &CallbackRequest,
        app_key: Result<String, CallbackError>,
        body: &str,
        check_app: impl Fn(&Credentials, &Signed, &str) -> Result<(), CallbackError>,
    ) -> Vec<CallbackCheck> {
        let (digits, unit) = match self.unit {
            TimestampUnit::Milliseconds => (MILLISECOND_DIGITS, "milliseconds"),
            TimestampUnit::Seconds => (SECOND_DIGITS, "seconds"),
        };
        let names = &self.names;
        let size = self.check_size(request);
        let signed = Signed::find(request, names);
        let signer = signed.as_ref().ok().map(|signed| signed.signer(self.credentials.iter().map(AsRef::as_ref)));
        let time = signed.as_ref().ok().map(|signed| signed.time(self.unit, (self.now)(), self.window));
        let app = match (&signed, &signer, &app_key) {
            (Ok(signed), Some(Ok(signer)), Ok(app_key)) => Some(check_app(signer, signed, app_key)),
            _ => None,
        };
        let of =
            |part: fn(&Signed) -> &str| signed.as_ref().map_or_else(|_| "nothing".to_owned(), |it| shape(part(it)));
        let (nonce, timestamp, signature) = (of(|it| &it.nonce), of(|it| &it.timestamp), of(|it| &it.signature));
        let found = match &signed {
            Ok(_) => {
                format!("{}: {nonce}; {}: {timestamp}; {}: {signature}", names.nonce, names.timestamp, names.signature)
            }
            Err(_) => format!("{} headers, a query of {} characters", request.headers.len(), request.query.len()),
        };
        let check = |step, found: String, expected: String, outcome| CallbackCheck { step, found, expected, outcome };
        let bytes = request.body.len();
        vec![
            check(CallbackStep::Size, format!("{bytes} bytes"), "no more than allowed".to_owned(), outcome(Some(size))),
            check(
                CallbackStep::Fields,
                found,
                format!(
                    "{}, {} and {}, once each, in headers or else in the query",
                    names.nonce, names.timestamp, names.signature
                ),
                outcome(Some(signed.as_ref().map(drop).map_err(Clone::clone))),
            ),
            check(
                CallbackStep::Signature,
                signature,
                "40 hexadecimal digits: SHA-1 over the App Secret, the nonce and the timestamp as they came".to_owned(),
                outcome(signer.map(|signer| signer.map(drop))),
            ),
            check(
                CallbackStep::Time,
                timestamp,
                format!("{digits} digits: {unit} since 1970, within {} s of now", self.window.as_secs()),
                outcome(time.map(|time| time.map(drop))),
            ),
            check(
                CallbackStep::Body,
                format!("{bytes} bytes{}", if request.body.starts_with(b"{") { ", beginning with {" } else { "" }),
                body.to_owned(),
                outcome(Some(app_key.as_ref().map(drop).map_err(Clone::clone))),
            ),
            check(
                CallbackStep::AppKey,
                app_key.map_or_else(|_| "nothing".to_owned(), |app_key| shape(&app_key)),
                "the App Key that the secret belongs to".to_owned(),
                outcome(app),
            ),
        ]
    }
}

fn outcome(result: Option<Result<(), CallbackError>>) -> CheckOutcome {
    match result {
        Some(Ok(())) => CheckOutcome::Passed,
        Some(Err(refused)) => CheckOutcome::Refused(refused),
        None => CheckOutcome::NotReached,
    }
}

/// What a text looks like from afar.
fn shape(text: &str) -> String {
    let count = text.chars().count();
    let all = |is_one: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|byte| is_one(&byte));
    let kind = if all(u8::is_ascii_digit) {
        "digits"
    } else if all(u8::is_ascii_hexdigit) {
        "hexadecimal digits"
    } else if all(u8::is_ascii_alphanumeric) {
        "letters and digits"
    } else {
        "characters"
    };
    format!("{count} {kind}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::callback::{CallbackHeader, CallbackOptions};

    const BODY: &str = r#"{"type":1,"recordId":"r","appKey":"uwd1c0sxdlx2"}"#;

    fn credentials(secret: &str) -> Arc<Credentials> {
        Arc::new(Credentials::new("uwd1c0sxdlx2", secret.to_owned()).unwrap())
    }

    fn receiver() -> CallbackReceiver {
        let options = CallbackOptions { largest_body: Some(200), ..CallbackOptions::default() };
        CallbackReceiver::new(vec![credentials("Y1W2MeFwwwRxa0")], options).unwrap()
    }

    fn signed(body: &str) -> CallbackRequest {
        CallbackRequest::signed_recording_event(&credentials("Y1W2MeFwwwRxa0"), body).unwrap()
    }

    fn with(name: &str, change: impl Fn(&str) -> String) -> CallbackRequest {
        let mut request = signed(BODY);
        for header in request.headers.iter_mut().filter(|header| header.name == name) {
            header.value = change(&header.value);
        }
        request
    }

    /// Callbacks that fail at each step, and one that doesn't.
    fn requests() -> Vec<CallbackRequest> {
        let mut twice = signed(BODY);
        twice.headers.push(CallbackHeader { name: "Nonce".to_owned(), value: "1".to_owned() });
        vec![
            signed(BODY),
            signed(&" ".repeat(201)),
            CallbackRequest::default(),
            twice,
            CallbackRequest::signed_recording_event(&credentials("another"), BODY).unwrap(),
            with("timestamp", |_| "1408710653000".to_owned()),
            with("timestamp", |time| time[..10].to_owned()),
            with("signature", |signature| signature.to_uppercase()),
            signed("[]"),
            signed(r#"{"type":1,"recordId":"r","appKey":"other"}"#),
        ]
    }

    #[test]
    fn the_first_step_that_is_refused_is_why_the_receiver_refuses() {
        for request in requests() {
            let first =
                receiver().inspect_recording_event(&request).into_iter().find_map(|check| match check.outcome {
                    CheckOutcome::Refused(error) => Some(error),
                    _ => None,
                });
            assert_eq!(receiver().verify_recording_event(request.clone()).err(), first, "{request:?}");
        }
    }

    #[test]
    fn what_does_not_depend_on_the_broken_step_is_said_all_the_same() {
        let request = CallbackRequest::signed_recording_event(&credentials("another"), BODY).unwrap();
        let passed: Vec<_> = receiver()
            .inspect_recording_event(&request)
            .into_iter()
            .filter(|check| check.outcome == CheckOutcome::Passed)
            .map(|check| check.step)
            .collect();
        assert_eq!(passed, [CallbackStep::Size, CallbackStep::Fields, CallbackStep::Time, CallbackStep::Body]);
    }

    #[test]
    fn no_step_shows_a_signature() {
        let request = signed(BODY);
        let signature = request.headers.iter().find(|header| header.name == "signature").unwrap().value.clone();
        let shown = format!("{:?}", receiver().inspect_recording_event(&request));
        assert!(!shown.contains(&signature) && shown.contains("40 hexadecimal digits"), "{shown}");
    }
}
