//! Takes callbacks in: verified, not replayed, read.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sha1::{Digest, Sha1};

use super::event::RecordingEvent;
use super::message::{CallbackHeaderNames, CallbackOptions, CallbackRequest, TimestampUnit};
use super::refusal::{CallbackError, RefusalReason};
use super::replay::{MemoryReplayGuard, ReplayGuard, check_replay};
use super::room_event::RoomEvent;
use super::verify::Signed;
use crate::credentials::Credentials;
use crate::error::{RecordingError, Violation, checked_timeout, codes};
use crate::time::Timestamp;

const DEFAULT_TIME_WINDOW: Duration = Duration::from_secs(300);
const DEFAULT_LARGEST_BODY: i64 = 1024 * 1024;

/// A recording event that the service has sent.
///
/// It may arrive again: because your answer was lost, because you answered with an error, or because the service sends
/// it twice. **Handle it each time**, so that an event whose handling failed is not lost, and make sure that handling
/// it a second time changes nothing: a unique index on [`fingerprint`](Self::fingerprint) in your store does that.
/// Answer 200 only after that.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ReceivedRecordingEvent {
    /// What it says.
    pub event: RecordingEvent,
    /// Identifies the signature, for a store that all your processes share.
    pub key: String,
    /// Identifies the body: the same whenever exactly this event arrives again, however it is signed. 40 hexadecimal
    /// digits.
    pub fingerprint: String,
    /// Until when a store must remember the fingerprint under the key. After that, the signature is too old to be used.
    pub expires_at: Timestamp,
}

/// A room event that the service has sent. It may arrive again: see [`ReceivedRecordingEvent`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ReceivedRoomEvent {
    /// What it says.
    pub event: RoomEvent,
    /// Identifies the signature, for a store that all your processes share.
    pub key: String,
    /// Identifies the body: the same whenever exactly this event arrives again, however it is signed. 40 hexadecimal
    /// digits.
    pub fingerprint: String,
    /// Until when a store must remember the fingerprint under the key. After that, the signature is too old to be used.
    pub expires_at: Timestamp,
}

/// Verifies the service's callbacks and reads those that can be trusted.
///
/// A callback is trusted if its signature was made with one of the given secrets, within the time window, for the app
/// that the secret belongs to. **The signature does not cover the body**: anyone who captures one callback could send
/// its signature with another body. The receiver therefore remembers each signature until it expires, and accepts it
/// again only with the same body. Serve callbacks over HTTPS all the same.
///
/// To lose nothing, *verify, remember, store, then answer 200*, and do the same for a callback that arrives again.
/// [`recording_event`](Self::recording_event) verifies and remembers, in memory or with the guard given. With a store
/// of your own, sync or async, call [`verify_recording_event`](Self::verify_recording_event), ask your store, and pass
/// its answer to [`check_replay`](super::check_replay).
///
/// # Examples
///
/// ```
/// use rongcloud_recording::Credentials;
/// use rongcloud_recording::callback::{CallbackReceiver, CallbackRequest};
///
/// let credentials = Credentials::new("app-key", "AppSecret")?;
/// let receiver = CallbackReceiver::new([credentials], None)?;
/// let forged = CallbackRequest::new([("content-type", "application/json")], r#"{"type": 1, "recordId": "r-1"}"#);
/// let refused = receiver.recording_event(forged).unwrap_err();
/// assert_eq!(refused.http_status(), 401);
/// # Ok::<_, rongcloud_recording::RecordingError>(())
/// ```
///
/// With the feature `http`, the head of a request and its whole body are a callback: `receiver.recording_event((head,
/// body))` in a handler that takes `http::request::Parts` and the body's bytes.
#[cfg_attr(feature = "ffi", derive(uniffi::Object))]
pub struct CallbackReceiver {
    pub(super) credentials: Vec<Arc<Credentials>>,
    pub(super) names: CallbackHeaderNames,
    pub(super) window: Duration,
    pub(super) unit: TimestampUnit,
    largest_body: usize,
    guard: Arc<dyn ReplayGuard>,
    pub(super) now: fn() -> SystemTime,
}

impl CallbackReceiver {
    /// Creates a receiver for the given apps. During a rotation, give an app's old and new credentials.
    ///
    /// Signatures are remembered in this receiver's memory, which protects no other receiver and no other process from
    /// a replay. Use one receiver for both kinds of callbacks.
    ///
    /// # Errors
    /// `InvalidInput` if there are no credentials, if one secret begins with another, or if the time window or
    /// the largest body is out of range.
    pub fn new<C: Into<Arc<Credentials>>>(
        credentials: impl IntoIterator<Item = C>,
        options: impl Into<Option<CallbackOptions>>,
    ) -> Result<Self, RecordingError> {
        let credentials: Vec<_> = credentials.into_iter().map(Into::into).collect();
        let options = options.into().unwrap_or_default();
        let largest_body = options.largest_body.unwrap_or(DEFAULT_LARGEST_BODY);
        let mut found = Vec::new();
        check_credentials(&credentials, &mut found);
        let window = options.time_window.unwrap_or_else(|| DEFAULT_TIME_WINDOW.into());
        let window = checked_timeout("time_window", window, &mut found);
        if largest_body < 1 {
            found.push(Violation::new("largest_body", codes::OUT_OF_RANGE, "must be above zero"));
        }
        RecordingError::from_violations(found)?;
        Ok(Self {
            credentials,
            names: options.header_names.unwrap_or_default(),
            window,
            unit: options.timestamp_unit.unwrap_or_default(),
            largest_body: usize::try_from(largest_body).unwrap_or(usize::MAX),
            guard: Arc::new(MemoryReplayGuard::default()),
            now: SystemTime::now,
        })
    }

    /// Verifies a recording callback, remembers its signature and reads it. Its URL is set in the console under cloud
    /// recording. Source: record/callback.
    ///
    /// # Errors
    /// `Refused`.
    pub fn recording_event(
        &self,
        request: impl Into<CallbackRequest>,
    ) -> Result<ReceivedRecordingEvent, CallbackError> {
        let received = self.verify_recording_event(request)?;
        self.remember(&received.key, &received.fingerprint, received.expires_at)?;
        Ok(received)
    }

    /// Verifies a room status callback, remembers its signature and reads it. Its URL is set on the console's RTC page.
    /// Source: room/room-status-callback.
    ///
    /// # Errors
    /// `Refused`.
    pub fn room_event(&self, request: impl Into<CallbackRequest>) -> Result<ReceivedRoomEvent, CallbackError> {
        let received = self.verify_room_event(request)?;
        self.remember(&received.key, &received.fingerprint, received.expires_at)?;
        Ok(received)
    }

    /// Verifies and reads a recording callback, and leaves the remembering to you: store the fingerprint under the key
    /// unless one is stored there already, and pass the one that was there before, if any, to
    /// [`check_replay`](super::check_replay).
    ///
    /// # Errors
    /// `Refused`.
    pub fn verify_recording_event(
        &self,
        request: impl Into<CallbackRequest>,
    ) -> Result<ReceivedRecordingEvent, CallbackError> {
        let request = request.into();
        let (signed, signer) = self.verified(&request)?;
        let event = RecordingEvent::read(&request.body)?;
        // The app key stands in the body, and only there.
        check_app(signer, &event.app_key)?;
        let Sighting { key, fingerprint, expires_at } = self.sighting(&signed, signer, &request);
        Ok(ReceivedRecordingEvent { event, key, fingerprint, expires_at })
    }

    /// Verifies and reads a room status callback, and leaves the remembering to you: store the fingerprint under the
    /// key unless one is stored there already, and pass the one that was there before, if any, to
    /// [`check_replay`](super::check_replay).
    ///
    /// # Errors
    /// `Refused`.
    pub fn verify_room_event(&self, request: impl Into<CallbackRequest>) -> Result<ReceivedRoomEvent, CallbackError> {
        let request = request.into();
        let (signed, signer) = self.verified(&request)?;
        let event = RoomEvent::read(&request.body)?;
        check_app_of_room(signer, &signed, &event.app_key)?;
        let Sighting { key, fingerprint, expires_at } = self.sighting(&signed, signer, &request);
        Ok(ReceivedRoomEvent { event, key, fingerprint, expires_at })
    }
}

/// Reads a recording callback's body **without verifying it**. Use it only for a callback that was verified before it
/// was stored.
///
/// # Errors
/// `Refused` with [`UnreadableBody`](crate::callback::RefusalReason::UnreadableBody).
pub fn parse_recording_event(body: impl AsRef<[u8]>) -> Result<RecordingEvent, CallbackError> {
    RecordingEvent::read(body.as_ref())
}

/// Reads a room status callback's body **without verifying it**. Use it only for a callback that was verified before it
/// was stored.
///
/// # Errors
/// `Refused` with [`UnreadableBody`](crate::callback::RefusalReason::UnreadableBody).
pub fn parse_room_event(body: impl AsRef<[u8]>) -> Result<RoomEvent, CallbackError> {
    RoomEvent::read(body.as_ref())
}

impl CallbackReceiver {
    /// Makes the receiver remember signatures with the given guard.
    #[must_use]
    pub fn with_guard(mut self, guard: Arc<dyn ReplayGuard>) -> Self {
        self.guard = guard;
        self
    }

    /// Makes the receiver take the time from the given function, for tests.
    #[must_use]
    pub fn with_clock(mut self, now: fn() -> SystemTime) -> Self {
        self.now = now;
        self
    }

    pub(super) fn check_size(&self, request: &CallbackRequest) -> Result<(), CallbackError> {
        if request.body.len() <= self.largest_body {
            return Ok(());
        }
        let explanation = format!("the body has {} bytes, and {} are allowed", request.body.len(), self.largest_body);
        Err(CallbackError::refused(RefusalReason::TooLarge, explanation))
    }

    fn verified(&self, request: &CallbackRequest) -> Result<(Signed, &Credentials), CallbackError> {
        self.check_size(request)?;
        let signed = Signed::find(request, &self.names)?;
        let signer = signed.signer(self.credentials.iter().map(AsRef::as_ref))?;
        signed.time(self.unit, (self.now)(), self.window)?;
        Ok((signed, signer))
    }

    fn remember(&self, key: &str, fingerprint: &str, expires_at: Timestamp) -> Result<(), CallbackError> {
        let remembered = self.guard.remember(key, fingerprint, expires_at)?;
        check_replay(fingerprint, remembered.as_deref())
    }

    fn sighting(&self, signed: &Signed, signer: &Credentials, request: &CallbackRequest) -> Sighting {
        let signature = signed.signature.to_ascii_lowercase();
        let key = Sha1::new().chain_update(signer.app_key()).chain_update(":").chain_update(signature).finalize();
        let now = (self.now)();
        Sighting {
            key: format!("rongcloud:{}", hex::encode(key)),
            fingerprint: hex::encode(Sha1::digest(&request.body)),
            // A timestamp may lie in the future by one window and be good for another after that.
            expires_at: now.checked_add(self.window.saturating_mul(2)).unwrap_or(now).into(),
        }
    }
}

/// What a store remembers of one callback.
struct Sighting {
    key: String,
    fingerprint: String,
    expires_at: Timestamp,
}

/// The signature runs over secret, nonce and timestamp as one text. So a secret that another one begins with could
/// have made that other one's signatures, with the rest of it as the nonce's beginning.
fn check_credentials(credentials: &[Arc<Credentials>], found: &mut Vec<Violation>) {
    if credentials.is_empty() {
        found.push(Violation::new("credentials", codes::REQUIRED, "give the credentials of at least one app"));
    }
    for (index, one) in credentials.iter().enumerate() {
        let is_ambiguous = credentials.iter().enumerate().any(|(other_index, other)| {
            let is_same = one.app_secret() == other.app_secret() && one.app_key() == other.app_key();
            index != other_index && !is_same && other.app_secret().starts_with(one.app_secret())
        });
        if is_ambiguous {
            found.push(Violation::new(
                format!("credentials[{index}]"),
                codes::AMBIGUOUS,
                "another app's secret is the same or begins with this one, so nobody can tell whose signature it is",
            ));
        }
    }
}

/// A room status callback has its app key in a header, too.
pub(super) fn check_app_of_room(signer: &Credentials, signed: &Signed, in_body: &str) -> Result<(), CallbackError> {
    let in_header = signed.app_key.as_deref().ok_or_else(|| {
        CallbackError::refused(RefusalReason::MissingSignature, "a room status callback has its app key in a header")
    })?;
    check_app(signer, in_header)?;
    check_app(signer, in_body)
}

pub(super) fn check_app(signer: &Credentials, app_key: &str) -> Result<(), CallbackError> {
    if app_key == signer.app_key() {
        return Ok(());
    }
    Err(CallbackError::refused(RefusalReason::UnknownApp, "its app key is not that of the secret which signed it"))
}

impl fmt::Debug for CallbackReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackReceiver").field("window", &self.window).finish_non_exhaustive()
    }
}
