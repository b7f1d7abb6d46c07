//! Callbacks: received, compared with what was there before, read.

use std::sync::Arc;

use crate::callback::{
    self, CallbackError, CallbackOptions, CallbackReceiver, CallbackRequest, ReceivedRecordingEvent, ReceivedRoomEvent,
    RecordingEvent, RoomEvent,
};
use crate::credentials::Credentials;
use crate::error::RecordingError;

#[uniffi::export]
impl CallbackReceiver {
    /// Creates a receiver for the given apps. During a rotation, give an app's old and new credentials.
    ///
    /// Signatures are remembered in this receiver's memory, which protects no other receiver and no other process from
    /// a replay. Use one receiver for both kinds of callbacks.
    ///
    /// Errors: `InvalidInput` if there are no credentials, if one secret begins with another, or if the time window or
    /// the largest body is out of range.
    ///
    /// Arguments:
    /// - credentials: the apps' credentials. At least one.
    /// - options: what the receiver expects of callbacks. Default: see each field.
    #[uniffi::constructor(name = "new", default(options))]
    fn exported_new(credentials: Vec<Arc<Credentials>>, options: CallbackOptions) -> Result<Self, RecordingError> {
        Self::new(credentials, options)
    }

    /// Verifies a recording callback, remembers its signature and reads it. Its URL is set in the console under cloud
    /// recording. Source: record/callback.
    ///
    /// Errors: `Refused`.
    ///
    /// Arguments:
    /// - request: the callback as it arrived over HTTP.
    #[uniffi::method(name = "recording_event")]
    fn exported_recording_event(&self, request: CallbackRequest) -> Result<ReceivedRecordingEvent, CallbackError> {
        self.recording_event(request)
    }

    /// Verifies a room status callback, remembers its signature and reads it. Its URL is set on the console's RTC page.
    /// Source: room/room-status-callback.
    ///
    /// Errors: `Refused`.
    ///
    /// Arguments:
    /// - request: the callback as it arrived over HTTP.
    #[uniffi::method(name = "room_event")]
    fn exported_room_event(&self, request: CallbackRequest) -> Result<ReceivedRoomEvent, CallbackError> {
        self.room_event(request)
    }

    /// Verifies and reads a recording callback, and leaves the remembering to you: store the fingerprint under the key
    /// unless one is stored there already, and pass the one that was there before, if any, to
    /// [`check_replay`](super::check_replay).
    ///
    /// Errors: `Refused`.
    ///
    /// Arguments:
    /// - request: the callback as it arrived over HTTP.
    #[uniffi::method(name = "verify_recording_event")]
    fn exported_verify_recording_event(
        &self,
        request: CallbackRequest,
    ) -> Result<ReceivedRecordingEvent, CallbackError> {
        self.verify_recording_event(request)
    }

    /// Verifies and reads a room status callback, and leaves the remembering to you: store the fingerprint under the
    /// key unless one is stored there already, and pass the one that was there before, if any, to
    /// [`check_replay`](super::check_replay).
    ///
    /// Errors: `Refused`.
    ///
    /// Arguments:
    /// - request: the callback as it arrived over HTTP.
    #[uniffi::method(name = "verify_room_event")]
    fn exported_verify_room_event(&self, request: CallbackRequest) -> Result<ReceivedRoomEvent, CallbackError> {
        self.verify_room_event(request)
    }
}

/// Reads a recording callback's body **without verifying it**. Use it only for a callback that was verified before it
/// was stored.
///
/// Errors: `Refused` with [`UnreadableBody`](crate::callback::RefusalReason::UnreadableBody).
///
/// Arguments:
/// - body: the callback's body, as it arrived.
#[uniffi::export]
pub fn parse_recording_event(body: Vec<u8>) -> Result<RecordingEvent, CallbackError> {
    callback::parse_recording_event(body)
}

/// Reads a room status callback's body **without verifying it**. Use it only for a callback that was verified before it
/// was stored.
///
/// Errors: `Refused` with [`UnreadableBody`](crate::callback::RefusalReason::UnreadableBody).
///
/// Arguments:
/// - body: the callback's body, as it arrived.
#[uniffi::export]
pub fn parse_room_event(body: Vec<u8>) -> Result<RoomEvent, CallbackError> {
    callback::parse_room_event(body)
}

/// Compares what a store remembered under a callback's `key` with the callback's `fingerprint`.
///
/// If nothing was remembered, the callback is new. If the fingerprint is the same, the callback has arrived again;
/// handle it again, because it is not known whether it was handled the first time.
///
/// Errors: `Refused` with `Replayed` if the fingerprint is another one, which means a captured signature on a forged
/// body.
///
/// Arguments:
/// - fingerprint: the callback's own fingerprint.
/// - remembered: what the store had under the callback's key before; nothing if it had none.
#[uniffi::export]
pub fn check_replay(fingerprint: String, remembered: Option<String>) -> Result<(), CallbackError> {
    callback::check_replay(&fingerprint, remembered.as_deref())
}

#[uniffi::export]
impl RecordingEvent {
    /// Whether the event reports a failure: a `code` other than 200. `error_message` may then say why.
    #[uniffi::method(name = "is_failure")]
    fn exported_is_failure(&self) -> bool {
        self.is_failure()
    }
}
