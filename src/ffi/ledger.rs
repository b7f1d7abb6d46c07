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
    FollowedRecording, LedgerOptions, LedgerRecording, LedgerResolution, LedgerStartOptions, LedgerStatistics,
    OnUnknown, ReconcileReport, RecordingLedger, TakeError, TakenEvent,
};
use crate::measurement::Measurement;
use crate::model::{RecordingProfile, RecordingTarget};
use crate::protocol::{Acknowledged, CallOptions};
use crate::running::Running;
use crate::runtime;
use crate::time::Span;

/// What is asked of a ledger. Each kind is a method of every language's ledger, with its fields as arguments.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum LedgerRequest {
    /// Starts recording a session, unless it is already being recorded. The first caller sends the start; all others get the
    /// same recording.
    ///
    /// A caller that comes while the first start is in flight waits for its outcome. A session that was recorded before is not
    /// recorded again unless `after` names that recording's generation, so a job that is delivered twice, late, or to two
    /// workers records once. Cancelling ends the call at once; the outcome of a start in flight is still put on record.
    ///
    /// Source: record/start.
    ///
    /// Errors: as for a client's start. In addition, `Conflict` if the outcome of an earlier start is unknown, if another start
    /// doesn't end in time, or if the recording on record was started with other arguments; `NotSent`, cause `Store`, if the
    /// store can't be reached. Nothing was sent in either case.
    Start {
        /// The room: `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// The current call's session, from the room status callback or the room query: `sessionId`. Not empty.
        session_id: String,
        /// What to record and how: `config`.
        profile: Arc<RecordingProfile>,
        /// A tag of your own that the recording's callbacks return: `extra`. Default: none; the ledger then sends a tag of its
        /// own and hides it.
        #[uniffi(default = None)]
        extra: Option<String>,
        /// The generation of an earlier recording that you know to be over. Only then is the session recorded again. Default:
        /// none.
        #[uniffi(default = None)]
        after: Option<i64>,
        /// The timeout for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
        /// An id of your own for this call, which its log records and its errors have as `call_id`. If the call sends a start,
        /// the start has it as its `X-Request-ID`; a caller that gets another call's recording gets that call's request id. 1
        /// to 36 visible ASCII characters. Default: the start's random id.
        #[uniffi(default = None)]
        request_id: Option<String>,
    },
    /// Starts recording the current conversation in a room, unless it is already being recorded: queries the room's session,
    /// then starts it as `start` does.
    ///
    /// Source: user/query, record/start.
    ///
    /// Errors: as for a start. `Refused` with code 40003 if there is no conversation in that room.
    StartInRoom {
        /// The room: `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// What to record and how: `config`.
        profile: Arc<RecordingProfile>,
        /// A tag of your own that the recording's callbacks return: `extra`. Default: none; the ledger then sends a tag of its
        /// own and hides it.
        #[uniffi(default = None)]
        extra: Option<String>,
        /// The generation of an earlier recording that you know to be over. Only then is the session recorded again. Default:
        /// none.
        #[uniffi(default = None)]
        after: Option<i64>,
        /// The timeout for query and start together. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
        /// An id of your own for this call, which its log records and its errors have as `call_id`. If the call sends a start,
        /// the start has it as its `X-Request-ID`, not the query; a caller that gets another call's recording gets that call's
        /// request id. 1 to 36 visible ASCII characters. Default: the start's random id.
        #[uniffi(default = None)]
        request_id: Option<String>,
    },
    /// Stops recording a session: `POST /rtc/record/stop.json`, and puts on record that it is over. The files are reported
    /// later, by callback.
    ///
    /// The stop is sent whatever is on record, even if the store can't be reached. Like a client's stop, it may be repeated.
    ///
    /// Source: record/stop.
    ///
    /// Errors: as for a client's stop.
    Stop {
        /// The recording, as a start returned it, or a room and session.
        recording: RecordingTarget,
        /// The timeout for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
        /// An id of your own for this call, which its log records and its errors have as `call_id`. Its first attempt is
        /// sent with it as `X-Request-ID`, any further one with a random id. 1 to 36 visible ASCII characters. Default: the
        /// first attempt's random id.
        #[uniffi(default = None)]
        request_id: Option<String>,
    },
    /// Takes in a recording callback: verifies it, remembers its signature for all processes, stores it, and puts it on record.
    /// **Answer 200 only after that.**
    ///
    /// If it is refused, answer with the refusal's HTTP status. If the call fails, answer 503, so that the service sends the
    /// callback again. An event that arrives again is taken in again, which changes nothing. An event without a session is
    /// stored under its `recordId`.
    ///
    /// Source: record/callback.
    ///
    /// Errors: a callback error if it can't be trusted, including a signature that arrived with another body before, at any
    /// process; `NotSent`, cause `Store`, if the store fails.
    Take {
        /// The callback as it arrived over HTTP.
        request: CallbackRequest,
    },
    /// Verifies a room status callback and remembers its signature for all processes. Nothing is put on record.
    ///
    /// Source: room/room-status-callback.
    ///
    /// Errors: as for a recording callback.
    TakeRoomEvent {
        /// The callback as it arrived over HTTP.
        request: CallbackRequest,
    },
    /// Returns what is known about a session's recording. Absent if nothing is on record.
    ///
    /// Errors: `NotSent`, cause `Store`, if the store can't be reached.
    Get {
        /// The session: `sessionId`.
        session_id: String,
    },
    /// Waits for the next change of a session's recording: until its entry's version differs from the one seen, it is settled,
    /// or the timeout expires. Returns what is known then. Absent if nothing is on record.
    ///
    /// Errors: `InvalidInput` for a time that is out of range; `NotSent`, cause `Store`.
    NextChange {
        /// The session: `sessionId`.
        session_id: String,
        /// The version seen before. 0 if none was.
        seen: i64,
        /// How long to wait at most. Above zero, at most 365 days.
        timeout: Span,
        /// How long an uploaded recording must have been quiet to count as settled. The service doesn't say how many files there
        /// will be. Not negative. Default: 2 minutes.
        #[uniffi(default = None)]
        settle: Option<Span>,
    },
    /// Waits until a recording has ended, at least one of its files has been uploaded, and nothing has been reported for the
    /// settling time, or until the timeout expires. A recording that was stopped and about which no callback came for half an
    /// hour ends the waiting, too: look at the entry's state. Absent if nothing is on record.
    ///
    /// Errors: `InvalidInput` for a time that is out of range; `NotSent`, cause `Store`.
    WaitUntilUploaded {
        /// The session: `sessionId`.
        session_id: String,
        /// How long to wait at most. Above zero, at most 365 days.
        timeout: Span,
        /// The settling time. The service doesn't say how many files there will be. Not negative. Default: 2 minutes.
        #[uniffi(default = None)]
        settle: Option<Span>,
    },
    /// Lists the entries whose outcome is unknown, oldest first.
    ///
    /// Errors: `NotSent`, cause `Store`.
    Unresolved {
        /// The maximum number. Above zero. Default: 100.
        #[uniffi(default = 100)]
        limit: i64,
    },
    /// Lists what is on record, what needs to be looked at soonest first: unknown outcomes and what is running before what is
    /// over.
    ///
    /// Errors: `NotSent`, cause `Store`.
    Entries {
        /// The maximum number. Above zero. Default: 100.
        #[uniffi(default = 100)]
        limit: i64,
    },
    /// Puts on record what happened to a start whose outcome is unknown, because you found out or decide it. Returns the entry
    /// as it is then.
    ///
    /// Errors: `Conflict` if the outcome of that generation is not unknown; `InvalidInput` if nothing is on record for the
    /// session; `NotSent`, cause `Store`.
    Resolve {
        /// The session: `sessionId`.
        session_id: String,
        /// The generation that the decision is about, from the entry. A later start is not affected.
        generation: i64,
        /// What happened to it.
        resolution: LedgerResolution,
    },
    /// Checks everything that is due, and handles unknown outcomes as the ledger was created to. For a job that runs every few
    /// minutes; a long-running program uses `keep_up`.
    ///
    /// Unknown outcomes are handled only after this process has seen them unchanged for the grace period, for which a job
    /// waits, at most as long as given.
    ///
    /// Errors: `InvalidInput` for a negative wait; `NotSent`, cause `Store`, if the store can't be asked what is due.
    Reconcile {
        /// The maximum number of entries to check. Above zero. Default: 1,000.
        #[uniffi(default = 1000)]
        limit: i64,
        /// How long to wait for the grace period at most. Not negative. Default: as long as needed, once.
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
    /// Of a question for everything.
    Entries {
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

/// The shared memory of all processes of an app: starts a session's recording once, takes in its callbacks, and follows it.
///
/// A new start of a session is sent only after one that provably did nothing, or by somebody's decision, and each leaves at
/// most once; time alone never lets a start be sent again. This holds if the store loses nothing that it has acknowledged,
/// if everything that starts recordings uses the same store, if nobody decides wrongly, and if nothing holds a request back
/// for longer than the grace. It doesn't promise that a recording happens, nor protect from the console's automatic trigger.
#[derive(uniffi::Object)]
pub struct NativeLedger {
    ledger: RecordingLedger,
}

#[uniffi::export]
impl NativeLedger {
    /// Creates a ledger over a client, with the store named by the options, or else by `RONGCLOUD_LEDGER_URL`.
    ///
    /// Nothing is opened yet: a program can start while its store is down, and each call fails until the store can be reached.
    ///
    /// Errors: `InvalidInput` if no store is named, if this library has no engine for it, and for unusable options.
    ///
    /// Arguments:
    /// - client: the client that sends the requests. Closing it remains your task.
    /// - on_unknown: what to do about a start whose outcome is unknown.
    /// - receiver: what verifies callbacks. Its replay guard is not asked: the store remembers signatures for all processes.
    ///   Default: a receiver with the client's credentials.
    /// - options: all other settings. Default: see each field.
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

    /// Reconciles repeatedly in the background, until the ledger is closed or destroyed, so keep a reference to it.
    ///
    /// In programs that fork, call it after the fork: a child has to keep up by itself, and with SQLite, a child fails every
    /// call if its parent had opened the file before. What it logs is passed on when the next call ends.
    ///
    /// Errors: `InvalidInput` if the interval is not above zero; `NotSent` if the runtime has been closed.
    ///
    /// Arguments:
    /// - interval: the time between two reconciliations. Above zero.
    pub fn keep_up(&self, interval: Span) -> Result<(), RecordingError> {
        runtime::spawn(self.ledger.keeping_up(interval)?)?;
        Ok(())
    }

    /// Returns what the ledger has done in this process since it was created, for metrics. Nothing is asked of the store.
    ///
    /// Errors: none are expected, but every call across the language boundary may report `Internal`.
    pub fn statistics(&self) -> Result<LedgerStatistics, RecordingError> {
        Ok(self.ledger.statistics())
    }

    /// The ledger's statistics by the names of metrics, for an adapter to a metrics library.
    pub fn measurements(&self) -> Result<Vec<Measurement>, RecordingError> {
        Ok(self.ledger.statistics().measurements())
    }

    /// Ends what the ledger does in the background, and all waiting for changes and files. The client stays open.
    pub fn shut_down(&self) -> Result<(), RecordingError> {
        self.ledger.close();
        Ok(())
    }

    /// Tells whether the ledger has been closed, in this process. Whoever follows looks: then there are no more changes.
    pub fn is_closed(&self) -> Result<bool, RecordingError> {
        Ok(self.ledger.is_closed())
    }
}

impl LedgerRequest {
    /// Begins what is asked, on the shared runtime.
    fn begin(self, ledger: RecordingLedger) -> Result<Running<Reply>, RecordingError> {
        let context = self.context().map(Arc::new);
        Running::begin(context.as_ref(), |progress| async move {
            let reply = match self {
                Self::Start { room_id, session_id, profile, extra, after, timeout, request_id } => {
                    let options = LedgerStartOptions { extra, after, timeout, request_id };
                    let value = ledger.start_observed(&room_id, &session_id, &profile, options, progress).await?;
                    LedgerReply::Start { value }
                }
                Self::StartInRoom { room_id, profile, extra, after, timeout, request_id } => {
                    let options = LedgerStartOptions { extra, after, timeout, request_id };
                    let value = ledger.start_in_room_observed(&room_id, &profile, options, progress).await?;
                    LedgerReply::StartInRoom { value }
                }
                Self::Stop { recording, timeout, request_id } => {
                    let options = CallOptions { timeout, request_id };
                    LedgerReply::Stop { value: ledger.stop_observed(recording, options, progress).await? }
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
                    LedgerReply::Unresolved { value: ledger.unresolved(checked_limit(limit)?).await? }
                }
                Self::Entries { limit } => LedgerReply::Entries { value: ledger.entries(checked_limit(limit)?).await? },
                Self::Resolve { session_id, generation, resolution } => {
                    LedgerReply::Resolve { value: ledger.resolve(&session_id, generation, resolution).await? }
                }
                Self::Reconcile { limit, wait } => {
                    LedgerReply::Reconcile { value: ledger.reconcile(checked_limit(limit)?, wait).await? }
                }
            };
            Ok(Reply::Ledger { value: Box::new(reply) })
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
