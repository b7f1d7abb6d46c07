//! The client underneath the clients of the other languages.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::completion::CompletionQueue;
use super::request::Request;
use crate::client::{ClientStatistics, RecordingClient};
use crate::credentials::Credentials;
use crate::error::RecordingError;
use crate::measurement::Measurement;
use crate::options::{ClientOptions, GivenCredentials};

/// Starts, changes and stops recordings, and queries rooms.
///
/// Create one per app and share it: it keeps connections, which are closed when the client is closed or destroyed. It
/// is for servers: an App Secret doesn't belong in an app that users install.
#[derive(uniffi::Object)]
pub struct NativeClient {
    client: RecordingClient,
}

#[uniffi::export]
impl NativeClient {
    /// Creates a client from what is given and, for the rest, from the environment. `language` goes into the user
    /// agent.
    #[uniffi::constructor]
    pub fn new(
        credentials: Option<Arc<Credentials>>,
        options: ClientOptions,
        language: String,
    ) -> Result<Self, RecordingError> {
        let credentials = credentials.map_or(GivenCredentials::NONE, GivenCredentials::Checked);
        RecordingClient::from_environment(credentials, &options, &language).map(|client| Self { client })
    }

    /// Creates a client from what is given and, for missing credentials and address, from the environment. Each value
    /// that is given takes precedence over its variable.
    ///
    /// Errors: `InvalidInput` for everything that is missing or unusable, all at once, each named as it was given: by
    /// its argument or by its variable. `NotSent` if this host can't use HTTPS because it has no CA certificates.
    ///
    /// Arguments:
    /// - app_key: the app's key, from the console's App Key page. Sent as `App-Key`. Default: the environment's
    ///   `RONGCLOUD_APP_KEY`.
    /// - app_secret: the app's secret. It is never sent, can't be read back, and doesn't appear in any text made by
    ///   this library. Default: the environment's `RONGCLOUD_APP_SECRET`.
    /// - options: everything else. Default: see each field.
    /// - language: what the user agent says about the caller.
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

    /// Begins a call. The queue has its outcome under the number returned, which is also the number of its log records.
    ///
    /// Errors: `InvalidInput`; `NotSent` if the queue, the client or the runtime has been closed.
    pub fn begin(&self, queue: Arc<CompletionQueue>, request: Request) -> Result<i64, RecordingError> {
        queue.begin(|| request.begin(&self.client))
    }

    /// What this client has done in this process, and what is going on now. Asking costs microseconds.
    pub fn statistics(&self) -> Result<ClientStatistics, RecordingError> {
        Ok(self.client.statistics())
    }

    /// The client's statistics by the names of metrics, for an adapter to a metrics library.
    pub fn measurements(&self) -> Result<Vec<Measurement>, RecordingError> {
        Ok(self.client.statistics().measurements())
    }

    /// Closes the client: calls in progress end at once as `Cancelled`, later ones fail as `NotSent`.
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
