//! What can be asked of the service and what it answers, each as one value: the one place where all operations meet.

use std::sync::Arc;

use super::ledger::LedgerReply;
use crate::client::RecordingClient;
use crate::error::RecordingError;
use crate::model::{LayoutUpdate, RecordingProfile, RecordingTarget, Room};
use crate::options::StartOptions;
use crate::protocol::start::{self, StartedRecording};
use crate::protocol::{Acknowledged, query_room, stop, update_layout};
use crate::running::Running;
use crate::time::Span;

/// What is asked of the service. Each kind is a method of every language's client, with its fields as arguments.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum Request {
    /// Starts recording a session of a room: `POST /rtc/record/start.json`.
    ///
    /// The console's recording trigger must be set to manual. The request leaves this machine at most once, whatever
    /// happens: the service has no key by which it could know a repeated start, so repeating one is your decision, for
    /// which `is_retryable` is there. It is tried again only where it provably never left (name, connection, TLS
    /// handshake).
    ///
    /// Cancelling ends the call at once, and tells whether the request had begun to leave and may still start a
    /// recording. Give each start an `extra` of its own and keep it until you know the outcome: callbacks bring it back,
    /// and a tracker follows a recording by it.
    ///
    /// Source: record/start.
    ///
    /// Errors: `InvalidInput`, `NotSent`, `OutcomeUnknown`, `Refused`, `UnreadableReply`, and `Cancelled` where the call is
    /// cancelled or the client closed meanwhile.
    Start {
        /// The room: `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// The current call's session, from the room status callback or the room query: `sessionId`. Not empty.
        session_id: String,
        /// What to record and how: `config`.
        profile: Arc<RecordingProfile>,
        /// A tag of your own that comes back in the recording's callbacks: `extra`. Best unique for each start, so that
        /// one whose outcome is unknown can be found again. Default: empty. The longest one that the service takes is not
        /// documented.
        #[uniffi(default = None)]
        extra: Option<String>,
        /// The longest time for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
    },
    /// Starts recording whatever call is going on in a room: asks for the room's session, then starts.
    ///
    /// Where the question fails, nothing was started: the error's operation is the query, and its reason says so. The
    /// question is tried again as the room query is; the start leaves this machine at most once, as every start. Cancelling
    /// is as there.
    ///
    /// Source: user/query, record/start.
    ///
    /// Errors: as for a start. `Refused` with code 40003: there is no call in that room.
    StartInRoom {
        /// The room: `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// What to record and how: `config`.
        profile: Arc<RecordingProfile>,
        /// A tag of your own that comes back in the recording's callbacks: `extra`. Best unique for each start, so that
        /// one whose outcome is unknown can be found again. Default: empty. The longest one that the service takes is not
        /// documented.
        #[uniffi(default = None)]
        extra: Option<String>,
        /// The longest time for question and start together. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
    },
    /// Changes the layout of a running split-stream recording: `POST /rtc/record/config.json`.
    ///
    /// Changing it twice is the same as once: a change whose outcome is unknown is tried again, as the retry policy says,
    /// and may be made again by you. Cancelling ends the call at once, and tells whether the request had begun to leave.
    ///
    /// Source: record/change-layout.
    ///
    /// Errors: as for a start. `InvalidInput` also for a recording that is known to be an MCU recording, which has no
    /// layout of its own.
    UpdateLayout {
        /// What a start returned, or a room and session.
        recording: RecordingTarget,
        /// The new arrangement: `mixLayout`, `input`, `renderMode`, and the host, which floating and adaptive layouts need.
        update: LayoutUpdate,
        /// The longest time for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
    },
    /// Stops recording a session of a room: `POST /rtc/record/stop.json`. The files follow later, by callback.
    ///
    /// Stopping twice is the same as once: a stop whose outcome is unknown is tried again, as the retry policy says, and may
    /// be made again by you. A repeated one may then be refused because the first one did it: nothing runs any more. Where
    /// that was an attempt of the same call, the error's `earlier_may_have_acted` says so. Cancelling ends the call at once,
    /// and tells whether the request had begun to leave.
    ///
    /// Source: record/stop.
    ///
    /// Errors: as for a start.
    Stop {
        /// What a start returned, or a room and session.
        recording: RecordingTarget,
        /// The longest time for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
    },
    /// Asks for a room's session, members and streams: `POST /rtc/room/query.json`.
    ///
    /// It changes nothing: a question without an answer is tried again, as the retry policy says. Cancelling ends the call at
    /// once.
    ///
    /// Source: user/query.
    ///
    /// Errors: as for a start. `Refused` with code 40003: there is no call in that room.
    QueryRoom {
        /// The room: `roomId`, and `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// The longest time for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
    },
}

/// What the service answers, by what was asked.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum Reply {
    /// Of a start.
    Start {
        /// What was started, with the `recordId` that callbacks and files carry.
        value: StartedRecording,
    },
    /// Of a start in whatever session a room has.
    StartInRoom {
        /// What was started, with the session that was found.
        value: StartedRecording,
    },
    /// Of a change of layout.
    UpdateLayout {
        /// What the service acknowledged.
        value: Acknowledged,
    },
    /// Of a stop.
    Stop {
        /// What the service acknowledged.
        value: Acknowledged,
    },
    /// Of a room query.
    QueryRoom {
        /// The room as it is now.
        value: Room,
    },
    /// Of a ledger.
    Ledger {
        /// What it answers.
        value: LedgerReply,
    },
}

impl Request {
    /// Begins what is asked, on the shared runtime.
    pub(super) fn begin(self, client: &RecordingClient) -> Result<Running<Reply>, RecordingError> {
        match self {
            Self::Start { room_id, session_id, profile, extra, timeout } => {
                let extra = extra.unwrap_or_default();
                let operation = start::operation(&room_id, &session_id, &profile, &extra, timeout)?;
                client.begin(operation, |value| Reply::Start { value })
            }
            Self::StartInRoom { room_id, profile, extra, timeout } => {
                let options = StartOptions { extra, timeout };
                client.begin_start_in_room(room_id, (*profile).clone(), options, |value| Reply::StartInRoom { value })
            }
            Self::UpdateLayout { recording, update, timeout } => {
                let operation = update_layout::operation(&recording, &update, timeout)?;
                client.begin(operation, |value| Reply::UpdateLayout { value })
            }
            Self::Stop { recording, timeout } => {
                client.begin(stop::operation(&recording, timeout)?, |value| Reply::Stop { value })
            }
            Self::QueryRoom { room_id, timeout } => {
                client.begin(query_room::operation(&room_id, timeout)?, |value| Reply::QueryRoom { value })
            }
        }
    }
}
