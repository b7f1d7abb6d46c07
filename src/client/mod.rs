//! The client: what it is made of, and its end.

mod attempt;
#[cfg(any(feature = "blocking", feature = "ffi"))]
mod begin;
#[cfg(feature = "blocking")]
pub mod blocking;
mod deliver;
mod operations;
mod retry;
#[cfg(test)]
mod scripted;
mod statistics;

pub use statistics::{CLIENT_METRICS, CallCount, ClientStatistics, DomainStatistics};

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use self::retry::Budget;
use self::statistics::Statistics;

use crate::credentials::Credentials;
use crate::delivery::Delivery;
use crate::error::RecordingError;
use crate::options::{ClientOptions, Environment, GivenCredentials, Settings, settled_in};
use crate::protocol::{HeaderStyle, StampSource, SystemStamps};
use crate::transport::{HealthRecords, HttpTransport, PoolSettings, Pools, Route, Transport};

/// Starts, changes and stops recordings, from async code.
///
/// Cloning is cheap, and all clones share everything. The client runs on the tokio runtime that awaits it. Dropping the
/// future of a call cancels the call: if its request had begun to leave, it may still have reached the service.
///
/// ```no_run
/// use rongcloud_recording::{ClientOptions, Credentials, DataCenter, RecordingClient, RecordingProfile};
///
/// # async fn run(profile: RecordingProfile) -> Result<(), rongcloud_recording::RecordingError> {
/// let credentials = Credentials::new("app-key", "AppSecret")?;
/// let client = RecordingClient::new(credentials, ClientOptions::default().data_center(DataCenter::Beijing))?;
/// let started = client.start_in_room("room1", &profile, None).await?;
/// client.stop(&started, None).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RecordingClient {
    shared: Arc<Shared>,
}

struct Shared {
    credentials: Arc<Credentials>,
    route: Arc<Route>,
    delivery: Delivery,
    budget: Budget,
    statistics: Statistics,
    timeout: Duration,
    header_style: HeaderStyle,
    user_agent: String,
    stamps: Arc<dyn StampSource>,
    transport: Transport,
}

impl RecordingClient {
    /// Creates a client with the given settings. The environment is not read, so a data center or an address must be
    /// given.
    ///
    /// # Errors
    /// `InvalidInput` for unusable settings; `NotSent` if this host can't use HTTPS because it has no CA certificates.
    pub fn new(credentials: impl Into<Arc<Credentials>>, options: ClientOptions) -> Result<Self, RecordingError> {
        Self::with_parts(credentials.into(), options.settled()?, "rust", Arc::new(SystemStamps))
    }

    /// Creates a client from the environment: `RONGCLOUD_APP_KEY`, `RONGCLOUD_APP_SECRET`, and `RONGCLOUD_DATA_CENTER`
    /// or `RONGCLOUD_API_URL`. Options that are given take precedence.
    ///
    /// # Errors
    /// As for [`new`](Self::new). One `InvalidInput` reports everything that is missing or wrong. A value from the
    /// environment is named by its variable.
    pub fn from_env(options: ClientOptions) -> Result<Self, RecordingError> {
        Self::from_environment(GivenCredentials::NONE, &options, "rust")
    }

    /// Creates a client that takes nonces, times, request ids and random waits from the given source, for tests.
    ///
    /// # Errors
    /// As for [`new`](Self::new).
    pub fn with_stamps(
        credentials: impl Into<Arc<Credentials>>,
        options: ClientOptions,
        stamps: Arc<dyn StampSource>,
    ) -> Result<Self, RecordingError> {
        Self::with_parts(credentials.into(), options.settled()?, "rust", stamps)
    }

    /// A client of what is given and, for the rest, of the environment.
    pub(crate) fn from_environment(
        credentials: GivenCredentials,
        options: &ClientOptions,
        language: &str,
    ) -> Result<Self, RecordingError> {
        let (credentials, settings) = settled_in(&Environment::PROCESS, credentials, options)?;
        Self::with_parts(credentials, settings, language, Arc::new(SystemStamps))
    }

    fn with_parts(
        credentials: Arc<Credentials>,
        settings: Settings,
        language: &str,
        stamps: Arc<dyn StampSource>,
    ) -> Result<Self, RecordingError> {
        let pools = |settings| move || Pools::new(&settings);
        Self::over(pools, HealthRecords::of_process(), credentials, settings, language, stamps)
    }

    /// A client whose requests go by the transport that is made of its settings.
    fn over<T: HttpTransport, M>(
        transport: impl FnOnce(PoolSettings) -> M,
        records: &HealthRecords,
        credentials: Arc<Credentials>,
        settings: Settings,
        language: &str,
        stamps: Arc<dyn StampSource>,
    ) -> Result<Self, RecordingError>
    where
        M: Fn() -> Result<T, RecordingError> + Send + Sync + 'static,
    {
        let delivery = settings.delivery;
        let route = Arc::new(Route::new(settings.primary, settings.backup, delivery.failover, records));
        let make = transport(PoolSettings {
            route: route.clone(),
            connect_timeout: settings.connect_timeout,
            proxy: settings.proxy,
            extra_certificates: settings.ca_certificates,
            connections: delivery.connections,
        });
        let transport = Transport::new(delivery.connections, make)?;
        let user_agent = format!("rongcloud-recording/{} ({language})", env!("CARGO_PKG_VERSION"));
        let (timeout, header_style) = (settings.timeout, settings.header_style);
        let budget = Budget::new(delivery.retry.budget);
        let shared = Shared {
            credentials,
            route,
            delivery,
            budget,
            statistics: Statistics::new(),
            timeout,
            header_style,
            user_agent,
            stamps,
            transport,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.shared.timeout
    }

    pub(crate) fn app_key(&self) -> &str {
        self.shared.credentials.app_key()
    }

    pub(crate) fn credentials(&self) -> Arc<Credentials> {
        self.shared.credentials.clone()
    }

    pub(crate) fn stamps(&self) -> Arc<dyn StampSource> {
        self.shared.stamps.clone()
    }

    /// Closes the client after its calls: later ones fail as `NotSent` from now on, and those in progress have the given
    /// time to end by themselves. Those that have not ended then end as `Cancelled`. Returns whether all had ended.
    ///
    /// For a server that stops: refuse new work, call this, exit. Dropping the future leaves the client open for calls
    /// again. All clones are closed with it.
    pub async fn drain(&self, longest: Duration) -> bool {
        self.shared.transport.drain(longest).await
    }

    /// Closes the client: calls in progress end at once as `Cancelled`, later ones fail as `NotSent`.
    ///
    /// All clones are closed with it. In a forked child, this closes only the child's client.
    pub fn close(&self) {
        self.shared.transport.close();
    }
}

impl fmt::Debug for RecordingClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordingClient")
            .field("route", &self.shared.route)
            .field("timeout", &self.shared.timeout)
            .field("delivery", &self.shared.delivery)
            .finish_non_exhaustive()
    }
}
