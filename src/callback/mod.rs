//! What the service reports: callbacks verified and read, and what they add up to. Pure except for the replay guard.

mod event;
mod inspect;
mod message;
mod receiver;
mod refusal;
mod replay;
mod room_event;
mod sign;
mod tracker;
mod verify;

pub use event::{RecordingEvent, RecordingEventKind};
pub use inspect::{CallbackCheck, CallbackStep, CheckOutcome};
pub use message::{CallbackHeader, CallbackHeaderNames, CallbackOptions, CallbackRequest, TimestampUnit};
pub use receiver::{
    CallbackReceiver, ReceivedRecordingEvent, ReceivedRoomEvent, parse_recording_event, parse_room_event,
};
pub use refusal::{CallbackError, Refusal, RefusalReason};
pub use replay::{MemoryReplayGuard, ReplayGuard, check_replay};
pub use room_event::{RoomEvent, RoomEventKind};
pub use tracker::{RecordingPhase, RecordingTracker, TrackedRecording};
