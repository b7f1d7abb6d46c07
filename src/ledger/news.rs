//! What callbacks report of a session's recordings, and what becomes of its document by all of them together.
//!
//! It is worked out from everything that was reported, so that no order and no repetition leads to another answer.

use std::collections::BTreeMap;

use super::document::Document;
use super::store::SessionKey;
use super::tag;
use crate::callback::{RecordingEvent, RecordingEventKind};
use crate::entry::LedgerState;
use crate::time::Timestamp;

/// What was reported of one recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Heard {
    pub(crate) record_id: String,
    pub(crate) room_id: String,
    pub(crate) extra: String,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) ended_at: Option<Timestamp>,
    pub(crate) has_ended: bool,
    pub(crate) is_uploaded: bool,
    pub(crate) has_failed: bool,
    pub(crate) first_at: Option<Timestamp>,
    /// The latest time of anything but an upload: until then it surely ran.
    pub(crate) ran_until: Option<Timestamp>,
    pub(crate) last_at: Option<Timestamp>,
}

impl Heard {
    fn note(&mut self, event: &RecordingEvent) {
        self.record_id.clone_from(&event.record_id);
        if self.extra.is_empty() {
            self.extra.clone_from(&event.extra);
        }
        if self.room_id.is_empty() {
            self.room_id.clone_from(&event.room_id);
        }
        let at = event.occurred_at;
        self.last_at = self.last_at.max(at);
        self.first_at = [self.first_at, at].into_iter().flatten().min();
        if event.is_failure() {
            self.has_failed = true;
            return;
        }
        if event.kind != RecordingEventKind::Uploaded {
            self.ran_until = self.ran_until.max(at);
        }
        match event.kind {
            RecordingEventKind::Started => self.started_at = [self.started_at, at].into_iter().flatten().min(),
            RecordingEventKind::Ended => {
                self.has_ended = true;
                self.ended_at = self.ended_at.max(at);
            }
            RecordingEventKind::Uploaded => self.is_uploaded = true,
            _ => {}
        }
    }

    /// When it surely ran, as far as the service's times tell.
    fn ran(&self) -> Option<(Timestamp, Timestamp)> {
        Some((self.started_at?, self.ended_at.or(self.ran_until)?))
    }

    fn overlaps(&self, other: &Self) -> bool {
        let (Some(own), Some(other)) = (self.ran(), other.ran()) else { return false };
        own.0 < other.1 && other.0 < own.1
    }
}

/// What was reported, by recording, the first one first.
pub(crate) fn heard(events: &[RecordingEvent]) -> Vec<Heard> {
    let mut by_id: BTreeMap<&str, Heard> = BTreeMap::new();
    for event in events {
        by_id.entry(&event.record_id).or_default().note(event);
    }
    let mut heard: Vec<_> = by_id.into_values().collect();
    // By time, then by id: the same for whoever reads them.
    heard.sort_by_key(|one| one.first_at);
    heard
}

/// What the document becomes by all that was reported; nothing where it says so already.
pub(crate) fn fold(
    key: &SessionKey,
    current: Option<&Document>,
    heard: &[Heard],
    event_count: usize,
    now: Timestamp,
) -> Option<Document> {
    let mut document = current.cloned().unwrap_or_else(|| Document::new(key, now));
    let mut is_known = current.is_some();
    for one in heard {
        attribute(&mut document, one, is_known);
        is_known = true;
    }
    let overlap = |(index, one): (usize, &Heard)| heard[index + 1..].iter().any(|other| one.overlaps(other));
    document.entry.is_doubled |= heard.iter().enumerate().any(overlap);
    document.entry.event_count = document.entry.event_count.max(i64::try_from(event_count).unwrap_or(i64::MAX));
    let latest = heard.iter().find(|one| document.entry.record_id.as_deref() == Some(one.record_id.as_str()));
    if let Some(latest) = latest {
        progress(&mut document, latest);
    }
    if current == Some(&document) || heard.is_empty() {
        return None;
    }
    document.entry.changed_at = now;
    Some(document)
}

/// Decides whether a recording is the latest one of its session.
fn attribute(document: &mut Document, one: &Heard, is_known: bool) {
    let id = one.record_id.as_str();
    if document.entry.record_id.as_deref() == Some(id) || document.is_another(id) {
        return;
    }
    let is_ours = document.permit.is_some() && one.extra == document.sent_extra;
    // Where it doesn't say whose it is, it is taken for the latest start's, unless another start has a tag of its own.
    let may_be_ours = is_ours || one.extra.is_empty();
    let state = document.entry.state;
    let is_latest = match state {
        _ if !is_known => true,
        LedgerState::Sending | LedgerState::Unknown => may_be_ours,
        // Somebody resolved it as not started, or nobody here has started anything.
        LedgerState::Free => is_ours || !one.has_ended && !tag::is_tag(&one.extra),
        LedgerState::Running => document.entry.record_id.is_none() && may_be_ours,
        LedgerState::Ended | LedgerState::Uploaded | LedgerState::Over => {
            let is_missing = document.entry.record_id.is_none() && may_be_ours;
            // Another one runs, which nobody here has started.
            is_missing || !one.has_ended && !tag::is_tag(&one.extra)
        }
    };
    if !is_latest {
        document.note_another(id);
        return;
    }
    let is_another_than_known = document.entry.record_id.is_some();
    if let Some(earlier) = document.entry.record_id.replace(id.to_owned()) {
        document.note_another(&earlier);
    }
    if is_another_than_known {
        document.entry.generation = document.entry.generation.saturating_add(1);
        document.permit = None;
        document.entry.has_failed = false;
        document.entry.last_news_at = None;
    }
    if document.entry.room_id.is_empty() {
        document.entry.room_id.clone_from(&one.room_id);
    }
    // What is over stays so where it was only its name that was missing.
    if !state.is_over() || is_another_than_known {
        document.entry.state = LedgerState::Running;
    }
    document.entry.reason = None;
}

/// Takes in how far the latest recording has come: never back.
fn progress(document: &mut Document, latest: &Heard) {
    let entry = &mut document.entry;
    entry.last_news_at = entry.last_news_at.max(latest.last_at);
    entry.has_failed |= latest.has_failed;
    if latest.has_ended && entry.state != LedgerState::Uploaded {
        entry.state = if latest.is_uploaded { LedgerState::Uploaded } else { LedgerState::Ended };
    }
}
