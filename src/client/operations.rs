//! The operations on a recording.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::RecordingClient;
use crate::error::RecordingError;
use crate::model::{LayoutUpdate, RecordingProfile, RecordingTarget, Room};
use crate::options::StartOptions;
use crate::protocol::start::{self, StartedRecording};
use crate::protocol::{Acknowledged, query_room, stop, update_layout};
use crate::time::Span;
use crate::transport::Progress;

impl RecordingClient {
    /// Starts recording a session of a room: `POST /rtc/record/start.json`.
    ///
    /// `session_id` is the current call's, from the room status callback or [`query_room`](Self::query_room). The
    /// console's recording trigger must be set to manual. The request leaves at most once, whatever happens: the
    /// service has no key by which it could know a repeated start, so repeating one is the caller's decision.
    /// Source: record/start.
    ///
    /// # Errors
    /// `InvalidInput`, `NotSent`, `OutcomeUnknown`, `Refused`, `UnreadableReply`, and `Cancelled` where the client
    /// is closed meanwhile.
    pub async fn start(
        &self,
        room_id: &str,
        session_id: &str,
        profile: &RecordingProfile,
        options: StartOptions,
    ) -> Result<StartedRecording, RecordingError> {
        let operation = start::operation(room_id, session_id, profile, options.extra_or_empty(), options.timeout)?;
        self.run(operation, &Arc::default()).await
    }

    /// Starts recording whatever call is going on in a room: asks for the room's session, then starts.
    ///
    /// The timeout covers both. An error of the question has the operation `QueryRoom`: nothing was started then.
    ///
    /// # Errors
    /// As [`start`](Self::start). `Refused` with code 40003: there is no call in that room.
    pub async fn start_in_room(
        &self,
        room_id: &str,
        profile: &RecordingProfile,
        options: StartOptions,
    ) -> Result<StartedRecording, RecordingError> {
        self.start_in_room_observed(room_id, profile, options, &Arc::default()).await
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
        let question = query_room::operation(room_id, options.timeout)?;
        let longest = question.timeout.unwrap_or(self.timeout());
        let room = self.run(question, &Arc::default()).await.map_err(|error| error.with_note("nothing was started"))?;
        // Where nothing is left, the start still fails as not sent, by its own deadline.
        let rest = longest.saturating_sub(begun.elapsed()).max(Duration::from_nanos(1));
        let extra = options.extra_or_empty();
        let operation = start::operation(room_id, &room.session_id, profile, extra, Some(rest.into()))?;
        self.run(operation, progress).await
    }

    /// Changes the layout of a running split-stream recording: `POST /rtc/record/config.json`.
    ///
    /// The recording is a [`StartedRecording`] or a room and session. Changing a layout twice is the same as once.
    /// Source: record/change-layout.
    ///
    /// # Errors
    /// As [`start`](Self::start); `InvalidInput` also for a recording that is known to be an MCU recording.
    pub async fn update_layout(
        &self,
        recording: impl Into<RecordingTarget>,
        update: &LayoutUpdate,
        timeout: Option<Duration>,
    ) -> Result<Acknowledged, RecordingError> {
        let operation = update_layout::operation(&recording.into(), update, timeout.map(Span::from))?;
        self.run(operation, &Arc::default()).await
    }

    /// Stops recording a session of a room: `POST /rtc/record/stop.json`.
    ///
    /// The recording is a [`StartedRecording`] or a room and session. The files follow later, by callback. A stop that
    /// is repeated because the outcome of the first was unknown may be refused, because the first one did it.
    /// Source: record/stop.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn stop(
        &self,
        recording: impl Into<RecordingTarget>,
        timeout: Option<Duration>,
    ) -> Result<Acknowledged, RecordingError> {
        self.run(stop::operation(&recording.into(), timeout.map(Span::from))?, &Arc::default()).await
    }

    /// Asks for a room's session, members and streams: `POST /rtc/room/query.json`.
    ///
    /// Source: user/query.
    ///
    /// # Errors
    /// As [`start`](Self::start). `Refused` with code 40003: there is no call in that room.
    pub async fn query_room(&self, room_id: &str, timeout: Option<Duration>) -> Result<Room, RecordingError> {
        self.run(query_room::operation(room_id, timeout.map(Span::from))?, &Arc::default()).await
    }
}
