//! The client under the clients of the foreign languages.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::completion::CompletionQueue;
use super::request::Request;
use crate::client::RecordingClient;
use crate::credentials::Credentials;
use crate::error::RecordingError;
use crate::options::{ClientOptions, GivenCredentials};

/// Starts, rearranges and stops recordings, and asks for rooms.
///
/// Make one per app and share it: it keeps connections, and lets go of them when it is closed or let go of. It is for
/// servers: an App Secret doesn't belong into an app that users install.
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

    /// A client of what is given and, for credentials and address, of the environment. What is given wins, each for itself.
    ///
    /// Errors: `InvalidInput` for everything that is missing or unusable, at once and named as it was given, an argument or
    /// a variable; `NotSent` where this host can't speak HTTPS, for want of CA certificates.
    ///
    /// Arguments:
    /// - app_key: the app's key, from the console's App Key page. Sent as `App-Key`. Default: the environment's
    ///   `RONGCLOUD_APP_KEY`.
    /// - app_secret: the app's secret. It is never sent, can't be read back and is in no text made by this library.
    ///   Default: the environment's `RONGCLOUD_APP_SECRET`.
    /// - options: everything else. Default: see each field.
    /// - language: what the user agent says of the caller.
    #[uniffi::constructor(default(app_key = None, app_secret = None))]
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

impl NativeClient {
    pub(super) fn client(&self) -> &RecordingClient {
        &self.client
    }
}
