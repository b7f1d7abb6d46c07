//! What can be asked of the service and what it answers, each as one value: the one place where all operations meet.

use std::sync::Arc;

use super::ledger::LedgerReply;
use crate::client::RecordingClient;
use crate::error::{RecordingError, checked_length};
use crate::model::{LayoutUpdate, RecordingProfile, RecordingTarget, Room};
use crate::options::StartOptions;
use crate::protocol::start::{self, StartedRecording};
use crate::protocol::{Acknowledged, CallOptions, query_room, stop, update_layout};
use crate::running::Running;
use crate::time::Span;

/// What a client can ask of the service. Each kind is a method of every language's client, with its fields as
/// arguments.
#[derive(Debug, Clone, uniffi::Enum)]
pub enum Request {
    /// Starts recording a session of a room: `POST /rtc/record/start.json`.
    ///
    /// The console's recording trigger must be set to manual. The request leaves this machine at most once, whatever
    /// happens: the service has no key by which it could recognise a repeated start, so repeating one is your decision,
    /// which `is_retryable` helps you make. The client itself retries a start only if it provably never left (name,
    /// connection, TLS handshake).
    ///
    /// Cancelling ends the call at once. The error then says whether the request had begun to leave, and so may still
    /// start a recording. Give each start an `extra` of its own and keep it until you know the outcome: callbacks
    /// return it, and a tracker can follow a recording by it.
    ///
    /// Source: record/start.
    ///
    /// Errors: `InvalidInput`, `NotSent`, `OutcomeUnknown`, `Refused`, `UnreadableReply`, and `Cancelled` if the call
    /// is cancelled or the client is closed during the call.
    Start {
        /// The room: `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// The room's current session, from the room status callback or the room query: `sessionId`. Not empty.
        session_id: String,
        /// What to record and how: `config`.
        profile: Arc<RecordingProfile>,
        /// A tag of your own that the service returns in the recording's callbacks: `extra`. Make it unique for each
        /// start, so that you can find a start again whose outcome is unknown. The maximum length that the service
        /// accepts is not documented. Default: empty.
        #[uniffi(default = None)]
        extra: Option<String>,
        /// The timeout for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
        /// An id of your own for this call, which its log records and its errors have as `call_id`. Its first attempt is
        /// sent with it as `X-Request-ID`, any further one with a random id. 1 to 36 visible ASCII characters. Default:
        /// the first attempt's random id.
        #[uniffi(default = None)]
        request_id: Option<String>,
    },
    /// Starts recording the conversation in progress in a room: queries the room's session, then starts.
    ///
    /// If the query fails, nothing was started: the error's operation is the query, and its reason says so. The query
    /// is retried like any room query; the start, like every start, leaves this machine at most once. Cancelling works
    /// as for a start.
    ///
    /// Source: user/query, record/start.
    ///
    /// Errors: as for a start. `Refused` with code 40003: the room has no conversation in progress.
    StartInRoom {
        /// The room: `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// What to record and how: `config`.
        profile: Arc<RecordingProfile>,
        /// A tag of your own that the service returns in the recording's callbacks: `extra`. Make it unique for each
        /// start, so that you can find a start again whose outcome is unknown. The maximum length that the service
        /// accepts is not documented. Default: empty.
        #[uniffi(default = None)]
        extra: Option<String>,
        /// The timeout for query and start together. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
        /// An id of your own for this call, which its log records and its errors have as `call_id`. Its first attempt is
        /// sent with it as `X-Request-ID`, any further one with a random id. 1 to 36 visible ASCII characters. Default:
        /// the first attempt's random id.
        #[uniffi(default = None)]
        request_id: Option<String>,
    },
    /// Changes the layout of a running split-stream recording: `POST /rtc/record/config.json`.
    ///
    /// Changing a layout twice has the same effect as changing it once. A change whose outcome is unknown is therefore
    /// retried, as the retry policy says, and you may repeat it as well. Cancelling ends the call at once. The error
    /// then says whether the request had begun to leave.
    ///
    /// Source: record/change-layout.
    ///
    /// Errors: as for a start. `InvalidInput` also for a recording that is known to be an MCU recording, which has no
    /// layout of its own.
    UpdateLayout {
        /// What a start returned, or a room and session.
        recording: RecordingTarget,
        /// The new arrangement: `mixLayout`, `input`, `renderMode`, and the host, which floating and adaptive layouts
        /// require.
        update: LayoutUpdate,
        /// The timeout for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
        /// An id of your own for this call, which its log records and its errors have as `call_id`. Its first attempt is
        /// sent with it as `X-Request-ID`, any further one with a random id. 1 to 36 visible ASCII characters. Default:
        /// the first attempt's random id.
        #[uniffi(default = None)]
        request_id: Option<String>,
    },
    /// Stops recording a session of a room: `POST /rtc/record/stop.json`. The files follow later, by callback.
    ///
    /// Stopping twice has the same effect as stopping once. A stop whose outcome is unknown is therefore retried, as
    /// the retry policy says, and you may repeat it as well. A repeated stop may be refused because the first one
    /// succeeded and nothing is running any more. If the first one was an earlier attempt of the same call, the error's
    /// `earlier_may_have_acted` is true. Cancelling ends the call at once. The error then says whether the request had
    /// begun to leave.
    ///
    /// Source: record/stop.
    ///
    /// Errors: as for a start.
    Stop {
        /// What a start returned, or a room and session.
        recording: RecordingTarget,
        /// The timeout for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
        /// An id of your own for this call, which its log records and its errors have as `call_id`. Its first attempt is
        /// sent with it as `X-Request-ID`, any further one with a random id. 1 to 36 visible ASCII characters. Default:
        /// the first attempt's random id.
        #[uniffi(default = None)]
        request_id: Option<String>,
    },
    /// Queries a room's session, members and streams: `POST /rtc/room/query.json`.
    ///
    /// A query changes nothing, so one without a reply is retried, as the retry policy says. Cancelling ends the call
    /// at once.
    ///
    /// Source: user/query.
    ///
    /// Errors: as for a start. `Refused` with code 40003: the room has no conversation in progress.
    QueryRoom {
        /// The room: `roomId`, and `Room-Id`. Visible ASCII, not empty.
        room_id: String,
        /// The timeout for this call. Above zero, at most 365 days. Default: the client's.
        #[uniffi(default = None)]
        timeout: Option<Span>,
        /// An id of your own for this call, which its log records and its errors have as `call_id`. Its first attempt is
        /// sent with it as `X-Request-ID`, any further one with a random id. 1 to 36 visible ASCII characters. Default:
        /// the first attempt's random id.
        #[uniffi(default = None)]
        request_id: Option<String>,
    },
    /// Closes the client after its calls: later ones fail as `NotSent` from now on, and those in progress have the given
    /// time to end by themselves. Those that have not ended then end as `Cancelled`. Returns whether all had ended.
    ///
    /// For a server that stops: refuse new work, call this, exit. Cancelling it leaves the client open for calls again.
    ///
    /// Errors: `InvalidInput` for a negative time; `NotSent` if the runtime was shut down.
    Close {
        /// How long to wait for the calls in progress. Not negative.
        drain: Span,
    },
}

/// The service's answers, one for each kind of request.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum Reply {
    /// The answer to a start.
    Start {
        /// What was started, with the `recordId` that identifies it in callbacks and files.
        value: StartedRecording,
    },
    /// The answer to a start in a room's current session.
    StartInRoom {
        /// What was started, with the session that was found.
        value: StartedRecording,
    },
    /// The answer to a change of layout.
    UpdateLayout {
        /// What the service acknowledged.
        value: Acknowledged,
    },
    /// The answer to a stop.
    Stop {
        /// What the service acknowledged.
        value: Acknowledged,
    },
    /// The answer to a room query.
    QueryRoom {
        /// The room as it is now.
        value: Room,
    },
    /// The answer to a client that was to be closed.
    Close {
        /// Whether all calls had ended by themselves.
        value: bool,
    },
    /// Of a ledger.
    Ledger {
        /// What it answers.
        value: Box<LedgerReply>,
    },
}

impl Request {
    /// Begins what is asked, on the shared runtime.
    pub(super) fn begin(self, client: &RecordingClient) -> Result<Running<Reply>, RecordingError> {
        match self {
            Self::Start { room_id, session_id, profile, extra, timeout, request_id } => {
                let extra = extra.unwrap_or_default();
                let options = CallOptions { timeout, request_id };
                let operation = start::operation(&room_id, &session_id, &profile, &extra, &options)?;
                client.begin(operation, |value| Reply::Start { value })
            }
            Self::StartInRoom { room_id, profile, extra, timeout, request_id } => {
                let options = StartOptions { extra, timeout, request_id };
                client.begin_start_in_room(room_id, (*profile).clone(), options, |value| Reply::StartInRoom { value })
            }
            Self::UpdateLayout { recording, update, timeout, request_id } => {
                let options = CallOptions { timeout, request_id };
                let operation = update_layout::operation(&recording, &update, &options)?;
                client.begin(operation, |value| Reply::UpdateLayout { value })
            }
            Self::Stop { recording, timeout, request_id } => {
                let options = CallOptions { timeout, request_id };
                client.begin(stop::operation(&recording, &options)?, |value| Reply::Stop { value })
            }
            Self::QueryRoom { room_id, timeout, request_id } => {
                let options = CallOptions { timeout, request_id };
                client.begin(query_room::operation(&room_id, &options)?, |value| Reply::QueryRoom { value })
            }
            Self::Close { drain } => {
                let mut found = Vec::new();
                let longest = checked_length("drain", drain, &mut found);
                RecordingError::from_violations(found)?;
                client.begin_drain(longest, |value| Reply::Close { value })
            }
        }
    }
}
