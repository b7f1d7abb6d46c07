//! The client under the clients of the foreign languages.

use std::convert::identity;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use super::request::Request;
use super::{AcknowledgedCall, CompletionQueue, RoomCall, StartCall};
use crate::client::RecordingClient;
use crate::credentials::Credentials;
use crate::error::RecordingError;
use crate::model::{LayoutUpdate, RecordingProfile, RecordingTarget, Room};
use crate::options::{ClientOptions, GivenCredentials, StartOptions};
use crate::protocol::start::{self, StartedRecording};
use crate::protocol::{Acknowledged, query_room, stop, update_layout};
use crate::time::Span;

/// The client under the clients of the foreign languages. Its calls run on the shared runtime.
#[derive(uniffi::Object)]
pub struct NativeClient {
    client: RecordingClient,
}

#[uniffi::export]
impl NativeClient {
    /// A client of what is given and, for the rest, of the environment. `language` goes into the user agent.
    #[uniffi::constructor]
    pub fn new(
        credentials: Option<Arc<Credentials>>,
        options: ClientOptions,
        language: String,
    ) -> Result<Self, RecordingError> {
        let credentials = credentials.map_or(GivenCredentials::NONE, GivenCredentials::Checked);
        RecordingClient::from_environment(credentials, &options, &language).map(|client| Self { client })
    }

    /// As `new`, with credentials that nobody has checked: one error tells what is wrong with them, with the options
    /// and with the environment. What is not given of them is the environment's.
    #[uniffi::constructor]
    pub fn of_keys(
        app_key: Option<String>,
        app_secret: Option<String>,
        options: ClientOptions,
        language: String,
    ) -> Result<Self, RecordingError> {
        let credentials = GivenCredentials::Texts { app_key, app_secret: app_secret.map(Zeroizing::new) };
        RecordingClient::from_environment(credentials, &options, &language).map(|client| Self { client })
    }

    /// Begins a call, whose outcome the queue has under the number returned; its log records have that number, too.
    ///
    /// Errors: `InvalidInput`; `NotSent` where the queue, the client or the runtime has been closed.
    pub fn begin(&self, queue: Arc<CompletionQueue>, request: Request) -> Result<i64, RecordingError> {
        queue.begin(|| request.begin(&self.client))
    }

    /// Begins a start.
    pub fn begin_start(
        &self,
        room_id: String,
        session_id: String,
        profile: Arc<RecordingProfile>,
        extra: Option<String>,
        timeout: Option<Duration>,
    ) -> Result<StartCall, RecordingError> {
        let extra = extra.unwrap_or_default();
        let operation = start::operation(&room_id, &session_id, &profile, &extra, timeout.map(Span::from))?;
        self.client.begin(operation, identity).map(StartCall::new)
    }

    /// Begins a start in whatever session a room has.
    pub fn begin_start_in_room(
        &self,
        room_id: String,
        profile: Arc<RecordingProfile>,
        extra: Option<String>,
        timeout: Option<Duration>,
    ) -> Result<StartCall, RecordingError> {
        let options = StartOptions { extra, timeout: timeout.map(Span::from) };
        self.client.begin_start_in_room(room_id, (*profile).clone(), options, identity).map(StartCall::new)
    }

    /// Begins a change of layout.
    pub fn begin_update_layout(
        &self,
        recording: RecordingTarget,
        update: LayoutUpdate,
        timeout: Option<Duration>,
    ) -> Result<AcknowledgedCall, RecordingError> {
        let operation = update_layout::operation(&recording, &update, timeout.map(Span::from))?;
        self.client.begin(operation, identity).map(AcknowledgedCall::new)
    }

    /// Begins a stop.
    pub fn begin_stop(
        &self,
        recording: RecordingTarget,
        timeout: Option<Duration>,
    ) -> Result<AcknowledgedCall, RecordingError> {
        self.client.begin(stop::operation(&recording, timeout.map(Span::from))?, identity).map(AcknowledgedCall::new)
    }

    /// Begins a room query.
    pub fn begin_query_room(&self, room_id: String, timeout: Option<Duration>) -> Result<RoomCall, RecordingError> {
        self.client.begin(query_room::operation(&room_id, timeout.map(Span::from))?, identity).map(RoomCall::new)
    }

    /// Starts a recording. Dropping the future cancels the call, here and below.
    pub async fn start(
        &self,
        room_id: String,
        session_id: String,
        profile: Arc<RecordingProfile>,
        extra: Option<String>,
        timeout: Option<Duration>,
    ) -> Result<StartedRecording, RecordingError> {
        self.begin_start(room_id, session_id, profile, extra, timeout)?.ended().await
    }

    /// Starts a recording in whatever session a room has.
    pub async fn start_in_room(
        &self,
        room_id: String,
        profile: Arc<RecordingProfile>,
        extra: Option<String>,
        timeout: Option<Duration>,
    ) -> Result<StartedRecording, RecordingError> {
        self.begin_start_in_room(room_id, profile, extra, timeout)?.ended().await
    }

    /// Changes the layout of a running recording.
    pub async fn update_layout(
        &self,
        recording: RecordingTarget,
        update: LayoutUpdate,
        timeout: Option<Duration>,
    ) -> Result<Acknowledged, RecordingError> {
        self.begin_update_layout(recording, update, timeout)?.ended().await
    }

    /// Stops a recording.
    pub async fn stop(
        &self,
        recording: RecordingTarget,
        timeout: Option<Duration>,
    ) -> Result<Acknowledged, RecordingError> {
        self.begin_stop(recording, timeout)?.ended().await
    }

    /// Asks for a room's session, members and streams.
    pub async fn query_room(&self, room_id: String, timeout: Option<Duration>) -> Result<Room, RecordingError> {
        self.begin_query_room(room_id, timeout)?.ended().await
    }

    /// Closes the client: calls under way end at once as `Cancelled`, later ones fail as `NotSent`.
    pub fn shut_down(&self) -> Result<(), RecordingError> {
        self.client.close();
        Ok(())
    }
}
