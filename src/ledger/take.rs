//! Takes callbacks in: verified, remembered, stored, put on record, and only then answered.

use tokio::time::Instant;

use super::RecordingLedger;
use super::keeper::{LOOK_WITHIN, within};
use super::start::unasked;
use super::store::{SessionKey, StoreError};
use crate::callback::{
    CallbackError, CallbackRequest, ReceivedRecordingEvent, ReceivedRoomEvent, RecordingEvent, check_replay,
};
use crate::entry::LedgerEntry;
use crate::error::RecordingError;

/// An event that the ledger has taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct TakenEvent {
    /// What it says. Its `extra` may be a tag that the ledger gave the start.
    pub event: RecordingEvent,
    /// What is on record of its session now.
    pub entry: LedgerEntry,
    /// False where exactly this event has come before. It is put on record again all the same, because nobody knows how far
    /// the first time got.
    pub is_new: bool,
}

/// Why an event was not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TakeError {
    /// It must not be believed.
    #[error(transparent)]
    Refused(#[from] CallbackError),
    /// It could not be stored. Answered with an error, the service may send it again.
    #[error(transparent)]
    Failed(#[from] RecordingError),
}

impl TakeError {
    /// The HTTP status to answer with: that of the refusal, or 503 where the service should try again.
    pub fn http_status(&self) -> i32 {
        match self {
            Self::Refused(refused) => refused.http_status(),
            Self::Failed(_) => 503,
        }
    }
}

impl From<StoreError> for TakeError {
    fn from(error: StoreError) -> Self {
        Self::Failed(unasked(&error))
    }
}

impl RecordingLedger {
    /// Takes in a recording callback: verifies it, remembers its signature for all processes, stores it, and puts it on
    /// record. **Answer 200 only after that**, and the error's [`http_status`](TakeError::http_status) where it fails.
    ///
    /// An event that comes again is taken in again: that changes nothing. An event without a session is kept under its
    /// `recordId`. Source: record/callback.
    ///
    /// # Errors
    /// `Refused` where it must not be believed: also where its signature came with another body before, to whatever process;
    /// `Failed` where the store fails.
    ///
    /// # Cancel safety
    /// Dropping the future may leave the event stored or not. Without an answer, the service sends it again, which is taken in
    /// as if it were new.
    pub async fn take(&self, request: impl Into<CallbackRequest>) -> Result<TakenEvent, TakeError> {
        let verified = self.shared.receiver.verify_recording_event(request).map_err(TakeError::from);
        let received = verified.inspect_err(|error| self.shared.statistics.note_not_taken(error))?;
        self.take_received(received).await
    }

    /// Takes in what a receiver of your own has verified, as [`take`](Self::take) does.
    ///
    /// # Errors
    /// As there.
    ///
    /// # Cancel safety
    /// As [`take`](Self::take).
    pub async fn take_received(&self, received: ReceivedRecordingEvent) -> Result<TakenEvent, TakeError> {
        let taken = self.take_verified(received).await;
        self.shared.statistics.note_taken(&taken);
        taken
    }

    async fn take_verified(&self, received: ReceivedRecordingEvent) -> Result<TakenEvent, TakeError> {
        let ReceivedRecordingEvent { event, key, fingerprint, expires_at } = received;
        self.remember(&key, &fingerprint, expires_at).await?;
        let shared = &self.shared;
        let session = session_of(&event);
        let until = Instant::now() + LOOK_WITHIN;
        let is_new = within(until, shared.keeper.store.append(&session, &fingerprint, &event.json)).await?;
        let folded = shared.keeper.fold(&session, until).await?;
        shared.tell(&session);
        let document = folded.document.ok_or_else(|| RecordingError::internal("an event left nothing on record"))?;
        Ok(TakenEvent { event, entry: document.entry.seen_at(shared.keeper.now()), is_new })
    }

    /// Verifies a room status callback, and remembers its signature for all processes. Nothing of it is put on record.
    /// Source: room/room-status-callback.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    ///
    /// # Cancel safety
    /// Dropping the future may leave the signature remembered. The same callback is accepted again.
    pub async fn take_room_event(&self, request: impl Into<CallbackRequest>) -> Result<ReceivedRoomEvent, TakeError> {
        let verified = self.shared.receiver.verify_room_event(request).map_err(TakeError::from);
        let received = verified.inspect_err(|error| self.shared.statistics.note_not_taken(error))?;
        let remembered = self.remember(&received.key, &received.fingerprint, received.expires_at).await;
        self.shared.statistics.note_verified(&remembered);
        remembered.map(|()| received)
    }

    async fn remember(
        &self,
        key: &str,
        fingerprint: &str,
        expires_at: crate::time::Timestamp,
    ) -> Result<(), TakeError> {
        let keeper = &self.shared.keeper;
        let remembering = keeper.store.remember(key, fingerprint, keeper.now(), expires_at);
        let remembered = within(Instant::now() + LOOK_WITHIN, remembering).await?;
        Ok(check_replay(fingerprint, remembered.as_deref())?)
    }
}

/// Where an event is kept.
fn session_of(event: &RecordingEvent) -> SessionKey {
    match event.session_id.as_str() {
        "" => SessionKey::new(&event.app_key, &format!("record:{}", event.record_id)),
        session_id => SessionKey::new(&event.app_key, session_id),
    }
}
