//! Takes callbacks in: verified, not replayed, read.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use sha1::{Digest, Sha1};

use super::event::RecordingEvent;
use super::message::{CallbackHeaderNames, CallbackOptions, CallbackRequest};
use super::refusal::{CallbackError, RefusalReason};
use super::replay::{MemoryReplayGuard, ReplayGuard, milliseconds};
use super::room_event::RoomEvent;
use super::verify::Signed;
use crate::credentials::Credentials;
use crate::error::{RecordingError, Violation, codes};
use crate::options::check_timeout;

const DEFAULT_TIME_WINDOW: Duration = Duration::from_secs(300);
const DEFAULT_LARGEST_BODY: usize = 1024 * 1024;

/// A recording event that the service has sent.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReceivedRecordingEvent {
    /// What it says.
    pub event: RecordingEvent,
    /// Whether exactly this callback, with this signature and body, has come before: answer 200, and do nothing.
    pub is_repeat: bool,
}

/// A room event that the service has sent.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReceivedRoomEvent {
    /// What it says.
    pub event: RoomEvent,
    /// Whether exactly this callback, with this signature and body, has come before: answer 200, and do nothing.
    pub is_repeat: bool,
}

/// Takes the service's callbacks in and tells which may be believed.
///
/// A callback is believed if its signature was made with one of the given secrets, within the time window, for the
/// app whose secret it is. **The signature does not cover the body**: whoever captures one callback could send its
/// signature with another body. So each signature is remembered until it expires, and one that comes again is
/// accepted as a repeat with the same body only. Serve callbacks over HTTPS all the same, and keep handling
/// idempotent: the service may deliver late, twice or out of order.
#[derive(uniffi::Object)]
pub struct CallbackReceiver {
    credentials: Vec<Arc<Credentials>>,
    names: CallbackHeaderNames,
    window: Duration,
    largest_body: usize,
    guard: Arc<dyn ReplayGuard>,
    now: fn() -> SystemTime,
}

#[uniffi::export]
impl CallbackReceiver {
    /// A receiver for the given apps. During a rotation, give an app's old and new credentials.
    ///
    /// `guard`: where signatures are remembered. Default: in this process's memory, which does not protect several
    /// processes from a replay at another. Errors: `InvalidInput` without credentials, or for a window of nothing.
    #[uniffi::constructor(default(guard = None))]
    pub fn new(
        credentials: Vec<Arc<Credentials>>,
        options: CallbackOptions,
        guard: Option<Arc<dyn ReplayGuard>>,
    ) -> Result<Self, RecordingError> {
        let window = options.time_window.unwrap_or(DEFAULT_TIME_WINDOW);
        let mut found = Vec::new();
        if credentials.is_empty() {
            found.push(Violation::new("credentials", codes::REQUIRED, "give the credentials of at least one app"));
        }
        check_timeout("time_window", window, &mut found);
        RecordingError::from_violations(found)?;
        Ok(Self {
            credentials,
            names: options.header_names.unwrap_or_default(),
            window,
            largest_body: options
                .largest_body
                .map_or(DEFAULT_LARGEST_BODY, |bytes| usize::try_from(bytes).unwrap_or_default()),
            guard: guard.unwrap_or_else(|| Arc::new(MemoryReplayGuard::default())),
            now: SystemTime::now,
        })
    }

    /// Takes in a recording callback: the URL set in the console under cloud recording. Source: record/callback.
    ///
    /// Errors: `Refused`.
    pub fn recording_event(&self, request: CallbackRequest) -> Result<ReceivedRecordingEvent, CallbackError> {
        let (signed, signer) = self.verified(&request)?;
        let event = RecordingEvent::read(&request.body)?;
        // The app key stands in the body, and only there.
        check_app(signer, &event.app_key)?;
        let is_repeat = self.is_repeat(&signed, signer, &request)?;
        Ok(ReceivedRecordingEvent { event, is_repeat })
    }

    /// Takes in a room status callback: the URL set in the console's RTC page. Source: room/room-status-callback.
    ///
    /// Errors: `Refused`.
    pub fn room_event(&self, request: CallbackRequest) -> Result<ReceivedRoomEvent, CallbackError> {
        let (signed, signer) = self.verified(&request)?;
        let event = RoomEvent::read(&request.body)?;
        let in_header = signed.app_key.as_deref().ok_or_else(|| {
            CallbackError::refused(
                RefusalReason::MissingSignature,
                "a room status callback has its app key in a header",
            )
        })?;
        check_app(signer, in_header)?;
        check_app(signer, &event.app_key)?;
        let is_repeat = self.is_repeat(&signed, signer, &request)?;
        Ok(ReceivedRoomEvent { event, is_repeat })
    }
}

/// Reads a recording callback's body **without verifying it**: for one that was verified before it was stored.
///
/// Errors: `Refused` with `UnreadableBody`.
#[uniffi::export]
pub fn parse_recording_event(body: Vec<u8>) -> Result<RecordingEvent, CallbackError> {
    RecordingEvent::read(&body)
}

/// Reads a room status callback's body **without verifying it**: for one that was verified before it was stored.
///
/// Errors: `Refused` with `UnreadableBody`.
#[uniffi::export]
pub fn parse_room_event(body: Vec<u8>) -> Result<RoomEvent, CallbackError> {
    RoomEvent::read(&body)
}

impl CallbackReceiver {
    /// A receiver whose time comes from the given function, for tests.
    #[must_use]
    pub fn with_clock(mut self, now: fn() -> SystemTime) -> Self {
        self.now = now;
        self
    }

    fn verified(&self, request: &CallbackRequest) -> Result<(Signed, &Credentials), CallbackError> {
        if request.body.len() > self.largest_body {
            return Err(CallbackError::refused(
                RefusalReason::TooLarge,
                format!("the body has {} bytes, and {} are allowed", request.body.len(), self.largest_body),
            ));
        }
        let signed = Signed::find(request, &self.names)?;
        let signer = signed.signer(self.credentials.iter().map(AsRef::as_ref))?;
        signed.time((self.now)(), self.window)?;
        Ok((signed, signer))
    }

    fn is_repeat(
        &self,
        signed: &Signed,
        signer: &Credentials,
        request: &CallbackRequest,
    ) -> Result<bool, CallbackError> {
        // The signature stands for nonce and timestamp together, however their digits are divided between the two.
        let signature = signed.signature.to_ascii_lowercase();
        let key = hex::encode(
            Sha1::new().chain_update(signer.app_key()).chain_update(":").chain_update(signature).finalize(),
        );
        let fingerprint = hex::encode(Sha1::digest(&request.body));
        // A timestamp may lie in the future by one window and be good for another after that.
        let expires = (self.now)().checked_add(self.window.saturating_mul(2)).unwrap_or_else(self.now);
        match self.guard.remember(format!("rongcloud:{key}"), fingerprint.clone(), milliseconds(expires))? {
            None => Ok(false),
            Some(earlier) if earlier == fingerprint => Ok(true),
            Some(_) => Err(CallbackError::refused(
                RefusalReason::Replayed,
                "its signature has been used before, with another body",
            )),
        }
    }
}

fn check_app(signer: &Credentials, app_key: &str) -> Result<(), CallbackError> {
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
