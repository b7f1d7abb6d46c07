//! A client's settings: given, or from the environment.

use std::fmt;
use std::time::Duration;

use rustls::pki_types::CertificateDer;

use crate::credentials::Credentials;
use crate::delivery::{ConnectionPolicy, Delivery, FailoverPolicy, RetryPolicy};
use crate::error::{RecordingError, Violation, codes};
use crate::protocol::HeaderStyle;
use crate::transport::{DataCenter, Endpoint, ProxyChoice, certificates};

/// App Key, where none is given.
pub const ENV_APP_KEY: &str = "RONGCLOUD_APP_KEY";
/// App Secret, where none is given.
pub const ENV_APP_SECRET: &str = "RONGCLOUD_APP_SECRET";
/// Data center, where neither it nor an address is given: `beijing`, `singapore`, `singapore-b`, `north-america`,
/// `saudi-arabia`.
pub const ENV_DATA_CENTER: &str = "RONGCLOUD_DATA_CENTER";
/// Address of the API, where neither it nor a data center is given; wins over [`ENV_DATA_CENTER`].
pub const ENV_API_URL: &str = "RONGCLOUD_API_URL";

const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

/// A client's settings. Everything has a default but the service's address, which is the app's own.
#[derive(Clone, PartialEq, Eq, Default, uniffi::Record)]
pub struct ClientOptions {
    /// The app's data center. Default: `RONGCLOUD_DATA_CENTER`, where the environment is read; else required
    /// unless `api_url` is given.
    #[uniffi(default = None)]
    pub data_center: Option<DataCenter>,
    /// The API's address in place of a data center's, for instance `https://gateway.example`; plain http for this
    /// machine only. Wins over `data_center`. Default: `RONGCLOUD_API_URL`, where the environment is read.
    #[uniffi(default = None)]
    pub api_url: Option<String>,
    /// The longest time for name, connection and TLS handshake. Above zero. Default: 5 seconds.
    #[uniffi(default = None)]
    pub connect_timeout: Option<Duration>,
    /// The longest time for a whole call, to the last byte of the reply. Above zero. Default: 15 seconds.
    #[uniffi(default = None)]
    pub timeout: Option<Duration>,
    /// How the signing headers are named. Default: plain.
    #[uniffi(default = None)]
    pub header_style: Option<HeaderStyle>,
    /// A second address of the same service, used while `api_url` fails, as a data center's backup domain is. Only
    /// beside `api_url`. Default: none.
    #[uniffi(default = None)]
    pub backup_api_url: Option<String>,
    /// The proxy to go through, for instance `http://proxy.example:3128`, with user and password if it needs them; or
    /// `direct` for none. Default: what `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    #[uniffi(default = None)]
    pub proxy: Option<String>,
    /// CA certificates as PEM, trusted in addition to the platform's: a company's own, for instance. Default: none.
    #[uniffi(default = None)]
    pub ca_certificates: Option<String>,
    /// How often and how fast calls are tried again. Default: see each field.
    #[uniffi(default = None)]
    pub retry: Option<RetryPolicy>,
    /// When the other domain of a data center is used. Default: see each field.
    #[uniffi(default = None)]
    pub failover: Option<FailoverPolicy>,
    /// How connections are kept, and how many calls there are at once. Default: see each field.
    #[uniffi(default = None)]
    pub connections: Option<ConnectionPolicy>,
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("data_center", &self.data_center)
            // May have a password in it, if only by mistake.
            .field("api_url", &self.api_url.as_ref().map(|_| "[redacted]"))
            .field("backup_api_url", &self.backup_api_url.as_ref().map(|_| "[redacted]"))
            .field("proxy", &self.proxy.as_ref().map(|_| "[redacted]"))
            .field("connect_timeout", &self.connect_timeout)
            .field("timeout", &self.timeout)
            .field("header_style", &self.header_style)
            .field("retry", &self.retry)
            .field("failover", &self.failover)
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}

/// What may be said of one start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StartOptions {
    /// A tag of your own that comes back in the recording's callbacks: `extra`. Default: empty.
    /// The longest one that the service takes is not documented.
    pub extra: Option<String>,
    /// The longest time for this call, in place of the client's.
    pub timeout: Option<Duration>,
}

impl StartOptions {
    pub(crate) fn extra_or_empty(&self) -> &str {
        self.extra.as_deref().unwrap_or_default()
    }

    /// Sets the tag that comes back in callbacks.
    #[must_use]
    pub fn extra(mut self, extra: impl Into<String>) -> Self {
        self.extra = Some(extra.into());
        self
    }

    /// Sets the longest time for this call.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }
}

impl ClientOptions {
    /// Sets the app's data center.
    #[must_use]
    pub fn data_center(mut self, data_center: DataCenter) -> Self {
        self.data_center = Some(data_center);
        self
    }

    /// Sets the API's address.
    #[must_use]
    pub fn api_url(mut self, api_url: impl Into<String>) -> Self {
        self.api_url = Some(api_url.into());
        self
    }

    /// Sets the longest time for connecting.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = Some(timeout);
        self
    }

    /// Sets the longest time for a whole call.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets how the signing headers are named.
    #[must_use]
    pub fn header_style(mut self, style: HeaderStyle) -> Self {
        self.header_style = Some(style);
        self
    }

    /// Sets a second address of the same service.
    #[must_use]
    pub fn backup_api_url(mut self, url: impl Into<String>) -> Self {
        self.backup_api_url = Some(url.into());
        self
    }

    /// Sets the proxy, or `direct`.
    #[must_use]
    pub fn proxy(mut self, proxy: impl Into<String>) -> Self {
        self.proxy = Some(proxy.into());
        self
    }

    /// Adds CA certificates, as PEM.
    #[must_use]
    pub fn ca_certificates(mut self, pem: impl Into<String>) -> Self {
        self.ca_certificates = Some(pem.into());
        self
    }

    /// Sets how calls are tried again.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sets when the other domain is used.
    #[must_use]
    pub fn failover(mut self, policy: FailoverPolicy) -> Self {
        self.failover = Some(policy);
        self
    }

    /// Sets how connections are kept.
    #[must_use]
    pub fn connections(mut self, policy: ConnectionPolicy) -> Self {
        self.connections = Some(policy);
        self
    }

    /// Fills in what was not given from the environment. What is given wins.
    pub(crate) fn or_environment(mut self, environment: &Environment) -> Result<Self, RecordingError> {
        if self.api_url.is_none() && self.data_center.is_none() {
            self.api_url = environment.get(ENV_API_URL);
            if self.api_url.is_none()
                && let Some(name) = environment.get(ENV_DATA_CENTER)
            {
                let data_center = DataCenter::from_name(ENV_DATA_CENTER, &name)
                    .map_err(|violation| RecordingError::InvalidInput { violations: vec![violation], call: None })?;
                self.data_center = Some(data_center);
            }
        }
        Ok(self)
    }

    /// What they amount to, or every violation.
    pub(crate) fn settled(&self) -> Result<Settings, RecordingError> {
        let mut found = Vec::new();
        let primary = self.primary(&mut found);
        let backup = self.backup(&mut found);
        let connect_timeout = self.connect_timeout.unwrap_or(DEFAULT_CONNECT_TIMEOUT);
        check_timeout("connect_timeout", connect_timeout, &mut found);
        let timeout = self.timeout.unwrap_or(DEFAULT_TIMEOUT);
        check_timeout("timeout", timeout, &mut found);
        let proxy = or_note(ProxyChoice::new("proxy", self.proxy.as_deref()), &mut found);
        let ca_certificates = match &self.ca_certificates {
            Some(pem) => or_note(certificates("ca_certificates", pem), &mut found),
            None => Some(Vec::new()),
        };
        let delivery = Delivery::settled(
            self.retry.unwrap_or_default(),
            self.failover.unwrap_or_default(),
            self.connections.unwrap_or_default(),
            &mut found,
        );
        match (primary, proxy, ca_certificates) {
            (Some(primary), Some(proxy), Some(ca_certificates)) if found.is_empty() => {
                Ok(Settings { primary, backup, connect_timeout, timeout, proxy, ca_certificates, delivery })
            }
            _ => Err(RecordingError::InvalidInput { violations: found, call: None }),
        }
    }

    fn primary(&self, found: &mut Vec<Violation>) -> Option<Endpoint> {
        match (&self.api_url, self.data_center) {
            (Some(address), _) => or_note(Endpoint::custom("api_url", address), found),
            (None, Some(data_center)) => Some(Endpoint::of_primary(data_center)),
            (None, None) => {
                found.push(Violation::new(
                    "data_center",
                    codes::REQUIRED,
                    format!(
                        "give the app's data center or an api_url, or set {ENV_DATA_CENTER} or {ENV_API_URL}: \
                         the console's App Key page names it"
                    ),
                ));
                None
            }
        }
    }

    fn backup(&self, found: &mut Vec<Violation>) -> Option<Endpoint> {
        match (&self.backup_api_url, &self.api_url) {
            (Some(address), Some(_)) => or_note(Endpoint::custom("backup_api_url", address), found),
            (Some(_), None) => {
                let reason = "stands beside an api_url only: a data center has a backup of its own";
                found.push(Violation::new("backup_api_url", codes::NOT_APPLICABLE, reason));
                None
            }
            (None, Some(_)) => None,
            (None, None) => self.data_center.map(Endpoint::of_backup),
        }
    }
}

/// What a client's options amount to.
pub(crate) struct Settings {
    pub primary: Endpoint,
    pub backup: Option<Endpoint>,
    pub connect_timeout: Duration,
    pub timeout: Duration,
    pub proxy: ProxyChoice,
    pub ca_certificates: Vec<CertificateDer<'static>>,
    pub delivery: Delivery,
}

fn or_note<T>(result: Result<T, Violation>, found: &mut Vec<Violation>) -> Option<T> {
    result.map_err(|violation| found.push(violation)).ok()
}

/// A timeout of nothing would end every call before it began.
pub(crate) fn check_timeout(path: &str, timeout: Duration, found: &mut Vec<Violation>) {
    if timeout.is_zero() {
        found.push(Violation::new(path, codes::OUT_OF_RANGE, "must be above zero"));
    }
}

impl Credentials {
    /// Takes App Key and App Secret from the environment.
    pub(crate) fn from_environment(environment: &Environment) -> Result<Self, RecordingError> {
        let missing = match (environment.get(ENV_APP_KEY), environment.get(ENV_APP_SECRET)) {
            (Some(app_key), Some(app_secret)) => return Self::new(app_key, app_secret),
            (app_key, app_secret) => {
                [("app_key", ENV_APP_KEY, app_key.is_none()), ("app_secret", ENV_APP_SECRET, app_secret.is_none())]
            }
        };
        let violations = missing
            .into_iter()
            .filter(|(.., is_missing)| *is_missing)
            .map(|(path, name, _)| Violation::new(path, codes::REQUIRED, format!("is not given and {name} is not set")))
            .collect();
        Err(RecordingError::InvalidInput { violations, call: None })
    }
}

/// Where settings that were not given are looked up.
pub(crate) struct Environment(fn(&str) -> Option<String>);

impl Environment {
    /// The process's own. A variable that is set to nothing counts as not set.
    pub(crate) const PROCESS: Self = Self(|name| std::env::var(name).ok());

    fn get(&self, name: &str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const FULL: Environment = Environment(|name| {
        Some(match name {
            ENV_APP_KEY => "key".to_owned(),
            ENV_APP_SECRET => "secret".to_owned(),
            ENV_API_URL => "http://127.0.0.1:9".to_owned(),
            ENV_DATA_CENTER => "singapore-b".to_owned(),
            _ => return None,
        })
    });
    const ONLY_DATA_CENTER: Environment =
        Environment(|name| (name == ENV_DATA_CENTER).then(|| "singapore-b".to_owned()));
    const EMPTY: Environment = Environment(|_| Some(String::new()));

    fn paths(error: RecordingError) -> Vec<String> {
        match error {
            RecordingError::InvalidInput { violations, .. } => {
                violations.into_iter().map(|violation| violation.path).collect()
            }
            other => vec![other.to_string()],
        }
    }

    #[test]
    fn the_environments_address_wins_over_its_data_center() {
        let options = ClientOptions::default().or_environment(&FULL).unwrap();
        assert_eq!(options, ClientOptions::default().api_url("http://127.0.0.1:9"));
    }

    #[test]
    fn a_given_data_center_wins_over_the_environments_address() {
        let options = ClientOptions::default().data_center(DataCenter::NorthAmerica);
        assert_eq!(options.clone().or_environment(&FULL).unwrap(), options);
    }

    #[test]
    fn a_data_center_is_read_by_its_name() {
        let options = ClientOptions::default().or_environment(&ONLY_DATA_CENTER).unwrap();
        let settings = options.settled().unwrap();
        assert_eq!(settings.primary.base(), "https://api.sg-b-light-api.com");
        assert_eq!(settings.backup.unwrap().base(), "https://api-b.sg-b-light-api.com");
    }

    #[test]
    fn a_variable_set_to_nothing_counts_as_not_set() {
        let options = ClientOptions::default().or_environment(&EMPTY).unwrap();
        assert_eq!(paths(options.settled().err().unwrap()), ["data_center"]);
        assert_eq!(paths(Credentials::from_environment(&EMPTY).unwrap_err()), ["app_key", "app_secret"]);
    }

    #[test]
    fn every_unusable_option_is_named_at_once() {
        let options = ClientOptions::default()
            .api_url("http://example.com")
            .connect_timeout(Duration::ZERO)
            .timeout(Duration::ZERO);
        assert_eq!(paths(options.settled().err().unwrap()), ["api_url", "connect_timeout", "timeout"]);
    }

    #[test]
    fn an_address_is_https_or_this_machine() {
        let accepted = |address: &str| ClientOptions::default().api_url(address).settled().is_ok();
        for good in
            ["https://x.example", "https://x.example/gw/", "http://127.8.9.1:80", "http://[::1]:1", "http://localhost"]
        {
            assert!(accepted(good), "{good}");
        }
        for bad in [
            "http://10.0.0.1",
            "http://localhost.example",
            "ftp://x",
            "x.example",
            "https://u:p@x",
            "https://u@x",
            "https://x?a",
            "https://x#a",
            "",
            "http://0.0.0.0",
        ] {
            assert!(!accepted(bad), "{bad}");
        }
    }

    #[test]
    fn a_password_in_an_address_is_not_repeated() {
        let error = ClientOptions::default().api_url("https://user:hunter2@x").settled().err().unwrap();
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}
