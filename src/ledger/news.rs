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
        fill(&mut self.extra, &event.extra);
        fill(&mut self.room_id, &event.room_id);
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

/// Takes a text where there was none, and of two that differ always the same one.
fn fill(known: &mut String, said: &str) {
    if known.is_empty() || !said.is_empty() && said < known.as_str() {
        said.clone_into(known);
    }
}

/// What the document becomes by all that was reported; nothing where it says so already.
pub(crate) fn fold(
    key: &SessionKey,
    current: Option<&Document>,
    heard: &[Heard],
    event_count: usize,
    now: Timestamp,
) -> Option<Document> {
    if heard.is_empty() {
        return None;
    }
    let mut document = current.cloned().unwrap_or_else(|| Document::new(key, now)).without_news();
    let news: Vec<_> = heard.iter().filter(|one| !document.is_another(&one.record_id)).collect();
    if let Some(own) = own(&document, &news) {
        document.name(&own.record_id);
        if !document.entry.state.is_over() {
            document.entry.state = LedgerState::Running;
        }
        document.entry.reason = None;
    }
    progress(&mut document, &news);
    if let Some(foreign) = foreign(&document, &news) {
        document.name(&foreign.record_id);
        document.entry.state = LedgerState::Running;
        document.is_foreign = true;
        progress(&mut document, &news);
    }
    for one in &news {
        if document.entry.record_id.as_ref() != Some(&one.record_id) {
            document.note_another(&one.record_id);
        }
    }
    let overlap = |(index, one): (usize, &Heard)| heard[index + 1..].iter().any(|other| one.overlaps(other));
    document.entry.is_doubled |= heard.iter().enumerate().any(overlap);
    document.entry.event_count = i64::try_from(event_count).unwrap_or(i64::MAX);
    if document.entry.room_id.is_empty() {
        document.entry.room_id =
            news.iter().map(|one| &one.room_id).find(|id| !id.is_empty()).cloned().unwrap_or_default();
    }
    if current == Some(&document) {
        return None;
    }
    document.entry.changed_at = now;
    Some(document)
}

/// The recording of the latest start, where it shows which it is.
fn own<'a>(document: &Document, news: &[&'a Heard]) -> Option<&'a Heard> {
    document.permit.as_ref()?;
    let entry = &document.entry;
    let is_ours = |one: &&&Heard| one.extra == document.sent_extra;
    let Some(record_id) = &entry.record_id else {
        let shows_it = |one: &&&Heard| is_ours(one) && !one.extra.is_empty();
        // What doesn't say whose it is, is taken for the latest start's, unless that one did nothing.
        let may_be_it = |one: &&&Heard| one.extra.is_empty() && entry.state != LedgerState::Free;
        return news.iter().find(shows_it).or_else(|| news.iter().find(may_be_it)).copied();
    };
    // Another one may have been taken for it as long as nothing better was known: no two starts have the same tag.
    let named = news.iter().find(|one| one.record_id == *record_id)?;
    news.iter().find(is_ours).filter(|_| tag::is_tag(&document.sent_extra) && !is_ours(&named)).copied()
}

/// The recording that is the latest one though nobody here has started it: another one is not known to be running.
fn foreign<'a>(document: &Document, news: &[&'a Heard]) -> Option<&'a Heard> {
    let entry = &document.entry;
    if entry.state != LedgerState::Free && !entry.state.is_over() {
        return None;
    }
    let is_new = |one: &&&Heard| entry.record_id.as_ref() != Some(&one.record_id);
    if entry.generation == 0 {
        // There is nothing else to tell of.
        let running = news.iter().filter(is_new).rfind(|one| !one.has_ended);
        return running.or_else(|| news.last().filter(|_| entry.record_id.is_none())).copied();
    }
    // What has the tag of an earlier start was stopped, or decided about.
    news.iter().filter(is_new).rfind(|one| !one.has_ended && !tag::is_tag(&one.extra)).copied()
}

/// Takes in how far the latest recording has come: never back.
fn progress(document: &mut Document, news: &[&Heard]) {
    let entry = &mut document.entry;
    let Some(latest) = news.iter().find(|one| entry.record_id.as_ref() == Some(&one.record_id)) else { return };
    entry.last_news_at = latest.last_at;
    entry.has_failed = latest.has_failed;
    if latest.has_ended && entry.state != LedgerState::Uploaded {
        entry.state = if latest.is_uploaded { LedgerState::Uploaded } else { LedgerState::Ended };
    }
}
