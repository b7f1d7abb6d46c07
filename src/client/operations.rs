//! The operations on a recording, of both clients: what is awaited by the one is waited for by the other.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::RecordingClient;
#[cfg(feature = "blocking")]
use super::blocking;
use crate::error::RecordingError;
use crate::model::{LayoutUpdate, RecordingProfile, RecordingTarget, Room};
use crate::options::StartOptions;
use crate::protocol::start::{self, StartedRecording};
use crate::protocol::{Acknowledged, CallOptions, query_room, stop, update_layout};
use crate::transport::Progress;

/// Declares an operation once, for code with async and for code without.
macro_rules! operations {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty),*) -> $answer:ty { $operation:expr })+) => {
        impl RecordingClient {
            $($(#[$doc])*
            ///
            /// # Cancel safety
            /// Dropping the future cancels the call, and no attempt follows. A request that had begun to leave may still
            /// reach the service: after a start, a recording may be running.
            pub async fn $name(&self, $($argument: $type),*) -> Result<$answer, RecordingError> {
                self.run($operation?, &Arc::default()).await
            })+
        }

        #[cfg(feature = "blocking")]
        /// Each method blocks its thread, and returns within its timeout.
        impl blocking::RecordingClient {
            $($(#[$doc])*
            pub fn $name(&self, $($argument: $type),*) -> Result<$answer, RecordingError> {
                self.run($operation?)
            })+
        }
    };
}

operations! {
    /// Starts recording a session of a room: `POST /rtc/record/start.json`.
    ///
    /// `session_id` names the room's current session, from the room status callback or from
    /// [`query_room`](Self::query_room). The console's recording trigger must be set to manual. The request leaves this
    /// machine at most once, whatever happens: the service has no key by which it could recognise a repeated start, so
    /// repeating one is the caller's decision. Source: record/start.
    ///
    /// # Errors
    /// `InvalidInput`, `NotSent`, `OutcomeUnknown`, `Refused`, `UnreadableReply`, and `Cancelled` if the client is
    /// closed during the call.
    fn start(room_id: &str, session_id: &str, profile: &RecordingProfile, options: impl Into<Option<StartOptions>>) -> StartedRecording {
        {
            let options = options.into().unwrap_or_default();
            start::operation(room_id, session_id, profile, options.extra_or_empty(), &options.call())
        }
    }

    /// Changes the layout of a running split-stream recording: `POST /rtc/record/config.json`.
    ///
    /// The recording is a [`StartedRecording`] or a room and session. Changing a layout twice has the same effect as
    /// changing it once. Source: record/change-layout.
    ///
    /// # Errors
    /// As for [`start`](Self::start), and `InvalidInput` for a recording that is known to be an MCU recording.
    fn update_layout(recording: impl Into<RecordingTarget>, update: &LayoutUpdate, options: impl Into<CallOptions>) -> Acknowledged {
        update_layout::operation(&recording.into(), update, &options.into())
    }

    /// Stops recording a session of a room: `POST /rtc/record/stop.json`.
    ///
    /// The recording is a [`StartedRecording`] or a room and session. The files follow later, by callback. A stop that
    /// is repeated because the outcome of the first one was unknown may be refused if the first one succeeded. Source:
    /// record/stop.
    ///
    /// # Errors
    /// As for [`start`](Self::start).
    fn stop(recording: impl Into<RecordingTarget>, options: impl Into<CallOptions>) -> Acknowledged {
        stop::operation(&recording.into(), &options.into())
    }

    /// Queries a room's session, members and streams: `POST /rtc/room/query.json`.
    ///
    /// Source: user/query.
    ///
    /// # Errors
    /// As for [`start`](Self::start). `Refused` with code 40003: the room has no conversation in progress.
    fn query_room(room_id: &str, options: impl Into<CallOptions>) -> Room {
        query_room::operation(room_id, &options.into())
    }
}

impl RecordingClient {
    /// Starts recording the conversation in progress in a room: queries the room's session, then starts.
    ///
    /// The timeout covers both. An error of the query has the operation `QueryRoom`: nothing was started then.
    ///
    /// # Errors
    /// As for [`start`](Self::start). `Refused` with code 40003: the room has no conversation in progress.
    ///
    /// # Cancel safety
    /// As for [`start`](Self::start).
    pub async fn start_in_room(
        &self,
        room_id: &str,
        profile: &RecordingProfile,
        options: impl Into<Option<StartOptions>>,
    ) -> Result<StartedRecording, RecordingError> {
        self.start_in_room_observed(room_id, profile, options.into().unwrap_or_default(), &Arc::default()).await
    }

    /// As `start_in_room`; the progress is that of the start alone.
    pub(crate) async fn start_in_room_observed(
        &self,
        room_id: &str,
        profile: &RecordingProfile,
        options: StartOptions,
        progress: &Arc<Progress>,
    ) -> Result<StartedRecording, RecordingError> {
        let begun = Instant::now();
        let question = query_room::before_a_start(room_id, &options.call())?;
        let longest = question.timeout.unwrap_or(self.timeout());
        let room = self.run(question, &Arc::default()).await.map_err(|error| error.with_note("nothing was started"))?;
        // Where nothing is left, the start still fails as not sent, by its own deadline.
        let rest = longest.saturating_sub(begun.elapsed()).max(Duration::from_nanos(1));
        let extra = options.extra_or_empty();
        let call = options.call().timeout(rest);
        let operation = start::operation(room_id, &room.session_id, profile, extra, &call)?;
        self.run(operation, progress).await
    }
}
