//! The client under the clients of the foreign languages.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::completion::CompletionQueue;
use super::request::Request;
use crate::client::RecordingClient;
use crate::credentials::Credentials;
use crate::error::RecordingError;
use crate::options::{ClientOptions, GivenCredentials};

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

    /// Closes the client: calls under way end at once as `Cancelled`, later ones fail as `NotSent`.
    pub fn shut_down(&self) -> Result<(), RecordingError> {
        self.client.close();
        Ok(())
    }
}
