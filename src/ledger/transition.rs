//! What becomes of a document: one pure function, the same for every engine and language.
//!
//! The service has no key by which it could know a repeated start, and nothing that could fence a late one off. So time
//! never hands a start over: the right to send one is granted anew only after a start that provably did nothing, or by
//! somebody's decision.

use super::document::Document;
use super::store::SessionKey;
use crate::entry::{LOST, LedgerState};
use crate::time::Timestamp;

/// What happens to a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Input {
    /// Somebody wants to send a start.
    Claim(Claim),
    /// The sender: its start provably did nothing.
    NotStarted { permit: String },
    /// The sender: its start was acknowledged.
    Started { permit: String, record_id: String, request_id: Option<String> },
    /// The sender: nobody knows what its start did.
    Unknown { permit: String, request_id: Option<String>, reason: String },
    /// A start is still being sent though its deadline has passed: a name for what is the case, and no release.
    Lost,
    /// A stop that was sent when the document had this generation was acknowledged.
    Stopped { generation: i64, record_id: Option<String> },
    /// A stop that was sent because of an unknown outcome was answered. The document had this version all the time, for
    /// longer than any start is on its way.
    Stilled { version: i64, record_id: Option<String>, may_start_again: bool },
    /// The session is gone. The document had this version all the time, for longer than any start is on its way.
    SessionGone { version: i64 },
    /// Somebody has found out, or decides, what became of the start of this generation.
    Resolved { generation: i64, resolution: Resolution },
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
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Enum)]
#[non_exhaustive]
pub enum Resolution {
    /// It started a recording.
    Started {
        /// The recording: `recordId`. Default: not known; the next callback of it tells.
        #[uniffi(default = None)]
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
    Write(Document),
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
        Input::Started { permit, record_id, request_id } => started(before, permit, record_id, request_id.as_deref()),
        _ if !is_known => Step::Denied,
        Input::NotStarted { permit } => not_started(before, permit),
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
    Step::Write(document)
}

fn not_started(mut document: Document, permit: &str) -> Step {
    // As long as callbacks alone have named a recording, it may have been taken for this start's.
    if !document.has_permit(permit) || !document.decided.state.is_unresolved() {
        return Step::Keep;
    }
    if document.entry.state == LedgerState::Running {
        document.is_foreign = true;
        return Step::Write(document);
    }
    if let Some(another) = document.entry.record_id.take() {
        document.note_another(&another);
    }
    document.entry.state = LedgerState::Free;
    document.entry.reason = None;
    Step::Write(document)
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
        return Step::Write(document);
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
    Step::Write(document)
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
    Step::Write(document)
}

fn lost(mut document: Document, now: Timestamp) -> Step {
    if document.entry.state != LedgerState::Sending {
        return Step::Keep;
    }
    document.entry = document.entry.seen_at(now);
    if document.entry.state == LedgerState::Unknown { Step::Write(document) } else { Step::Keep }
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
    Step::Write(document)
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
    Step::Write(document)
}

fn session_gone(mut document: Document, version: i64) -> Step {
    let may_run = matches!(document.entry.state, LedgerState::Unknown | LedgerState::Running);
    if document.entry.version != version || !may_run {
        return Step::Keep;
    }
    document.entry.state = LedgerState::Over;
    document.entry.reason = None;
    Step::Write(document)
}

fn resolved(mut document: Document, generation: i64, resolution: &Resolution, now: Timestamp) -> Step {
    let state = document.entry.clone().seen_at(now).state;
    if document.entry.generation != generation || state != LedgerState::Unknown {
        return Step::Denied;
    }
    document.entry.reason = None;
    document.entry.state = match resolution {
        Resolution::Started { record_id } => {
            record_id.iter().filter(|id| !id.is_empty()).for_each(|id| document.name(id));
            LedgerState::Running
        }
        Resolution::NotStarted => LedgerState::Free,
        Resolution::Over => LedgerState::Over,
    };
    Step::Write(document)
}
