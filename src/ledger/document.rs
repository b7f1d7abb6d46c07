//! What is stored of one session: what is shown of it, and what only the ledger needs.

use serde::{Deserialize, Serialize};

use super::store::{Index, SessionKey, StoreError, Stored};
use crate::entry::{LedgerEntry, LedgerState};
use crate::time::Timestamp;

/// Rises with every field that is added: a program that doesn't know the field would lose it when it writes.
const FORMAT: u32 = 1;

/// How much longer than its deadline a start may take to be reported, in milliseconds.
const REPORT_MARGIN: i64 = 5_000;
/// How long an ended recording may wait for its first upload before somebody looks, in milliseconds.
const UPLOAD_WITHIN: i64 = 30 * 60_000;
/// How long what is over is kept, in milliseconds.
const KEPT_FOR: i64 = 30 * 24 * 3_600_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Document {
    format: u32,
    pub(crate) entry: LedgerEntry,
    /// What only the sender of the latest start knows beforehand.
    pub(crate) permit: Option<String>,
    /// Of what the latest start asked for.
    pub(crate) fingerprint: String,
    /// The `extra` that was sent: the given one, or a tag in its place.
    pub(crate) sent_extra: String,
    /// How long a running recording may be silent, in milliseconds.
    pub(crate) quiet_for: i64,
    /// How long the latest start may be on its way, in milliseconds.
    pub(crate) longest_send: i64,
    /// Whether the latest recording is of a start that nobody here has sent.
    pub(crate) is_foreign: bool,
    /// What the entry said before callbacks added to it.
    pub(crate) decided: Decided,
}

/// What is on record without the callbacks that came since the last change of another kind. What all callbacks together
/// make of a document is worked out from here: so it doesn't matter which of them was taken in first.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Decided {
    pub(crate) state: LedgerState,
    room_id: String,
    record_id: Option<String>,
    other_record_ids: Vec<String>,
    is_doubled: bool,
    is_foreign: bool,
    reason: Option<String>,
}

impl Document {
    /// Of a session that nothing is known of yet.
    pub(crate) fn new(key: &SessionKey, now: Timestamp) -> Self {
        let entry = LedgerEntry {
            app_key: key.app_key.clone(),
            session_id: key.session_id.clone(),
            room_id: String::new(),
            state: LedgerState::Free,
            generation: 0,
            version: 0,
            record_id: None,
            other_record_ids: Vec::new(),
            extra: String::new(),
            holder: String::new(),
            request_id: None,
            requested_at: None,
            deadline: None,
            last_news_at: None,
            event_count: 0,
            changed_at: now,
            has_failed: false,
            is_doubled: false,
            reason: None,
        };
        let (fingerprint, sent_extra) = (String::new(), String::new());
        let decided = Decided {
            state: entry.state,
            room_id: String::new(),
            record_id: None,
            other_record_ids: Vec::new(),
            is_doubled: false,
            is_foreign: false,
            reason: None,
        };
        Self {
            format: FORMAT,
            entry,
            permit: None,
            fingerprint,
            sent_extra,
            quiet_for: super::LONGEST_SLICE,
            longest_send: 0,
            is_foreign: false,
            decided,
        }
    }

    /// Makes what the entry says now the base of all callbacks to come.
    pub(crate) fn decide(&mut self) {
        let LedgerEntry { state, room_id, record_id, other_record_ids, is_doubled, reason, .. } = self.entry.clone();
        let is_foreign = self.is_foreign;
        self.decided = Decided { state, room_id, record_id, other_record_ids, is_doubled, is_foreign, reason };
    }

    /// As it was before callbacks added to it.
    pub(crate) fn without_news(mut self) -> Self {
        let Decided { state, room_id, record_id, other_record_ids, is_doubled, is_foreign, reason } =
            self.decided.clone();
        let (last_news_at, has_failed) = (None, false);
        self.is_foreign = is_foreign;
        self.entry = LedgerEntry {
            state,
            room_id,
            record_id,
            other_record_ids,
            is_doubled,
            reason,
            last_news_at,
            has_failed,
            ..self.entry
        };
        self
    }

    pub(crate) fn read(stored: &Stored) -> Result<Self, StoreError> {
        #[derive(Deserialize)]
        struct Format {
            format: u32,
        }
        let unreadable = |error| StoreError::new(format!("a document in the store can't be read: {error}"));
        let Format { format } = serde_json::from_str(&stored.document).map_err(unreadable)?;
        if format > FORMAT {
            return Err(StoreError::new(format!(
                "a document in the store has format {format}, of a newer version of this library than this process has \
                 (which knows {FORMAT}): bring all processes up to date"
            )));
        }
        let mut document: Self = serde_json::from_str(&stored.document).map_err(unreadable)?;
        document.entry.version = stored.version;
        Ok(document)
    }

    pub(crate) fn text(&self) -> Result<String, StoreError> {
        serde_json::to_string(self).map_err(StoreError::new)
    }

    /// What the store finds it by.
    pub(crate) fn index(&self) -> Index {
        let entry = &self.entry;
        let after = |time: Timestamp, milliseconds| Timestamp(time.0.saturating_add(milliseconds));
        let due = match entry.state {
            LedgerState::Sending => after(entry.deadline.unwrap_or(entry.changed_at), REPORT_MARGIN),
            LedgerState::Unknown => entry.changed_at,
            LedgerState::Running => {
                let heard_of = entry.last_news_at.max(entry.requested_at).unwrap_or(entry.changed_at);
                after(heard_of, self.quiet_for)
            }
            LedgerState::Ended => after(entry.changed_at, UPLOAD_WITHIN),
            LedgerState::Free | LedgerState::Uploaded | LedgerState::Over => after(entry.changed_at, KEPT_FOR),
        };
        Index { due, is_unresolved: entry.state.is_unresolved() }
    }

    /// Whether it may be forgotten.
    pub(crate) fn is_done(&self, now: Timestamp) -> bool {
        let is_settled =
            !matches!(self.entry.state, LedgerState::Sending | LedgerState::Unknown | LedgerState::Running);
        is_settled && self.entry.changed_at.0.saturating_add(KEPT_FOR) <= now.0
    }

    pub(crate) fn has_permit(&self, permit: &str) -> bool {
        self.permit.as_deref() == Some(permit)
    }

    /// Makes this recording the latest one.
    pub(crate) fn name(&mut self, record_id: &str) {
        if self.entry.record_id.as_deref() == Some(record_id) {
            return;
        }
        self.entry.other_record_ids.retain(|known| known != record_id);
        if let Some(earlier) = self.entry.record_id.replace(record_id.to_owned()) {
            self.note_another(&earlier);
        }
        self.entry.last_news_at = None;
        self.entry.has_failed = false;
    }

    /// Whether this recording is known to be another one than the latest.
    pub(crate) fn is_another(&self, record_id: &str) -> bool {
        self.entry.other_record_ids.iter().any(|known| known == record_id)
    }

    pub(crate) fn note_another(&mut self, record_id: &str) {
        if !self.is_another(record_id) {
            self.entry.other_record_ids.push(record_id.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn document() -> Document {
        let key = SessionKey { app_key: "app".to_owned(), session_id: "aaa".to_owned() };
        Document::new(&key, Timestamp(1_000))
    }

    #[test]
    fn a_document_comes_back_as_it_was_stored_with_the_version_of_the_store() {
        let document = document();
        let stored = Stored { version: 7, document: document.text().unwrap() };
        let read = Document::read(&stored).unwrap();
        assert_eq!(read.entry.version, 7);
        assert_eq!(Document { entry: LedgerEntry { version: 0, ..read.entry.clone() }, ..read }, document);
    }

    #[test]
    fn a_document_of_a_newer_version_is_refused_whatever_it_says() {
        let stored = Stored { version: 1, document: r#"{"format": 2, "entry": "elsewhere"}"#.to_owned() };
        assert!(Document::read(&stored).unwrap_err().reason.contains("format 2"));
    }

    #[test]
    fn what_is_over_is_kept_for_thirty_days_and_what_runs_for_ever() {
        let mut document = document();
        let later = Timestamp(1_000 + KEPT_FOR);
        assert!(document.is_done(later) && !document.is_done(Timestamp(later.0 - 1)));
        for state in [LedgerState::Sending, LedgerState::Unknown, LedgerState::Running] {
            document.entry.state = state;
            assert!(!document.is_done(Timestamp(i64::MAX)), "{state:?}");
        }
    }
}
