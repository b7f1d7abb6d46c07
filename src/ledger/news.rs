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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use serde_json::json;

    use super::super::transition::{Claim, Input, Step, step};
    use super::*;
    use crate::callback::parse_recording_event;

    const NOW: Timestamp = Timestamp(1_000);

    fn key() -> SessionKey {
        SessionKey { app_key: "app".to_owned(), session_id: "aaa".to_owned() }
    }

    fn permit(number: u8) -> String {
        format!("{number:032x}")
    }

    fn event(kind: i64, at: i64, record_id: &str, extra: &str) -> RecordingEvent {
        let body = json!({"type": kind, "timestamp": at, "recordId": record_id, "roomId": "room1", "extra": extra});
        parse_recording_event(body.to_string()).unwrap()
    }

    fn claimed(current: Option<&Document>, number: u8, after: Option<i64>) -> Document {
        let permit = permit(number);
        let input = Input::Claim(Claim {
            sent_extra: tag::of(&permit),
            permit,
            holder: "host-a:1".to_owned(),
            room_id: "room1".to_owned(),
            fingerprint: "f".to_owned(),
            extra: String::new(),
            quiet_for: 60_000,
            longest_send: 1_000,
            deadline: Timestamp(2_000),
            after,
        });
        happened(current, &input)
    }

    fn happened(current: Option<&Document>, input: &Input) -> Document {
        match step(&key(), current, input, NOW) {
            Step::Write(document) => *document,
            other => panic!("{input:?} on {current:?}: {other:?}"),
        }
    }

    fn started(number: u8, record_id: &str) -> Document {
        let (permit, record_id) = (permit(number), record_id.to_owned());
        happened(Some(&claimed(None, number, None)), &Input::Started { permit, record_id, request_id: None })
    }

    /// The document by these events, each taken in as it comes.
    fn folded(mut document: Option<Document>, events: &[RecordingEvent]) -> Option<Document> {
        for count in 1..=events.len() {
            let heard = heard(&events[..count]);
            let kept: std::collections::BTreeSet<_> = events[..count].iter().map(|event| &event.json).collect();
            document = fold(&key(), document.as_ref(), &heard, kept.len(), NOW).or(document);
        }
        document
    }

    fn told(document: Option<Document>, events: &[RecordingEvent]) -> (LedgerState, Option<String>, Vec<String>) {
        let entry = folded(document, events).unwrap().entry;
        (entry.state, entry.record_id, entry.other_record_ids)
    }

    fn named(state: LedgerState, record_id: &str, others: &[&str]) -> (LedgerState, Option<String>, Vec<String>) {
        (state, Some(record_id.to_owned()), others.iter().map(|id| (*id).to_owned()).collect())
    }

    fn documents() -> Vec<Option<Document>> {
        let sending = claimed(None, 1, None);
        let reason = "it was cut".to_owned();
        let unknown = happened(Some(&sending), &Input::Unknown { permit: permit(1), request_id: None, reason });
        let free = happened(Some(&sending), &Input::NotStarted { permit: permit(1) });
        let again = claimed(Some(&free), 2, None);
        let running = started(1, "r1");
        let over = happened(Some(&running), &Input::Stopped { generation: 1, record_id: None });
        let nameless = happened(Some(&unknown), &Input::SessionGone { version: 0 });
        let documents = [sending, unknown, free, again, running, over, nameless];
        documents.into_iter().map(Some).chain([None]).collect()
    }

    #[test]
    fn no_order_and_no_repetition_of_callbacks_leads_to_another_document() {
        let mut random = fastrand::Rng::with_seed(7);
        let extras = [String::new(), tag::of(&permit(1)), tag::of(&permit(2)), "order-7".to_owned()];
        for round in 0..1_000 {
            let before = documents()[round % documents().len()].clone();
            let mut events: Vec<_> = (0..random.usize(1..8))
                .map(|_| {
                    let id = ["r1", "r2", "r3"][random.usize(..3)];
                    event(random.i64(1..=5), random.i64(1..6), id, &extras[random.usize(..4)])
                })
                .collect();
            let expected = folded(before.clone(), &events);
            let repeated: Vec<_> = events.iter().filter(|_| random.bool()).cloned().collect();
            events.extend(repeated);
            random.shuffle(&mut events);
            assert_eq!(folded(before.clone(), &events), expected, "{before:?} by {events:?}");
        }
    }

    #[test]
    fn no_recording_that_was_told_of_is_left_out_and_none_stands_twice() {
        let mut random = fastrand::Rng::with_seed(8);
        for before in documents() {
            for _ in 0..100 {
                let ids = ["r1", "r2", "r3", "r4"];
                let events: Vec<_> =
                    (0..5).map(|at| event(random.i64(1..=4), at, ids[random.usize(..4)], "")).collect();
                let entry = folded(before.clone(), &events).unwrap().entry;
                let mut named: Vec<_> = entry.other_record_ids.iter().chain(&entry.record_id).collect();
                let count = named.len();
                named.sort();
                named.dedup();
                assert_eq!(named.len(), count, "{entry:?}");
                assert!(events.iter().all(|event| named.contains(&&event.record_id)), "{entry:?} by {events:?}");
            }
        }
    }

    #[test]
    fn callbacks_bring_a_recording_to_the_furthest_phase_that_any_of_them_tells() {
        let running = || Some(started(1, "r1"));
        let at = |kinds: &[i64]| -> LedgerState {
            let events: Vec<_> = kinds.iter().map(|kind| event(*kind, *kind, "r1", "")).collect();
            told(running(), &events).0
        };
        assert_eq!(at(&[1, 2]), LedgerState::Running);
        assert_eq!(at(&[4]), LedgerState::Running);
        assert_eq!(at(&[3, 1]), LedgerState::Ended);
        assert_eq!(at(&[4, 3, 2, 1]), LedgerState::Uploaded);
    }

    #[test]
    fn a_callback_names_the_recording_of_a_start_whose_reply_is_not_known() {
        let unknown = documents()[1].clone();
        for extra in [tag::of(&permit(1)), String::new()] {
            let document = folded(unknown.clone(), &[event(1, 1, "r1", &extra)]).unwrap();
            assert_eq!((document.entry.state, document.entry.reason), (LedgerState::Running, None));
            assert!(!document.is_foreign);
        }
        for extra in [tag::of(&permit(2)), "order-7".to_owned()] {
            let (state, record_id, others) = told(unknown.clone(), &[event(1, 1, "r1", &extra)]);
            assert_eq!((state, record_id, others), (LedgerState::Unknown, None, vec!["r1".to_owned()]));
        }
    }

    #[test]
    fn a_recording_with_our_tag_is_ours_whatever_was_taken_for_it_before() {
        let events = [event(1, 1, "theirs", ""), event(1, 5, "ours", &tag::of(&permit(1)))];
        let expected = named(LedgerState::Running, "ours", &["theirs"]);
        assert_eq!(told(Some(claimed(None, 1, None)), &events), expected);
        // Also where something else was put on record between the two.
        let taken = folded(Some(claimed(None, 1, None)), &events[..1]).unwrap();
        let (reason, request_id) = ("it was cut".to_owned(), Some("q".to_owned()));
        let reported = happened(Some(&taken), &Input::Unknown { permit: permit(1), request_id, reason });
        assert_eq!(told(Some(reported), &events), expected);
    }

    #[test]
    fn a_recording_of_an_earlier_start_is_none_of_the_latest_start() {
        let over = happened(Some(&started(1, "r1")), &Input::Stopped { generation: 1, record_id: None });
        let again = claimed(Some(&over), 2, Some(1));
        let events = [event(1, 1, "r1", ""), event(1, 2, "r2", &tag::of(&permit(1)))];
        let others = vec!["r1".to_owned(), "r2".to_owned()];
        assert_eq!(told(Some(again), &events), (LedgerState::Sending, None, others));
    }

    #[test]
    fn a_recording_that_runs_when_ours_is_over_is_the_latest_one_until_it_ends() {
        let ours = [event(1, 1, "r1", ""), event(3, 5, "r1", "")];
        let theirs = [event(1, 6, "r2", ""), event(3, 9, "r2", "")];
        let document = || Some(started(1, "r1"));
        let all = [ours.as_slice(), &theirs].concat();
        assert_eq!(told(document(), &all[..3]), named(LedgerState::Running, "r2", &["r1"]));
        assert_eq!(told(document(), &all), named(LedgerState::Ended, "r1", &["r2"]));
        let folded = folded(document(), &all[..3]).unwrap();
        assert_eq!((folded.entry.generation, folded.is_foreign), (1, true));
    }

    #[test]
    fn a_refused_start_leaves_what_was_taken_for_its_recording_as_nobodys_here() {
        let refused = |events: &[RecordingEvent]| {
            let taken = folded(Some(claimed(None, 1, None)), events).unwrap();
            let document = happened(Some(&taken), &Input::NotStarted { permit: permit(1) });
            let again = step(&key(), Some(&document), &Input::NotStarted { permit: permit(1) }, NOW);
            assert_eq!(again, Step::Keep);
            (document.entry.state, document.is_foreign, document.entry.record_id)
        };
        let events = [event(1, 1, "theirs", ""), event(3, 2, "theirs", "")];
        assert_eq!(refused(&events[..1]), (LedgerState::Running, true, Some("theirs".to_owned())));
        assert_eq!(refused(&events), (LedgerState::Free, false, None));
    }

    #[test]
    fn what_a_policy_stopped_takes_its_release_back_no_more() {
        let unknown = documents()[1].clone().unwrap();
        let input = Input::Stilled { version: 0, record_id: None, may_start_again: true };
        let free = happened(Some(&unknown), &input);
        let events = [event(1, 1, "r1", &tag::of(&permit(1))), event(3, 2, "r1", &tag::of(&permit(1)))];
        assert_eq!(told(Some(free), &events), (LedgerState::Free, None, vec!["r1".to_owned()]));
    }

    #[test]
    fn a_recording_that_nobody_here_started_is_generation_0() {
        let document = folded(None, &[event(3, 5, "r1", "console")]).unwrap();
        assert_eq!((document.entry.state, document.entry.generation), (LedgerState::Ended, 0));
        assert_eq!((document.entry.room_id.as_str(), document.is_foreign), ("room1", true));
        let events = [event(3, 5, "r1", ""), event(1, 6, "r2", "")];
        assert_eq!(told(None, &events), named(LedgerState::Running, "r2", &["r1"]));
    }

    #[test]
    fn a_failure_is_noted_and_ends_nothing() {
        let body = json!({"type": 3, "timestamp": 7, "recordId": "r1", "code": 500});
        let failed = parse_recording_event(body.to_string()).unwrap();
        let entry = folded(Some(started(1, "r1")), &[failed]).unwrap().entry;
        assert_eq!((entry.state, entry.has_failed), (LedgerState::Running, true));
        assert_eq!((entry.last_news_at, entry.event_count), (Some(Timestamp(7)), 1));
    }

    #[test]
    fn recordings_that_ran_at_the_same_time_are_doubled_and_those_one_after_the_other_are_not() {
        let doubled = |second: [i64; 2]| {
            let events = [event(1, 1, "r1", ""), event(3, 5, "r1", "")];
            let others = [event(1, second[0], "r2", ""), event(4, 99, "r1", ""), event(3, second[1], "r2", "")];
            folded(None, &[events.as_slice(), &others].concat()).unwrap().entry.is_doubled
        };
        assert!(doubled([4, 9]) && doubled([2, 3]));
        assert!(!doubled([5, 9]) && !doubled([0, 1]));
    }
}
