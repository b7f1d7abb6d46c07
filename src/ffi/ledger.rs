//! What can be asked of a ledger and what it answers, each as one value; and the ledger under those of the foreign
//! languages.

use std::sync::Arc;

use super::client::NativeClient;
use super::completion::CompletionQueue;
use super::request::Reply;
use crate::callback::{CallbackError, CallbackReceiver, CallbackRequest, ReceivedRoomEvent};
use crate::entry::LedgerEntry;
use crate::error::{CallContext, OperationKind, RecordingError, Violation, codes};
use crate::ledger::{
    FollowedRecording, LedgerOptions, LedgerRecording, LedgerStartOptions, OnUnknown, ReconcileReport, RecordingLedger,
    Resolution, TakeError, TakenEvent,
};
use crate::model::{RecordingProfile, RecordingTarget};
use crate::protocol::Acknowledged;
use crate::running::Running;
use crate::runtime;
use crate::time::Span;

/// What is asked of a ledger. Each kind is a method of every language's ledger, with its fields as arguments.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum LedgerRequest {
    /// Starts recording a session, unless it is recorded already: whoever asks first sends the start, all others get the same
    /// recording.
    ///
    /// Whoever asks while the first one's start is on its way waits for its outcome. A session that was recorded before is
    /// not recorded again, unless `after` names that recording's generation: a job that is delivered twice, late or by two
    /// workers records once. Cancelling ends the call at once; what is on its way is put on record all the same.
    ///
    /// Source: record/start.
    ///
    /// Errors: as for a client's start. Besides: `Conflict` where the outcome of an earlier start is unknown, another start is
    /// not over in time, or what is on record was started otherwise; `NotSent`, cause `Store`, where the store can't be asked,
    /// so that nothing was sent.
    Start {
        /// The room: `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// The current call's session, from the room status callback or the room query: `sessionId`. Not empty.
        session_id: String,
        /// What to record and how: `config`.
        profile: Arc<RecordingProfile>,
        /// A tag of your own that comes back in the recording's callbacks: `extra`. Default: none; the ledger then sends one of
        /// its own, and doesn't show it.
        #[uniffi(default = None)]
        extra: Option<String>,
        /// The generation of an earlier recording that you know to be over: only then a further one of the session is started.
        /// Default: none.
        #[uniffi(default = None)]
        after: Option<i64>,
        /// The longest time for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
    },
    /// Starts recording whatever call is going on in a room, unless it is recorded already: asks for the room's session, then
    /// starts as a start does.
    ///
    /// Source: user/query, record/start.
    ///
    /// Errors: as for a start. `Refused` with code 40003: there is no call in that room.
    StartInRoom {
        /// The room: `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// What to record and how: `config`.
        profile: Arc<RecordingProfile>,
        /// A tag of your own that comes back in the recording's callbacks: `extra`. Default: none; the ledger then sends one of
        /// its own, and doesn't show it.
        #[uniffi(default = None)]
        extra: Option<String>,
        /// The generation of an earlier recording that you know to be over: only then a further one of the session is started.
        /// Default: none.
        #[uniffi(default = None)]
        after: Option<i64>,
        /// The longest time for question and start together. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
    },
    /// Stops recording a session: `POST /rtc/record/stop.json`, and puts on record that it is over. The files follow later, by
    /// callback.
    ///
    /// It is sent whatever is on record, and where the store can't be asked, too. As a client's stop, it may be repeated.
    ///
    /// Source: record/stop.
    ///
    /// Errors: as for a client's stop.
    Stop {
        /// What a start returned, or a room and session.
        recording: RecordingTarget,
        /// The longest time for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
    },
    /// Takes in a recording callback: verifies it, remembers its signature for all processes, stores it, and puts it on record.
    /// **Answer 200 only after that.**
    ///
    /// Where it is refused, answer the refusal's HTTP status; where it fails, 503, so that the service sends it again. An event
    /// that comes again is taken in again: that changes nothing. An event without a session is kept under its `recordId`.
    ///
    /// Source: record/callback.
    ///
    /// Errors: a callback error where it must not be believed, also where its signature came with another body before, to
    /// whatever process; `NotSent`, cause `Store`, where the store fails.
    Take {
        /// The callback as it came in over HTTP.
        request: CallbackRequest,
    },
    /// Verifies a room status callback, and remembers its signature for all processes. Nothing of it is put on record.
    ///
    /// Source: room/room-status-callback.
    ///
    /// Errors: as for a recording callback.
    TakeRoomEvent {
        /// The callback as it came in over HTTP.
        request: CallbackRequest,
    },
    /// Tells what is known of a session's recording. Absent where nothing is on record.
    ///
    /// Errors: `NotSent`, cause `Store`, where the store can't be asked.
    Get {
        /// The session: `sessionId`.
        session_id: String,
    },
    /// Waits for the next change of a session's recording: until its entry has another version than the one that was seen, or
    /// it is settled, or the time is over. What is known then is returned. Absent where nothing is on record.
    ///
    /// Errors: `InvalidInput` for a time that can't be; `NotSent`, cause `Store`.
    NextChange {
        /// The session: `sessionId`.
        session_id: String,
        /// The version that was seen. 0: none.
        seen: i64,
        /// The longest time to wait. Above zero, at most 365 days.
        timeout: Span,
        /// How long it must have been quiet around an uploaded recording until it counts as settled, because nobody says how
        /// many files there will be. Not negative. Default: 2 minutes.
        #[uniffi(default = None)]
        settle: Option<Span>,
    },
    /// Waits until a recording has ended, at least one of its files has been uploaded, and it has been quiet for the settling
    /// time; or until the time is over. Whether it is, says the answer's `is_settled`. Absent where nothing is on record.
    ///
    /// Errors: `InvalidInput` for a time that can't be; `NotSent`, cause `Store`.
    WaitUntilUploaded {
        /// The session: `sessionId`.
        session_id: String,
        /// The longest time to wait. Above zero, at most 365 days.
        timeout: Span,
        /// How long it must have been quiet, because nobody says how many files there will be. Not negative. Default: 2
        /// minutes.
        #[uniffi(default = None)]
        settle: Option<Span>,
    },
    /// Lists the entries whose outcome nobody knows, the oldest first.
    ///
    /// Errors: `NotSent`, cause `Store`.
    Unresolved {
        /// How many, at most. Above zero. Default: 100.
        #[uniffi(default = None)]
        limit: Option<i64>,
    },
    /// Puts on record what became of a start whose outcome is unknown: somebody has found out, or decides. Returns what is on
    /// record then.
    ///
    /// Errors: `Conflict` where the outcome of that generation is not unknown; `InvalidInput` where nothing is on record of
    /// the session; `NotSent`, cause `Store`.
    Resolve {
        /// The session: `sessionId`.
        session_id: String,
        /// The generation that it is about, as the entry says it: a later start is not touched.
        generation: i64,
        /// What became of it.
        resolution: Resolution,
    },
    /// Looks at everything that is due, and does what the ledger was told to do about unknown outcomes. For a job that runs
    /// every few minutes; a program that runs all the time has `keep_up`.
    ///
    /// Unknown outcomes are acted on only once this process has seen them unchanged for the grace: a job waits for it, at most
    /// as long as given.
    ///
    /// Errors: `InvalidInput` for a negative wait; `NotSent`, cause `Store`, where the store doesn't even tell what is due.
    Reconcile {
        /// How many entries to look at, at most. Above zero. Default: 1,000.
        #[uniffi(default = None)]
        limit: Option<i64>,
        /// How long to wait for the grace, at most. Not negative. Default: as long as needed, once.
        #[uniffi(default = None)]
        wait: Option<Span>,
    },
}

/// What a ledger answers, by what was asked.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum LedgerReply {
    /// Of a start.
    Start {
        /// The recording, and whose it is.
        value: LedgerRecording,
    },
    /// Of a start in whatever session a room has.
    StartInRoom {
        /// The recording, and whose it is.
        value: LedgerRecording,
    },
    /// Of a stop.
    Stop {
        /// What the service acknowledged.
        value: Acknowledged,
    },
    /// Of a recording callback.
    Take {
        /// What was taken in.
        value: TakenEvent,
    },
    /// Of a room status callback.
    TakeRoomEvent {
        /// What was verified.
        value: ReceivedRoomEvent,
    },
    /// Of a question.
    Get {
        /// What is known. Absent where nothing is on record.
        value: Option<FollowedRecording>,
    },
    /// Of a wait for a change.
    NextChange {
        /// What is known. Absent where nothing is on record.
        value: Option<FollowedRecording>,
    },
    /// Of a wait for files.
    WaitUntilUploaded {
        /// What is known. Absent where nothing is on record.
        value: Option<FollowedRecording>,
    },
    /// Of a question for unknown outcomes.
    Unresolved {
        /// The entries.
        value: Vec<LedgerEntry>,
    },
    /// Of a decision.
    Resolve {
        /// What is on record now.
        value: LedgerEntry,
    },
    /// Of a reconciliation.
    Reconcile {
        /// What was found and done.
        value: ReconcileReport,
    },
    /// Of a callback that must not be believed: it is thrown.
    Refused {
        /// Why.
        refusal: CallbackError,
    },
}

const DEFAULT_UNRESOLVED: i64 = 100;
const DEFAULT_RECONCILED: i64 = 1_000;

/// One memory for all processes of an app: starts a session's recording once, takes its callbacks in, and follows it.
#[derive(uniffi::Object)]
pub struct NativeLedger {
    ledger: RecordingLedger,
}

#[uniffi::export]
impl NativeLedger {
    /// A ledger of the given client, with the store that the options name, or else the environment's `RONGCLOUD_LEDGER_URL`.
    ///
    /// Nothing is opened yet: a program starts while its store is down, and each call fails until it can be reached.
    ///
    /// Errors: `InvalidInput` where no store is named, or one that this library has no engine for, and for unusable options.
    ///
    /// Arguments:
    /// - client: the client that starts, stops and asks. It stays yours to close.
    /// - on_unknown: what to do about a start whose outcome is unknown.
    /// - receiver: what verifies callbacks. Default: one with the client's credentials.
    /// - options: everything else. Default: see each field.
    #[uniffi::constructor(default(receiver = None, options))]
    pub fn new(
        client: Arc<NativeClient>,
        on_unknown: OnUnknown,
        receiver: Option<Arc<CallbackReceiver>>,
        options: LedgerOptions,
    ) -> Result<Self, RecordingError> {
        let ledger = RecordingLedger::open(client.client().clone(), on_unknown, &options)?;
        Ok(Self { ledger: receiver.into_iter().fold(ledger, RecordingLedger::with_receiver) })
    }

    /// Begins a call, whose outcome the queue has under the number returned.
    ///
    /// Errors: `InvalidInput`; `NotSent` where the queue, the client or the runtime has been closed.
    pub fn begin(&self, queue: Arc<CompletionQueue>, request: LedgerRequest) -> Result<i64, RecordingError> {
        queue.begin(|| request.begin(self.ledger.clone()))
    }

    /// Reconciles again and again in the background, until the ledger is closed or let go of.
    ///
    /// Errors: `InvalidInput` for an interval of nothing; `NotSent` where the runtime has been closed.
    ///
    /// Arguments:
    /// - interval: how long it is from one reconciliation to the next. Above zero.
    pub fn keep_up(&self, interval: Span) -> Result<(), RecordingError> {
        runtime::spawn(self.ledger.keeping_up(interval)?)?;
        Ok(())
    }

    /// Ends what the ledger does by itself: following, waiting, keeping up. The client stays open.
    pub fn shut_down(&self) -> Result<(), RecordingError> {
        self.ledger.close();
        Ok(())
    }
}

impl LedgerRequest {
    /// Begins what is asked, on the shared runtime.
    fn begin(self, ledger: RecordingLedger) -> Result<Running<Reply>, RecordingError> {
        let context = self.context();
        Running::begin(context.as_ref(), |progress| async move {
            let reply = match self {
                Self::Start { room_id, session_id, profile, extra, after, timeout } => {
                    let options = LedgerStartOptions { extra, after, timeout };
                    let value = ledger.start_observed(&room_id, &session_id, &profile, options, progress).await?;
                    LedgerReply::Start { value }
                }
                Self::StartInRoom { room_id, profile, extra, after, timeout } => {
                    let options = LedgerStartOptions { extra, after, timeout };
                    let value = ledger.start_in_room_observed(&room_id, &profile, options, progress).await?;
                    LedgerReply::StartInRoom { value }
                }
                Self::Stop { recording, timeout } => {
                    LedgerReply::Stop { value: ledger.stop_observed(recording, timeout, progress).await? }
                }
                Self::Take { request } => {
                    let taken = ledger.take(request).await.map(|value| LedgerReply::Take { value });
                    taken.or_else(refused)?
                }
                Self::TakeRoomEvent { request } => {
                    let taken = ledger.take_room_event(request).await;
                    taken.map(|value| LedgerReply::TakeRoomEvent { value }).or_else(refused)?
                }
                Self::Get { session_id } => LedgerReply::Get { value: ledger.get(&session_id).await? },
                Self::NextChange { session_id, seen, timeout, settle } => {
                    LedgerReply::NextChange { value: ledger.next_change(&session_id, seen, settle, timeout).await? }
                }
                Self::WaitUntilUploaded { session_id, timeout, settle } => {
                    let value = ledger.wait_until_uploaded(&session_id, settle, timeout).await?;
                    LedgerReply::WaitUntilUploaded { value }
                }
                Self::Unresolved { limit } => {
                    let limit = checked_limit(limit.unwrap_or(DEFAULT_UNRESOLVED))?;
                    LedgerReply::Unresolved { value: ledger.unresolved(limit).await? }
                }
                Self::Resolve { session_id, generation, resolution } => {
                    LedgerReply::Resolve { value: ledger.resolve(&session_id, generation, resolution).await? }
                }
                Self::Reconcile { limit, wait } => {
                    let limit = checked_limit(limit.unwrap_or(DEFAULT_RECONCILED))?;
                    LedgerReply::Reconcile { value: ledger.reconcile(limit, wait).await? }
                }
            };
            Ok(Reply::Ledger { value: reply })
        })
    }

    /// What it asks of the service, where it does.
    fn context(&self) -> Option<CallContext> {
        match self {
            Self::Start { room_id, session_id, extra, .. } => {
                let extra = extra.as_deref().unwrap_or_default();
                Some(CallContext::new(OperationKind::Start, room_id, session_id, extra))
            }
            Self::StartInRoom { room_id, extra, .. } => {
                let extra = extra.as_deref().unwrap_or_default();
                Some(CallContext::new(OperationKind::Start, room_id, "", extra))
            }
            Self::Stop { recording, .. } => {
                Some(CallContext::new(OperationKind::Stop, &recording.room_id, &recording.session_id, ""))
            }
            _ => None,
        }
    }
}

fn refused(error: TakeError) -> Result<LedgerReply, RecordingError> {
    match error {
        TakeError::Refused(refusal) => Ok(LedgerReply::Refused { refusal }),
        TakeError::Failed(error) => Err(error),
    }
}

fn checked_limit(limit: i64) -> Result<usize, RecordingError> {
    if limit < 1 {
        let violation = Violation::new("limit", codes::OUT_OF_RANGE, "must be above zero");
        return Err(RecordingError::InvalidInput { violations: vec![violation], call: None });
    }
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}
