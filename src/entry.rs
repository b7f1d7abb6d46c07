//! What a ledger knows of the recordings of one session, as it is shown.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::documented::documented;
use crate::time::Timestamp;

documented! {
/// The state of a session's recording, as far as a ledger knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LedgerState {
    /// Nothing is running: the last start provably did nothing, or somebody decided so. The next start may be sent.
    Free,
    /// A start is being sent. Its process reports the outcome before the deadline, unless it dies.
    Sending,
    /// A start was sent, or may have been, and its outcome is unknown: a recording may be running. Only a callback, a late
    /// report, the end of the session or a decision changes that, never time.
    Unknown,
    /// A recording was started, by this app or by the console's trigger, and its end has not been reported.
    Running,
    /// It has ended; no file has been uploaded yet.
    Ended,
    /// It has ended and at least one file has been uploaded.
    Uploaded,
    /// It is over, although no callback has reported its end: its stop was acknowledged, or its session is gone.
    Over,
}
}

impl LedgerState {
    /// Whether nobody knows if a recording is running: a start is on its way, or its outcome is unknown.
    pub(crate) fn is_unresolved(self) -> bool {
        matches!(self, Self::Sending | Self::Unknown)
    }

    /// Whether its recording is known to run no more.
    pub(crate) fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Uploaded | Self::Over)
    }

    /// As a sentence says it.
    pub(crate) fn told(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Sending => "being started",
            Self::Unknown => "started with unknown outcome",
            Self::Running => "running",
            Self::Ended => "ended",
            Self::Uploaded => "uploaded",
            Self::Over => "over",
        }
    }
}

/// What a ledger knows about the recordings of one session.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct LedgerEntry {
    /// The app: `App-Key`.
    pub app_key: String,
    /// The session: `sessionId`.
    pub session_id: String,
    /// The room: `Room-Id`. Empty if it is not known.
    pub room_id: String,
    /// The state of the latest recording.
    pub state: LedgerState,
    /// Counts the starts of the session that were allowed to be sent, from 1. 0 if a callback reported a recording that the
    /// ledger has not started.
    pub generation: i64,
    /// Counts the changes of this entry, from 1.
    pub version: i64,
    /// The latest recording: `recordId`. Absent if it is not known, or if there is none.
    pub record_id: Option<String>,
    /// The other known recordings of the session, oldest first.
    pub other_record_ids: Vec<String>,
    /// The `extra` that the start was given. Empty if there was none.
    pub extra: String,
    /// Who sent the latest start: the label of its ledger. Empty if no ledger did.
    pub holder: String,
    /// The `X-Request-ID` of the latest start, by which the vendor's support can find it. Absent if it is not known.
    pub request_id: Option<String>,
    /// When the latest start was allowed to be sent, by its host's clock.
    pub requested_at: Option<Timestamp>,
    /// When its outcome is reported at the latest, by the same clock, unless its process has died.
    pub deadline: Option<Timestamp>,
    /// When the service last reported something about the latest recording, by the service's clock.
    pub last_news_at: Option<Timestamp>,
    /// How many callbacks about the session's recordings have been taken in. One that arrives again is not counted again.
    pub event_count: i64,
    /// When this entry last changed, by the clock of the host that changed it.
    pub changed_at: Timestamp,
    /// True if a callback has reported a failure of the latest recording.
    pub has_failed: bool,
    /// True if two recordings of the session have run at the same time.
    pub is_doubled: bool,
    /// Why the outcome is unknown, as a sentence. Absent if it isn't.
    pub reason: Option<String>,
}

impl LedgerEntry {
    /// As it is now, by the clock given: a start that is still being sent after its deadline has an unknown outcome,
    /// because its process has died or can't reach the store.
    #[must_use]
    pub(crate) fn seen_at(mut self, now: Timestamp) -> Self {
        if self.state == LedgerState::Sending && self.deadline.is_some_and(|deadline| deadline < now) {
            self.state = LedgerState::Unknown;
            self.reason.get_or_insert_with(|| LOST.to_owned());
        }
        self
    }
}

/// Why the outcome of a start whose process has gone is unknown.
pub(crate) const LOST: &str = "whoever was sending the start has not reported its outcome in time";

/// As a sentence names it.
impl fmt::Display for LedgerEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session {}: {}, generation {}", self.session_id.escape_debug(), self.state.told(), self.generation)?;
        if let Some(record_id) = &self.record_id {
            write!(f, ", recording {}", record_id.escape_debug())?;
        }
        if !self.holder.is_empty() {
            write!(f, ", sent by {}", self.holder.escape_debug())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(state: LedgerState) -> LedgerEntry {
        LedgerEntry {
            app_key: "app".to_owned(),
            session_id: "aaa".to_owned(),
            room_id: "room1".to_owned(),
            state,
            generation: 2,
            version: 3,
            record_id: None,
            other_record_ids: Vec::new(),
            extra: String::new(),
            holder: "host-a:1".to_owned(),
            request_id: None,
            requested_at: Some(Timestamp(1_000)),
            deadline: Some(Timestamp(2_000)),
            last_news_at: None,
            event_count: 0,
            changed_at: Timestamp(1_000),
            has_failed: false,
            is_doubled: false,
            reason: None,
        }
    }

    #[test]
    fn a_start_that_is_being_sent_after_its_deadline_has_an_unknown_outcome() {
        let sending = entry(LedgerState::Sending);
        assert_eq!(sending.clone().seen_at(Timestamp(2_000)), sending);
        let late = sending.seen_at(Timestamp(2_001));
        assert_eq!((late.state, late.reason.as_deref()), (LedgerState::Unknown, Some(LOST)));
    }

    #[test]
    fn no_deadline_changes_what_is_not_being_sent() {
        use LedgerState::{Ended, Free, Over, Running, Unknown, Uploaded};
        for state in [Free, Unknown, Running, Ended, Uploaded, Over] {
            assert_eq!(entry(state).seen_at(Timestamp(i64::MAX)), entry(state));
        }
    }

    #[test]
    fn a_sentence_names_state_generation_recording_and_sender() {
        let named = LedgerEntry { record_id: Some("r\n1".to_owned()), ..entry(LedgerState::Running) };
        assert_eq!(named.to_string(), "session aaa: running, generation 2, recording r\\n1, sent by host-a:1");
        let nobodys = LedgerEntry { holder: String::new(), ..entry(LedgerState::Over) };
        assert_eq!(nobodys.to_string(), "session aaa: over, generation 2");
    }
}
