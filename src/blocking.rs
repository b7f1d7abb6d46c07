//! The same operations for code without async.

use std::sync::Arc;
use std::time::Duration;

use crate::RecordingClient as AsyncClient;
use crate::credentials::Credentials;
use crate::error::RecordingError;
use crate::model::RecordingProfile;
use crate::options::{ClientOptions, StartOptions};
use crate::protocol::start::StartedRecording;
use crate::running::Running;

/// Starts recordings, from code without async.
///
/// The calls run on the [shared runtime](crate::runtime) while the calling thread waits. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RecordingClient {
    client: AsyncClient,
}

impl RecordingClient {
    /// As [`RecordingClient::new`](AsyncClient::new).
    ///
    /// # Errors
    /// As there.
    pub fn new(credentials: impl Into<Arc<Credentials>>, options: ClientOptions) -> Result<Self, RecordingError> {
        AsyncClient::new(credentials, options).map(Self::from)
    }

    /// As [`RecordingClient::from_env`](AsyncClient::from_env).
    ///
    /// # Errors
    /// As there.
    pub fn from_env(options: ClientOptions) -> Result<Self, RecordingError> {
        AsyncClient::from_env(options).map(Self::from)
    }

    /// As [`RecordingClient::start`](AsyncClient::start). Ends within the timeout.
    ///
    /// # Errors
    /// As there.
    pub fn start(
        &self,
        room_id: &str,
        session_id: &str,
        profile: &RecordingProfile,
        options: StartOptions,
    ) -> Result<StartedRecording, RecordingError> {
        let call = self.client.begin_start(room_id.into(), session_id.into(), profile.clone(), options)?;
        // The call's own timeout ends it, so there is none to give here.
        call.wait(Duration::MAX)
            .unwrap_or_else(|| Err(RecordingError::Internal { reason: "a wait without end ended".to_owned() }))
    }

    /// As [`RecordingClient::close`](AsyncClient::close).
    pub fn close(&self) {
        self.client.close();
    }
}

impl From<AsyncClient> for RecordingClient {
    fn from(client: AsyncClient) -> Self {
        Self { client }
    }
}

impl AsyncClient {
    /// Begins a start on the shared runtime.
    pub(crate) fn begin_start(
        &self,
        room_id: String,
        session_id: String,
        profile: RecordingProfile,
        options: StartOptions,
    ) -> Result<Running<StartedRecording>, RecordingError> {
        let client = self.clone();
        Running::begin(|progress| async move {
            client.start_observed(&room_id, &session_id, &profile, options, progress).await
        })
    }
}
