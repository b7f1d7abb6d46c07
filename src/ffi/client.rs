//! The client under the clients of the foreign languages.

use std::sync::Arc;
use std::time::Duration;

use super::StartCall;
use crate::client::RecordingClient;
use crate::credentials::Credentials;
use crate::error::RecordingError;
use crate::model::RecordingProfile;
use crate::options::{ClientOptions, StartOptions};
use crate::protocol::start::StartedRecording;

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
        RecordingClient::from_environment(credentials, options, &language).map(|client| Self { client })
    }

    /// Starts a recording. Dropping the future cancels the call.
    pub async fn start(
        &self,
        room_id: String,
        session_id: String,
        profile: Arc<RecordingProfile>,
        extra: Option<String>,
        timeout: Option<Duration>,
    ) -> Result<StartedRecording, RecordingError> {
        let options = StartOptions { extra, timeout };
        self.client.begin_start(room_id, session_id, (*profile).clone(), options)?.ended().await
    }

    /// Begins a start that can be waited for in slices and cancelled by hand.
    pub fn begin_start(
        &self,
        room_id: String,
        session_id: String,
        profile: Arc<RecordingProfile>,
        extra: Option<String>,
        timeout: Option<Duration>,
    ) -> Result<StartCall, RecordingError> {
        let options = StartOptions { extra, timeout };
        self.client.begin_start(room_id, session_id, (*profile).clone(), options).map(StartCall::new)
    }

    /// Closes the client: calls under way end at once as `Cancelled`, later ones fail as `NotSent`.
    pub fn shut_down(&self) -> Result<(), RecordingError> {
        self.client.close();
        Ok(())
    }
}
