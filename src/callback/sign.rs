//! Callbacks signed as the service signs them, to try a webhook with. Docs: auth-callback.

use super::message::{CallbackHeaderNames, CallbackRequest};
use crate::credentials::Credentials;
use crate::error::{FailureCause, RecordingError};
use crate::protocol::signature;
use crate::time::Timestamp;

/// Hexadecimal digits of it are as long as the longest documented nonce.
const NONCE_BYTES: usize = 9;

impl CallbackRequest {
    /// A recording callback with this body, signed now: nonce, timestamp and signature in headers of the documented names.
    /// For tests of your own webhook.
    ///
    /// Whoever sees its headers can make requests in the app's name until the service takes them for too old: the signature
    /// covers no body, and the service signs by the same rule as it is asked by. Send it to yourself only, and print it
    /// nowhere.
    ///
    /// # Errors
    /// `NotSent`, cause `Local`, if the system provides no random numbers.
    pub fn signed_recording_event(credentials: &Credentials, body: impl Into<Vec<u8>>) -> Result<Self, RecordingError> {
        signed(credentials, body.into(), false)
    }

    /// A room status callback with this body, signed now: as [`signed_recording_event`](Self::signed_recording_event), with
    /// the app key in a header, too.
    ///
    /// # Errors
    /// As there.
    pub fn signed_room_event(credentials: &Credentials, body: impl Into<Vec<u8>>) -> Result<Self, RecordingError> {
        signed(credentials, body.into(), true)
    }
}

fn signed(credentials: &Credentials, body: Vec<u8>, is_of_room: bool) -> Result<CallbackRequest, RecordingError> {
    let mut random = [0; NONCE_BYTES];
    getrandom::fill(&mut random).map_err(|error| {
        RecordingError::not_sent(FailureCause::Local, format!("the system gives no random numbers: {error}"))
    })?;
    // Without the mark of our requests, by which a receiver would refuse it.
    let nonce = hex::encode(random);
    let timestamp = Timestamp::now().0.to_string();
    let signature = signature(credentials.app_secret(), &nonce, &timestamp);
    let names = CallbackHeaderNames::default();
    let mut headers = vec![
        (names.nonce.as_str(), nonce.as_str()),
        (names.timestamp.as_str(), timestamp.as_str()),
        (names.signature.as_str(), signature.as_str()),
    ];
    if is_of_room {
        headers.insert(0, (names.app_key.as_str(), credentials.app_key()));
    }
    Ok(CallbackRequest::new(headers, body))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use super::*;
    use crate::callback::{CallbackOptions, CallbackReceiver};

    fn credentials() -> Arc<Credentials> {
        Arc::new(Credentials::new("uwd1c0sxdlx2", "Y1W2MeFwwwRxa0").unwrap())
    }

    #[test]
    fn a_receiver_of_the_same_app_accepts_what_was_signed() {
        let receiver = CallbackReceiver::new(vec![credentials()], CallbackOptions::default()).unwrap();
        let body = r#"{"type":1,"recordId":"r","appKey":"uwd1c0sxdlx2"}"#;
        let request = CallbackRequest::signed_recording_event(&credentials(), body).unwrap();
        assert_eq!(request.headers.len(), 3, "the app key stands in the body alone");
        assert_eq!(receiver.recording_event(request).unwrap().event.record_id, "r");
        let body = r#"{"event":2,"roomId":"room1","appKey":"uwd1c0sxdlx2"}"#;
        let request = CallbackRequest::signed_room_event(&credentials(), body).unwrap();
        assert_eq!(receiver.room_event(request).unwrap().event.room_id, "room1");
    }
}
