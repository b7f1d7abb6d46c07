//! What becomes of a document: one pure function, the same for every engine and language.
//!
//! The service has no key by which it could know a repeated start, and nothing that could fence a late one off. So time
//! never hands a start over: the right to send one is granted anew only after a start that provably did nothing, or by
//! somebody's decision.

use super::document::Document;
use super::store::SessionKey;
use crate::entry::{LOST, LedgerEntry, LedgerState};
use crate::time::Timestamp;

/// What happens to a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Input {
    /// Somebody wants to send a start.
    Claim(Claim),
    /// The sender: its start provably did nothing.
    NotStarted { permit: String },
    /// The sender: its start was never sent, and its claim must not be put in place any more, if it is still on its way.
    Abandoned { permit: String },
    /// The sender: its start was acknowledged.
    Started { permit: String, record_id: String, request_id: Option<String> },
    /// The sender: nobody knows what its start did.
    Unknown { permit: String, request_id: Option<String>, reason: String },
    /// A start is still being sent though its deadline has passed: a name for what is the case, and no release.
    Lost,
    /// A stop that was sent when the document had this generation was acknowledged, and ended this recording; or one that
    /// was known to run and had no known name.
    Stopped { generation: i64, record_id: Option<String> },
    /// Somebody is about to act on an unknown outcome. The document had this version all the time, for longer than any start
    /// is on its way. Of several, one may; the others see another version, and begin to wait anew.
    Acting { version: i64 },
    /// A stop that was sent because of an unknown outcome was answered. The document had this version all the time, for
    /// longer than any start is on its way.
    Stilled { version: i64, record_id: Option<String>, may_start_again: bool },
    /// The session is gone. The document had this version all the time, for longer than any start is on its way.
    SessionGone { version: i64 },
    /// Somebody has found out, or decides, what became of the start of this generation.
    Resolved { generation: i64, resolution: LedgerResolution },
}

impl Input {
    /// What happens by a stop that was sent when this was on record, and acknowledged, with or without a name. Nothing
    /// where it doesn't show what it ended: a start may have come after it.
    pub(crate) fn stopped(before: &Document, named: Option<String>) -> Option<Self> {
        let LedgerEntry { state, generation, record_id, .. } = before.entry.clone();
        let was_running = state == LedgerState::Running;
        let record_id = named.or(record_id.filter(|_| was_running));
        (was_running || record_id.is_some()).then_some(Self::Stopped { generation, record_id })
    }
}

/// A start that somebody wants to send.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Claim {
    pub(crate) permit: String,
    pub(crate) holder: String,
    pub(crate) room_id: String,
    pub(crate) fingerprint: String,
    pub(crate) extra: String,
    pub(crate) sent_extra: String,
    pub(crate) quiet_for: i64,
    pub(crate) longest_send: i64,
    pub(crate) deadline: Timestamp,
    /// The generation that its caller knows to be over.
    pub(crate) after: Option<i64>,
}

/// What became of a start whose outcome was unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[non_exhaustive]
pub enum LedgerResolution {
    /// It started a recording.
    Started {
        /// The recording: `recordId`. Default: not known; the next callback of it tells.
        #[cfg_attr(feature = "ffi", uniffi(default = None))]
        record_id: Option<String>,
    },
    /// It did nothing. **The next start is sent then**: where this is wrong, the session is recorded twice.
    NotStarted,
    /// Whatever it started is over.
    Over,
}

/// What is to be done with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Step {
    /// It becomes this one.
    Write(Box<Document>),
    /// It stays as it is: what happened has been noted already, or changes nothing.
    Keep,
    /// It stays as it is, and what was asked for is not granted.
    Denied,
}

/// What becomes of a document by what happens.
pub(crate) fn step(key: &SessionKey, current: Option<&Document>, input: &Input, now: Timestamp) -> Step {
    let before = current.cloned().unwrap_or_else(|| Document::new(key, now));
    let is_known = current.is_some();
    let step = match input {
        Input::Claim(claim) => claimed(before, claim, now),
        // Nothing but the version changes, so that a claim of this one comes too late.
        Input::Abandoned { permit } if !before.has_permit(permit) => return Step::Write(Box::new(before)),
        Input::Acting { version } => return acting(before, *version),
        Input::Started { permit, record_id, request_id } => started(before, permit, record_id, request_id.as_deref()),
        _ if !is_known => Step::Denied,
        Input::NotStarted { permit } | Input::Abandoned { permit } => not_started(before, permit),
        Input::Unknown { permit, request_id, reason } => unknown(before, permit, request_id.as_ref(), reason),
        Input::Lost => lost(before, now),
        Input::Stopped { generation, record_id } => stopped(before, *generation, record_id.as_deref()),
        Input::Stilled { version, record_id, may_start_again } => {
            stilled(before, *version, record_id.as_deref(), *may_start_again)
        }
        Input::SessionGone { version } => session_gone(before, *version),
        Input::Resolved { generation, resolution } => resolved(before, *generation, resolution, now),
    };
    match step {
        Step::Write(mut document) => {
            document.entry.changed_at = now;
            document.decide();
            Step::Write(document)
        }
        other => other,
    }
}

fn claimed(before: Document, claim: &Claim, now: Timestamp) -> Step {
    let entry = &before.entry;
    if before.has_permit(&claim.permit) {
        // It was granted, and the answer was lost. What has been decided about it since holds.
        return if entry.state == LedgerState::Sending { Step::Keep } else { Step::Denied };
    }
    let is_open = entry.state == LedgerState::Free || entry.state.is_over() && claim.after == Some(entry.generation);
    if !is_open {
        return Step::Denied;
    }
    let mut document = before;
    if let Some(record_id) = document.entry.record_id.take() {
        document.note_another(&record_id);
    }
    let Document { entry, permit, fingerprint, sent_extra, quiet_for, longest_send, is_foreign, .. } = &mut document;
    *permit = Some(claim.permit.clone());
    fingerprint.clone_from(&claim.fingerprint);
    sent_extra.clone_from(&claim.sent_extra);
    *quiet_for = claim.quiet_for;
    *longest_send = claim.longest_send;
    *is_foreign = false;
    entry.room_id.clone_from(&claim.room_id);
    entry.state = LedgerState::Sending;
    entry.generation = entry.generation.saturating_add(1);
    entry.extra.clone_from(&claim.extra);
    entry.holder.clone_from(&claim.holder);
    entry.request_id = None;
    entry.requested_at = Some(now);
    entry.deadline = Some(claim.deadline);
    entry.last_news_at = None;
    entry.has_failed = false;
    entry.reason = None;
    Step::Write(Box::new(document))
}

fn not_started(mut document: Document, permit: &str) -> Step {
    // As long as callbacks alone have named a recording, it may have been taken for this start's.
    if !document.has_permit(permit) || !document.decided.state.is_unresolved() {
        return Step::Keep;
    }
    if document.entry.state == LedgerState::Running {
        document.is_foreign = true;
        return Step::Write(Box::new(document));
    }
    if let Some(another) = document.entry.record_id.take() {
        document.note_another(&another);
    }
    document.entry.state = LedgerState::Free;
    document.entry.reason = None;
    Step::Write(Box::new(document))
}

fn started(mut document: Document, permit: &str, record_id: &str, request_id: Option<&str>) -> Step {
    let is_known = document.entry.record_id.as_deref() == Some(record_id);
    if !document.has_permit(permit) {
        if is_known || document.is_another(record_id) {
            return Step::Keep;
        }
        // A start that somebody had decided about: two are on their way, or running, unless the later one is over.
        if document.entry.state == LedgerState::Free {
            run(&mut document, record_id);
        } else {
            document.entry.is_doubled |= !document.entry.state.is_over();
            document.note_another(record_id);
        }
        return Step::Write(Box::new(document));
    }
    if is_known && document.entry.request_id.as_deref() == request_id {
        return Step::Keep;
    }
    if !is_known && document.entry.state == LedgerState::Over && document.entry.record_id.is_none() {
        // It was found to be over before anybody knew its name.
        document.name(record_id);
    } else if !is_known {
        // A recording that somebody else had started may have been taken for this one.
        document.entry.is_doubled |= document.entry.state == LedgerState::Running && document.entry.record_id.is_some();
        run(&mut document, record_id);
    }
    document.entry.request_id = request_id.map(str::to_owned);
    Step::Write(Box::new(document))
}

fn run(document: &mut Document, record_id: &str) {
    document.name(record_id);
    document.entry.state = LedgerState::Running;
    document.entry.reason = None;
    document.is_foreign = false;
}

fn unknown(mut document: Document, permit: &str, request_id: Option<&String>, reason: &str) -> Step {
    if !document.has_permit(permit) {
        return Step::Keep;
    }
    let entry = &mut document.entry;
    let is_told = entry.state == LedgerState::Unknown && entry.reason.as_deref() != Some(LOST);
    let is_named = entry.request_id.as_ref() == request_id;
    if is_told || !entry.state.is_unresolved() && is_named {
        return Step::Keep;
    }
    entry.request_id = request_id.cloned();
    if entry.state.is_unresolved() {
        entry.state = LedgerState::Unknown;
        entry.reason = Some(reason.to_owned());
    }
    Step::Write(Box::new(document))
}

fn lost(mut document: Document, now: Timestamp) -> Step {
    if document.entry.state != LedgerState::Sending {
        return Step::Keep;
    }
    document.entry = document.entry.seen_at(now);
    if document.entry.state == LedgerState::Unknown { Step::Write(Box::new(document)) } else { Step::Keep }
}

fn stopped(mut document: Document, generation: i64, record_id: Option<&str>) -> Step {
    let entry = &document.entry;
    let is_another = record_id.is_some_and(|id| document.is_another(id));
    if entry.generation != generation || is_another {
        return Step::Keep;
    }
    match (entry.state, record_id, &entry.record_id) {
        // It stopped another one than the latest.
        (LedgerState::Running, Some(stopped), Some(known)) if stopped != known => {
            document.note_another(stopped);
        }
        // A start whose outcome is not known had begun a recording, or there would have been none to name.
        (LedgerState::Running, _, _) | (LedgerState::Sending | LedgerState::Unknown, Some(_), _) => {
            record_id.into_iter().for_each(|id| document.name(id));
            document.entry.state = LedgerState::Over;
            document.entry.reason = None;
        }
        _ => return Step::Keep,
    }
    Step::Write(Box::new(document))
}

/// Nothing but the version changes: what callbacks alone have told is no more decided than before.
fn acting(document: Document, version: i64) -> Step {
    let is_as_seen = document.entry.version == version && document.entry.state == LedgerState::Unknown;
    if is_as_seen { Step::Write(Box::new(document)) } else { Step::Denied }
}

fn stilled(mut document: Document, version: i64, record_id: Option<&str>, may_start_again: bool) -> Step {
    if document.entry.version != version || document.entry.state != LedgerState::Unknown {
        return Step::Keep;
    }
    if may_start_again {
        // What was stopped is none of the next start's, and what is heard of it later takes nothing back.
        record_id.into_iter().for_each(|id| document.note_another(id));
        document.permit = None;
        document.entry.state = LedgerState::Free;
    } else {
        let stopped = record_id.filter(|id| !document.is_another(id));
        stopped.into_iter().for_each(|id| document.name(id));
        document.entry.state = LedgerState::Over;
    }
    document.entry.reason = None;
    Step::Write(Box::new(document))
}

fn session_gone(mut document: Document, version: i64) -> Step {
    let may_run = matches!(document.entry.state, LedgerState::Unknown | LedgerState::Running);
    if document.entry.version != version || !may_run {
        return Step::Keep;
    }
    document.entry.state = LedgerState::Over;
    document.entry.reason = None;
    Step::Write(Box::new(document))
}

fn resolved(mut document: Document, generation: i64, resolution: &LedgerResolution, now: Timestamp) -> Step {
    let state = document.entry.clone().seen_at(now).state;
    if document.entry.generation != generation {
        return Step::Denied;
    }
    let (becomes, record_id) = match resolution {
        LedgerResolution::Started { record_id } => {
            (LedgerState::Running, record_id.as_deref().filter(|record_id| !record_id.is_empty()))
        }
        LedgerResolution::NotStarted => (LedgerState::Free, None),
        LedgerResolution::Over => (LedgerState::Over, None),
    };
    if state != LedgerState::Unknown {
        // It was put on record, and the answer was lost.
        let is_same = state == becomes && (record_id.is_none() || record_id == document.entry.record_id.as_deref());
        return if is_same { Step::Keep } else { Step::Denied };
    }
    record_id.into_iter().for_each(|record_id| document.name(record_id));
    document.entry.state = becomes;
    document.entry.reason = None;
    Step::Write(Box::new(document))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    const NOW: Timestamp = Timestamp(1_000);
    const LATER: Timestamp = Timestamp(3_000);

    fn key() -> SessionKey {
        SessionKey { app_key: "app".to_owned(), session_id: "aaa".to_owned() }
    }

    fn claim(permit: &str, after: Option<i64>) -> Input {
        let text = str::to_owned;
        Input::Claim(Claim {
            permit: text(permit),
            holder: text("host-a:1"),
            room_id: text("room1"),
            fingerprint: text("f"),
            extra: text("order-7"),
            sent_extra: text("order-7"),
            quiet_for: 60_000,
            longest_send: 1_000,
            deadline: Timestamp(2_000),
            after,
        })
    }

    fn not_started(permit: &str) -> Input {
        Input::NotStarted { permit: permit.to_owned() }
    }

    fn started(permit: &str, record_id: &str) -> Input {
        let request_id = Some("q".to_owned());
        Input::Started { permit: permit.to_owned(), record_id: record_id.to_owned(), request_id }
    }

    fn unknown(permit: &str) -> Input {
        let (request_id, reason) = (Some("q".to_owned()), "it was cut".to_owned());
        Input::Unknown { permit: permit.to_owned(), request_id, reason }
    }

    fn stopped(generation: i64, record_id: Option<&str>) -> Input {
        Input::Stopped { generation, record_id: record_id.map(str::to_owned) }
    }

    fn stilled(version: i64, may_start_again: bool) -> Input {
        Input::Stilled { version, record_id: Some("r1".to_owned()), may_start_again }
    }

    fn resolved(resolution: LedgerResolution) -> Input {
        Input::Resolved { generation: 1, resolution }
    }

    /// What is on record after all this has happened, of which all must have been noted.
    fn after(inputs: &[Input]) -> Document {
        let mut document = None;
        for input in inputs {
            document = Some(written(document.as_ref(), input));
        }
        document.unwrap()
    }

    fn written(current: Option<&Document>, input: &Input) -> Document {
        let now = if *input == Input::Lost { LATER } else { NOW };
        match step(&key(), current, input, now) {
            Step::Write(mut document) => {
                document.entry.version += 1;
                *document
            }
            other => panic!("{input:?} on {current:?}: {other:?}"),
        }
    }

    fn state(inputs: &[Input]) -> LedgerState {
        after(inputs).entry.state
    }

    fn over() -> [Input; 3] {
        [claim("a", None), started("a", "r1"), stopped(1, None)]
    }

    #[test]
    fn a_start_is_granted_where_nothing_is_on_record_or_the_last_one_did_nothing() {
        let first = after(&[claim("a", None)]);
        assert_eq!((first.entry.state, first.entry.generation), (LedgerState::Sending, 1));
        let second = after(&[claim("a", None), not_started("a"), claim("b", None)]);
        assert_eq!((second.entry.state, second.entry.generation), (LedgerState::Sending, 2));
    }

    #[test]
    fn time_alone_grants_nothing() {
        for before in [vec![claim("a", None)], vec![claim("a", None), Input::Lost]] {
            let document = after(&before);
            for after in [None, Some(1)] {
                assert_eq!(step(&key(), Some(&document), &claim("b", after), Timestamp(i64::MAX)), Step::Denied);
            }
        }
    }

    #[test]
    fn what_is_over_is_started_again_only_by_its_generation_and_its_recording_is_kept() {
        let document = after(&over());
        for after in [None, Some(0), Some(2)] {
            assert_eq!(step(&key(), Some(&document), &claim("b", after), NOW), Step::Denied);
        }
        let second = written(Some(&document), &claim("b", Some(1)));
        assert_eq!((second.entry.generation, second.entry.record_id), (2, None));
        assert_eq!(second.entry.other_record_ids, ["r1"]);
    }

    #[test]
    fn a_claim_whose_answer_was_lost_is_granted_until_somebody_decides_about_it() {
        let granted = after(&[claim("a", None)]);
        assert_eq!(step(&key(), Some(&granted), &claim("a", None), NOW), Step::Keep);
        for decided in [Input::Lost, not_started("a"), started("a", "r1")] {
            let document = after(&[claim("a", None), decided]);
            assert_eq!(step(&key(), Some(&document), &claim("a", None), NOW), Step::Denied);
        }
    }

    #[test]
    fn only_the_holder_of_the_permit_settles_a_start() {
        let document = after(&[claim("a", None)]);
        assert_eq!(step(&key(), Some(&document), &not_started("b"), NOW), Step::Keep);
        assert_eq!(step(&key(), Some(&document), &unknown("b"), NOW), Step::Keep);
        let late = written(Some(&document), &started("b", "r1"));
        assert_eq!((late.entry.state, late.entry.record_id), (LedgerState::Sending, None));
        assert_eq!((late.entry.other_record_ids, late.entry.is_doubled), (vec!["r1".to_owned()], true));
    }

    #[test]
    fn a_late_reply_names_what_was_unknown() {
        for unknown in [unknown("a"), Input::Lost] {
            let document = after(&[claim("a", None), unknown, started("a", "r1")]);
            assert_eq!(document.entry.state, LedgerState::Running);
            assert_eq!((document.entry.record_id.as_deref(), document.entry.reason), (Some("r1"), None));
        }
    }

    #[test]
    fn a_start_that_was_taken_for_lost_and_was_never_sent_is_free() {
        assert_eq!(state(&[claim("a", None), Input::Lost, not_started("a")]), LedgerState::Free);
    }

    #[test]
    fn whoever_lost_a_start_may_say_why_and_says_it_once() {
        let lost = after(&[claim("a", None), Input::Lost]);
        assert_eq!(lost.entry.reason.as_deref(), Some(LOST));
        let told = written(Some(&lost), &unknown("a"));
        assert_eq!((told.entry.reason.as_deref(), told.entry.request_id.as_deref()), (Some("it was cut"), Some("q")));
        assert_eq!(step(&key(), Some(&told), &Input::Lost, LATER), Step::Keep);
    }

    #[test]
    fn a_start_is_not_lost_before_its_deadline() {
        let document = after(&[claim("a", None)]);
        assert_eq!(step(&key(), Some(&document), &Input::Lost, NOW), Step::Keep);
    }

    #[test]
    fn somebody_may_decide_what_became_of_a_lost_start_and_of_no_other() {
        let started = LedgerResolution::Started { record_id: Some("r9".to_owned()) };
        let states = [started.clone(), LedgerResolution::NotStarted, LedgerResolution::Over]
            .map(|resolution| state(&[claim("a", None), unknown("a"), resolved(resolution)]));
        assert_eq!(states, [LedgerState::Running, LedgerState::Free, LedgerState::Over]);
        for settled in [vec![claim("a", None)], over().to_vec()] {
            assert_eq!(step(&key(), Some(&after(&settled)), &resolved(started.clone()), NOW), Step::Denied);
        }
        let of_another = Input::Resolved { generation: 2, resolution: LedgerResolution::Over };
        assert_eq!(step(&key(), Some(&after(&[claim("a", None), unknown("a")])), &of_another, NOW), Step::Denied);
    }

    #[test]
    fn a_stop_ends_what_runs_and_settles_an_unknown_start_only_by_naming_it() {
        assert_eq!(after(&over()).entry.record_id.as_deref(), Some("r1"));
        for before in [vec![claim("a", None)], vec![claim("a", None), unknown("a")]] {
            let document = after(&before);
            assert_eq!(step(&key(), Some(&document), &stopped(1, None), NOW), Step::Keep);
            assert_eq!(step(&key(), Some(&document), &stopped(0, Some("r1")), NOW), Step::Keep);
            let named = written(Some(&document), &stopped(1, Some("r1")));
            assert_eq!((named.entry.state, named.entry.record_id.as_deref()), (LedgerState::Over, Some("r1")));
            // The reply of the same start comes late, and revives nothing.
            match step(&key(), Some(&named), &started("a", "r1"), NOW) {
                Step::Write(late) => assert_eq!(late.entry.state, LedgerState::Over),
                other => assert_eq!(other, Step::Keep),
            }
        }
    }

    #[test]
    fn a_stop_that_names_nothing_says_something_only_of_what_ran_when_it_was_sent() {
        let of = |inputs: &[Input]| Input::stopped(&after(inputs), None);
        assert_eq!(of(&[claim("a", None), unknown("a")]), None);
        assert_eq!(of(&[claim("a", None), started("a", "r1")]), Some(stopped(1, Some("r1"))));
        let nameless = resolved(LedgerResolution::Started { record_id: None });
        assert_eq!(of(&[claim("a", None), unknown("a"), nameless]), Some(stopped(1, None)));
    }

    #[test]
    fn a_stop_of_another_recording_than_the_latest_leaves_that_running() {
        let document = after(&[claim("a", None), started("a", "r1"), stopped(1, Some("r0"))]);
        assert_eq!((document.entry.state, document.entry.record_id.as_deref()), (LedgerState::Running, Some("r1")));
        assert_eq!(document.entry.other_record_ids, ["r0"]);
    }

    #[test]
    fn a_policy_acts_only_on_the_version_that_it_has_seen() {
        let document = after(&[claim("a", None), unknown("a")]);
        for input in [stilled(1, true), stilled(1, false), Input::SessionGone { version: 1 }] {
            assert_eq!(step(&key(), Some(&document), &input, NOW), Step::Keep);
        }
        let restarted = written(Some(&document), &stilled(2, true));
        assert_eq!((restarted.entry.state, restarted.entry.record_id), (LedgerState::Free, None));
        assert_eq!(restarted.entry.other_record_ids, ["r1"]);
        let stopped = written(Some(&document), &stilled(2, false));
        assert_eq!((stopped.entry.state, stopped.entry.record_id.as_deref()), (LedgerState::Over, Some("r1")));
        let gone = written(Some(&document), &Input::SessionGone { version: 2 });
        assert_eq!(gone.entry.state, LedgerState::Over);
        assert_eq!(written(Some(&gone), &started("a", "r1")).entry.state, LedgerState::Over);
    }

    #[test]
    fn what_happens_to_nothing_changes_nothing() {
        let resolution = LedgerResolution::Over;
        let inputs = [not_started("a"), unknown("a"), Input::Lost, stopped(0, None), stilled(0, true)];
        for input in inputs.into_iter().chain([Input::SessionGone { version: 0 }, resolved(resolution)]) {
            assert_eq!(step(&key(), None, &input, NOW), Step::Denied);
        }
    }

    fn any_input(random: &mut fastrand::Rng, document: Option<&Document>) -> Input {
        let permit = ["a", "b", "c"][random.usize(..3)];
        let record_id = ["r1", "r2", "r3"][random.usize(..3)];
        let entry = document.map(|document| (document.entry.version, document.entry.generation));
        let (version, generation) = entry.unwrap_or_default();
        let resolution = match random.u8(..4) {
            0 => LedgerResolution::NotStarted,
            1 => LedgerResolution::Over,
            2 => LedgerResolution::Started { record_id: None },
            _ => LedgerResolution::Started { record_id: Some(record_id.to_owned()) },
        };
        match random.u8(..9) {
            0 => claim(permit, random.bool().then_some(generation)),
            1 => not_started(permit),
            2 => started(permit, record_id),
            3 => unknown(permit),
            4 => Input::Lost,
            5 => stopped(generation, random.bool().then_some(record_id)),
            6 => stilled(version, random.bool()),
            7 => Input::SessionGone { version },
            _ => Input::Resolved { generation, resolution },
        }
    }

    #[test]
    fn what_happens_twice_is_the_same_as_once() {
        let mut random = fastrand::Rng::with_seed(11);
        let mut changes = 0;
        for _ in 0..2_000 {
            let mut document: Option<Document> = None;
            for _ in 0..12 {
                let input = any_input(&mut random, document.as_ref());
                if let Step::Write(mut next) = step(&key(), document.as_ref(), &input, LATER) {
                    next.entry.version += 1;
                    assert_eq!(step(&key(), Some(&next), &input, LATER), Step::Keep, "{input:?} on {document:?}");
                    changes += 1;
                    document = Some(*next);
                }
            }
        }
        assert!(changes > 5_000, "{changes}");
    }

    #[test]
    fn a_claim_that_was_given_up_comes_too_late_where_it_is_still_on_its_way() {
        let abandoned = Input::Abandoned { permit: "p1".to_owned() };
        let written = |current: Option<&Document>| match step(&key(), current, &abandoned, NOW) {
            Step::Write(document) => document.entry.state,
            other => panic!("{other:?}"),
        };
        // The version that the claim has seen is gone with whatever is written.
        assert_eq!(written(None), LedgerState::Free);
        let Step::Write(claimed) = step(&key(), None, &claim("p1", None), NOW) else { panic!("not granted") };
        assert_eq!(written(Some(&claimed)), LedgerState::Free);
        let Step::Write(of_others) = step(&key(), None, &claim("p2", None), NOW) else { panic!("not granted") };
        assert_eq!(written(Some(&of_others)), LedgerState::Sending);
    }

    #[test]
    fn one_alone_may_act_on_what_several_have_seen() {
        let key = key();
        let Step::Write(claimed) = step(&key, None, &claim("p1", None), NOW) else { panic!("not granted") };
        let Step::Write(lost) = step(&key, Some(&claimed), &Input::Lost, LATER) else { panic!("not lost") };
        let acting = Input::Acting { version: lost.entry.version };
        let Step::Write(mut acted_on) = step(&key, Some(&lost), &acting, LATER) else { panic!("not allowed") };
        acted_on.entry.version += 1;
        assert_eq!(step(&key, Some(&acted_on), &acting, LATER), Step::Denied);
        let stilled = Input::Stilled { version: lost.entry.version, record_id: None, may_start_again: true };
        assert_eq!(step(&key, Some(&acted_on), &stilled, LATER), Step::Keep);
    }

    #[test]
    fn what_callbacks_alone_have_told_is_no_more_decided_by_a_claim_that_was_given_up() {
        let mut document = after(&[claim("a", None)]);
        // A recording without an extra was taken for this start's.
        document.entry.state = LedgerState::Running;
        document.entry.record_id = Some("r9".to_owned());
        let touched = written(Some(&document), &Input::Abandoned { permit: "b".to_owned() });
        assert_eq!((touched.decided.state, touched.entry.changed_at), (LedgerState::Sending, NOW));
        assert!(written(Some(&touched), &not_started("a")).is_foreign);
    }
}
