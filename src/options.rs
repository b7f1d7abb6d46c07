//! A client's settings, given or from the environment.

use std::env::VarError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use crate::constant::constants;
use crate::credentials::{Credentials, check_app_key, check_app_secret};
use crate::delivery::{ConnectionPolicy, Delivery, FailoverPolicy, RetryPolicy};
use crate::error::{RecordingError, Violation, checked_timeout, codes};
use crate::protocol::{CallOptions, HeaderStyle};
use crate::time::Span;
use crate::transport::{DataCenter, Endpoint, ProxyChoice, certificates};

constants! {
    DECLARED: texts;
    /// The App Key, used if none is given.
    ENV_APP_KEY = "RONGCLOUD_APP_KEY";
    /// The App Secret, used if none is given.
    ENV_APP_SECRET = "RONGCLOUD_APP_SECRET";
    /// The data center, used if neither it nor an address is given: `beijing`, `singapore`, `singapore-b`,
    /// `north-america` or `saudi-arabia`, in any letter case.
    ENV_DATA_CENTER = "RONGCLOUD_DATA_CENTER";
    /// The address of the API, used if neither it nor a data center is given. It takes precedence over
    /// `RONGCLOUD_DATA_CENTER`.
    ENV_API_URL = "RONGCLOUD_API_URL";
    /// Store of a ledger, if its options name none: for example `postgres://user:password@host/database`.
    ENV_LEDGER_URL = "RONGCLOUD_LEDGER_URL";
}

const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(15);

/// A client's settings. Everything has a default except the service's address, which depends on your app.
#[derive(Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct ClientOptions {
    /// The app's data center. Required unless `api_url` is given. Default: `RONGCLOUD_DATA_CENTER` of the environment.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub data_center: Option<DataCenter>,
    /// The API's address, used instead of a data center's, for example `https://gateway.example`. Plain http is
    /// accepted for this machine only. Takes precedence over `data_center`. Default: `RONGCLOUD_API_URL` of the
    /// environment.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub api_url: Option<String>,
    /// A second address of the same service, used while `api_url` fails, like a data center's backup domain. Allowed
    /// only together with `api_url`. Default: none.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub backup_api_url: Option<String>,
    /// The timeout for establishing a connection: name resolution, TCP and TLS handshake. Above zero, at most 365 days.
    /// Default: 5 seconds.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub connect_timeout: Option<Span>,
    /// The timeout for a whole call, up to the last byte of the reply. Above zero, at most 365 days. Default: 15
    /// seconds.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub timeout: Option<Span>,
    /// How the signing headers are named. Default: plain.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub header_style: Option<HeaderStyle>,
    /// The proxy to use, for example `http://proxy.example:3128`, with a user and password if it needs them, or
    /// `direct` for none. Default: as `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub proxy: Option<String>,
    /// CA certificates as PEM, trusted in addition to the platform's, for example your company's own. Default: none.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub ca_certificates: Option<String>,
    /// How often and how quickly calls are retried. Default: see each field.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub retry: Option<RetryPolicy>,
    /// When calls use the other domain of a data center. Default: see each field.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub failover: Option<FailoverPolicy>,
    /// How connections are kept, and how many calls may run at once. Default: see each field.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
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

/// The options of one start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct StartOptions {
    /// A tag of your own that the service returns in the recording's callbacks: `extra`. The maximum length that the
    /// service accepts is not documented. Default: empty.
    pub extra: Option<String>,
    /// The timeout for this call. Default: the client's.
    pub timeout: Option<Span>,
    /// An id of your own for this call: see [`CallOptions`]. Of a start in a room's session, the start has it, not the
    /// query. Default: the first attempt's random id.
    pub request_id: Option<String>,
}

impl StartOptions {
    pub(crate) fn extra_or_empty(&self) -> &str {
        self.extra.as_deref().unwrap_or_default()
    }

    /// What may be said of any call.
    pub(crate) fn call(&self) -> CallOptions {
        CallOptions { timeout: self.timeout, request_id: self.request_id.clone() }
    }

    /// Sets the id of this call.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    /// Sets the tag that is returned in callbacks.
    #[must_use]
    pub fn extra(mut self, extra: impl Into<String>) -> Self {
        self.extra = Some(extra.into());
        self
    }

    /// Sets the timeout for this call.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Span>) -> Self {
        self.timeout = Some(timeout.into());
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

    /// Sets the timeout for establishing a connection.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: impl Into<Span>) -> Self {
        self.connect_timeout = Some(timeout.into());
        self
    }

    /// Sets the timeout for a whole call.
    #[must_use]
    pub fn timeout(mut self, timeout: impl Into<Span>) -> Self {
        self.timeout = Some(timeout.into());
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

    /// Sets additional CA certificates, as PEM.
    #[must_use]
    pub fn ca_certificates(mut self, pem: impl Into<String>) -> Self {
        self.ca_certificates = Some(pem.into());
        self
    }

    /// Sets how calls are retried.
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sets when calls use the other domain.
    #[must_use]
    pub fn failover(mut self, policy: FailoverPolicy) -> Self {
        self.failover = Some(policy);
        self
    }

    /// Sets how connections are kept and how many calls may run at once.
    #[must_use]
    pub fn connections(mut self, policy: ConnectionPolicy) -> Self {
        self.connections = Some(policy);
        self
    }

    /// What they amount to without the environment, or every violation.
    pub(crate) fn settled(&self) -> Result<Settings, RecordingError> {
        let mut found = Vec::new();
        let settings = self.settled_in(&Environment::NONE, &mut found);
        all_or_violations(settings, found)
    }

    /// What they amount to with the process's environment, or every violation.
    pub(crate) fn settled_in_process(&self) -> Result<Settings, RecordingError> {
        let mut found = Vec::new();
        let settings = self.settled_in(&Environment::PROCESS, &mut found);
        all_or_violations(settings, found)
    }

    /// What they amount to, with the environment's address where none is given. Violations are added to those found,
    /// and nothing is returned where an essential part is missing.
    fn settled_in(&self, environment: &Environment, found: &mut Vec<Violation>) -> Option<Settings> {
        let place = self.place(environment, found);
        let primary = match &place {
            Place::Address(path, address) => or_note(Endpoint::custom(path, address), found),
            Place::DataCenter(data_center) => Some(Endpoint::of_primary(*data_center)),
            Place::Unknown => None,
        };
        let backup = self.backup(&place, found);
        let connect_timeout = self.connect_timeout.unwrap_or_else(|| DEFAULT_CONNECT_TIMEOUT.into());
        let connect_timeout = checked_timeout("connect_timeout", connect_timeout, found);
        let timeout = self.timeout.unwrap_or_else(|| DEFAULT_TIMEOUT.into());
        let timeout = checked_timeout("timeout", timeout, found);
        let proxy = or_note(ProxyChoice::new("proxy", self.proxy.as_deref()), found);
        let ca_certificates = match &self.ca_certificates {
            Some(pem) => or_note(certificates("ca_certificates", pem), found),
            None => Some(Vec::new()),
        };
        let delivery = Delivery::settled(
            self.retry.unwrap_or_default(),
            self.failover.unwrap_or_default(),
            self.connections.unwrap_or_default(),
            found,
        );
        Some(Settings {
            primary: primary?,
            backup,
            connect_timeout,
            timeout,
            header_style: self.header_style.unwrap_or_default(),
            proxy: proxy?,
            ca_certificates: ca_certificates?,
            delivery,
        })
    }

    fn place(&self, environment: &Environment, found: &mut Vec<Violation>) -> Place {
        match (&self.api_url, self.data_center) {
            (Some(address), _) => return Place::Address("api_url", address.clone()),
            (None, Some(data_center)) => return Place::DataCenter(data_center),
            (None, None) => {}
        }
        match (environment.get(ENV_API_URL), environment.get(ENV_DATA_CENTER)) {
            (Variable::Text(address), _) => return Place::Address(ENV_API_URL, address),
            (Variable::NotText, _) => found.push(not_text(ENV_API_URL)),
            (_, Variable::Text(name)) => {
                let data_center = or_note(DataCenter::from_name(ENV_DATA_CENTER, &name), found);
                return data_center.map_or(Place::Unknown, Place::DataCenter);
            }
            (_, Variable::NotText) => found.push(not_text(ENV_DATA_CENTER)),
            (Variable::Unset, Variable::Unset) => {
                let reason = format!(
                    "give the app's data center or an api_url, or set {ENV_DATA_CENTER} or {ENV_API_URL}: \
                     the console's App Key page names it"
                );
                found.push(Violation::new("data_center", codes::REQUIRED, reason));
            }
            (url, data_center) => {
                for (name, variable) in [(ENV_API_URL, url), (ENV_DATA_CENTER, data_center)] {
                    if matches!(variable, Variable::Empty) {
                        found.push(set_but_empty(name));
                    }
                }
            }
        }
        Place::Unknown
    }

    fn backup(&self, place: &Place, found: &mut Vec<Violation>) -> Option<Endpoint> {
        match (&self.backup_api_url, place) {
            (Some(address), Place::Address(..)) => or_note(Endpoint::custom("backup_api_url", address), found),
            (Some(_), _) => {
                let reason = "is allowed only together with an api_url: a data center has its own backup";
                found.push(Violation::new("backup_api_url", codes::NOT_APPLICABLE, reason));
                None
            }
            (None, Place::DataCenter(data_center)) => Some(Endpoint::of_backup(*data_center)),
            (None, _) => None,
        }
    }
}

/// Where the service is to be found.
enum Place {
    /// An address, and what it was given as.
    Address(&'static str, String),
    DataCenter(DataCenter),
    Unknown,
}

/// What a client's options amount to.
pub(crate) struct Settings {
    pub primary: Endpoint,
    pub backup: Option<Endpoint>,
    pub connect_timeout: Duration,
    pub timeout: Duration,
    pub header_style: HeaderStyle,
    pub proxy: ProxyChoice,
    pub ca_certificates: Vec<CertificateDer<'static>>,
    pub delivery: Delivery,
}

pub(crate) fn or_note<T>(result: Result<T, Violation>, found: &mut Vec<Violation>) -> Option<T> {
    result.map_err(|violation| found.push(violation)).ok()
}

fn all_or_violations<T>(all: Option<T>, found: Vec<Violation>) -> Result<T, RecordingError> {
    match all {
        Some(all) if found.is_empty() => Ok(all),
        _ => Err(RecordingError::InvalidInput { violations: found, call: None }),
    }
}

impl Credentials {
    /// Creates credentials from the environment: `RONGCLOUD_APP_KEY` and `RONGCLOUD_APP_SECRET`.
    ///
    /// # Errors
    /// `InvalidInput` that reports everything that is missing or wrong, each by its variable.
    pub fn from_env() -> Result<Arc<Self>, RecordingError> {
        let mut found = Vec::new();
        let credentials = GivenCredentials::NONE.settled_in(&Environment::PROCESS, &mut found);
        all_or_violations(credentials, found)
    }
}

/// What a caller gave of the credentials.
pub(crate) enum GivenCredentials {
    /// Both, checked already.
    #[cfg(feature = "ffi")]
    Checked(Arc<Credentials>),
    /// Either, both or none; the rest is the environment's.
    Texts { app_key: Option<String>, app_secret: Option<Zeroizing<String>> },
}

impl GivenCredentials {
    pub(crate) const NONE: Self = Self::Texts { app_key: None, app_secret: None };

    fn settled_in(self, environment: &Environment, found: &mut Vec<Violation>) -> Option<Arc<Credentials>> {
        let (app_key, app_secret) = match self {
            #[cfg(feature = "ffi")]
            Self::Checked(credentials) => return Some(credentials),
            Self::Texts { app_key, app_secret } => (app_key, app_secret),
        };
        let app_key = environment.given_or_set("app_key", app_key, ENV_APP_KEY, found);
        let app_secret = environment.given_or_set("app_secret", app_secret, ENV_APP_SECRET, found);
        match (app_key, app_secret) {
            (Some(app_key), Some(app_secret)) => Some(Arc::new(Credentials::named(app_key, app_secret, found))),
            (Some((path, app_key)), None) => {
                check_app_key(path, &app_key, found);
                None
            }
            (None, Some((path, app_secret))) => {
                check_app_secret(path, &app_secret, found);
                None
            }
            (None, None) => None,
        }
    }
}

/// All that a client needs, given or from the environment. Everything that is missing or wrong is told at once.
pub(crate) fn settled_in(
    environment: &Environment,
    credentials: GivenCredentials,
    options: &ClientOptions,
) -> Result<(Arc<Credentials>, Settings), RecordingError> {
    let mut found = Vec::new();
    let credentials = credentials.settled_in(environment, &mut found);
    let settings = options.settled_in(environment, &mut found);
    all_or_violations(credentials.zip(settings), found)
}

/// Where settings that were not given are looked up.
pub(crate) struct Environment(fn(&str) -> Result<String, VarError>);

/// What a variable says.
enum Variable {
    Unset,
    /// Counts as not set, but is named for it where it is needed.
    Empty,
    NotText,
    Text(String),
}

impl Environment {
    /// The process's own.
    pub(crate) const PROCESS: Self = Self(|name| std::env::var(name));
    /// One in which nothing is set.
    const NONE: Self = Self(|_| Err(VarError::NotPresent));

    /// A text that is given, or else set.
    pub(crate) fn text(
        &self,
        argument: &'static str,
        given: Option<String>,
        variable: &'static str,
        found: &mut Vec<Violation>,
    ) -> Option<(&'static str, String)> {
        self.given_or_set(argument, given, variable, found)
    }

    fn get(&self, name: &str) -> Variable {
        match (self.0)(name) {
            Ok(value) if value.is_empty() => Variable::Empty,
            Ok(value) => Variable::Text(value),
            Err(VarError::NotPresent) => Variable::Unset,
            Err(VarError::NotUnicode(_)) => Variable::NotText,
        }
    }

    /// A value and what it was given as: its argument or its variable.
    fn given_or_set<T: From<String>>(
        &self,
        argument: &'static str,
        given: Option<T>,
        variable: &'static str,
        found: &mut Vec<Violation>,
    ) -> Option<(&'static str, T)> {
        if let Some(value) = given {
            return Some((argument, value));
        }
        found.push(match self.get(variable) {
            Variable::Text(value) => return Some((variable, value.into())),
            Variable::Empty => set_but_empty(variable),
            Variable::NotText => not_text(variable),
            Variable::Unset => {
                let reason = format!("is not given and {variable} is not set");
                Violation::new(argument, codes::REQUIRED, reason)
            }
        });
        None
    }
}

fn set_but_empty(variable: &str) -> Violation {
    Violation::new(variable, codes::EMPTY, "is set but empty")
}

fn not_text(variable: &str) -> Violation {
    Violation::new(variable, codes::WRONG_TYPE, "is set to something that is not UTF-8 text")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const FULL: Environment = Environment(|name| {
        Ok(match name {
            ENV_APP_KEY => "key".to_owned(),
            ENV_APP_SECRET => "secret".to_owned(),
            ENV_API_URL => "http://127.0.0.1:9".to_owned(),
            ENV_DATA_CENTER => "singapore-b".to_owned(),
            _ => return Err(VarError::NotPresent),
        })
    });
    const ONLY_DATA_CENTER: Environment = Environment(|name| match name {
        ENV_DATA_CENTER => Ok("Singapore_B".to_owned()),
        ENV_API_URL => Ok(String::new()),
        _ => Err(VarError::NotPresent),
    });
    const EMPTY: Environment = Environment(|_| Ok(String::new()));
    const NO_TEXT: Environment = Environment(|_| Err(VarError::NotUnicode("?".into())));
    const WRONG: Environment = Environment(|name| {
        Ok(match name {
            ENV_APP_KEY => "ke\ny".to_owned(),
            ENV_APP_SECRET => "sec\nret".to_owned(),
            ENV_API_URL => "http://example.com".to_owned(),
            _ => return Err(VarError::NotPresent),
        })
    });
    const MARS: Environment = Environment(|name| match name {
        ENV_DATA_CENTER => Ok("mars".to_owned()),
        _ => Err(VarError::NotPresent),
    });

    fn settings(environment: &Environment, options: &ClientOptions) -> Settings {
        settled_in(environment, GivenCredentials::NONE, options).unwrap().1
    }

    /// Path and code of everything that is wrong without further settings.
    fn wrong(environment: &Environment, credentials: GivenCredentials, options: &ClientOptions) -> Vec<String> {
        match settled_in(environment, credentials, options).err().unwrap() {
            RecordingError::InvalidInput { violations, .. } => {
                violations.into_iter().map(|violation| format!("{} {}", violation.path, violation.code)).collect()
            }
            other => vec![other.to_string()],
        }
    }

    fn texts(app_key: &str, app_secret: &str) -> GivenCredentials {
        GivenCredentials::Texts { app_key: Some(app_key.to_owned()), app_secret: Some(app_secret.to_owned().into()) }
    }

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
        let settings = settings(&FULL, &ClientOptions::default());
        assert_eq!(settings.primary.base(), "http://127.0.0.1:9");
        assert!(settings.backup.is_none());
    }

    #[test]
    fn a_given_data_center_wins_over_the_environments_address() {
        let settings = settings(&FULL, &ClientOptions::default().data_center(DataCenter::NorthAmerica));
        assert_eq!(settings.primary.base(), "https://api.us-light-api.com");
    }

    #[test]
    fn a_data_center_is_read_by_its_name_and_an_empty_address_counts_as_none() {
        let (_, settings) = settled_in(&ONLY_DATA_CENTER, texts("key", "secret"), &ClientOptions::default()).unwrap();
        assert_eq!(settings.primary.base(), "https://api.sg-b-light-api.com");
        assert_eq!(settings.backup.unwrap().base(), "https://api-b.sg-b-light-api.com");
    }

    #[test]
    fn given_credentials_win_over_the_environments_each_for_itself() {
        let given = GivenCredentials::Texts { app_key: Some("given".to_owned()), app_secret: None };
        let (credentials, _) = settled_in(&FULL, given, &ClientOptions::default()).unwrap();
        assert_eq!((credentials.app_key(), credentials.app_secret()), ("given", "secret"));
    }

    #[test]
    fn everything_missing_and_wrong_is_told_at_once() {
        let options = ClientOptions::default()
            .timeout(Duration::ZERO)
            .proxy("ftp://x")
            .ca_certificates("none")
            .retry(RetryPolicy { max_attempts: Some(11), ..RetryPolicy::default() });
        let options_wrong = ["timeout", "proxy", "ca_certificates", "retry.max_attempts"];
        let options_wrong =
            options_wrong.into_iter().zip(["out_of_range", "invalid_url", "invalid_certificates", "out_of_range"]);
        let options_wrong: Vec<String> = options_wrong.map(|(path, code)| format!("{path} {code}")).collect();
        let all = |first: [&str; 3]| [first.map(str::to_owned).to_vec(), options_wrong.clone()].concat();
        assert_eq!(
            wrong(&Environment::NONE, GivenCredentials::NONE, &options),
            all(["app_key required", "app_secret required", "data_center required"])
        );
    }

    #[test]
    fn what_came_from_the_environment_is_named_by_its_variable() {
        assert_eq!(
            wrong(&WRONG, GivenCredentials::NONE, &ClientOptions::default()),
            [
                "RONGCLOUD_APP_KEY not_header_safe",
                "RONGCLOUD_APP_SECRET control_character",
                "RONGCLOUD_API_URL insecure_url"
            ]
        );
        let found = wrong(&MARS, texts("key", "secret"), &ClientOptions::default());
        assert_eq!(found, ["RONGCLOUD_DATA_CENTER unknown_value"]);
    }

    #[test]
    fn what_came_by_argument_is_named_by_its_argument() {
        let found = wrong(&FULL, texts("ke\ny", " "), &ClientOptions::default().api_url("ftp://x"));
        assert_eq!(found, ["app_key not_header_safe", "app_secret empty", "api_url invalid_url"]);
    }

    #[test]
    fn one_credential_is_checked_also_where_the_other_is_missing() {
        let given = GivenCredentials::Texts { app_key: None, app_secret: Some("a\nb".to_owned().into()) };
        let options = ClientOptions::default().data_center(DataCenter::Beijing);
        assert_eq!(wrong(&Environment::NONE, given, &options), ["app_key required", "app_secret control_character"]);
    }

    #[test]
    fn a_variable_that_is_set_but_empty_is_named_as_that() {
        let error = settled_in(&EMPTY, GivenCredentials::NONE, &ClientOptions::default()).err().unwrap();
        assert_eq!(
            error.to_string(),
            "invalid input: 4 violations\n  \
             RONGCLOUD_APP_KEY: is set but empty [empty]\n  \
             RONGCLOUD_APP_SECRET: is set but empty [empty]\n  \
             RONGCLOUD_API_URL: is set but empty [empty]\n  \
             RONGCLOUD_DATA_CENTER: is set but empty [empty]"
        );
    }

    #[test]
    fn a_variable_that_is_no_text_is_named_as_that() {
        let found = wrong(&NO_TEXT, GivenCredentials::NONE, &ClientOptions::default());
        let named = ["RONGCLOUD_APP_KEY", "RONGCLOUD_APP_SECRET", "RONGCLOUD_API_URL"];
        assert_eq!(found, named.map(|name| format!("{name} wrong_type")));
    }

    #[test]
    fn an_endless_time_is_refused_wherever_a_time_is_given() {
        let endless = Some(Duration::MAX.into());
        let options = ClientOptions::default()
            .data_center(DataCenter::Beijing)
            .connect_timeout(Duration::MAX)
            .timeout(Duration::MAX)
            .retry(RetryPolicy {
                attempt_timeout: endless,
                first_backoff: endless,
                longest_backoff: endless,
                ..RetryPolicy::default()
            })
            .failover(FailoverPolicy { probe_after: endless, ..FailoverPolicy::default() })
            .connections(ConnectionPolicy { max_idle: endless, ..ConnectionPolicy::default() });
        assert_eq!(
            paths(options.settled().err().unwrap()),
            [
                "connect_timeout",
                "timeout",
                "retry.attempt_timeout",
                "retry.first_backoff",
                "retry.longest_backoff",
                "failover.probe_after",
                "connections.max_idle"
            ]
        );
    }

    #[test]
    fn a_negative_time_is_refused_wherever_a_time_is_given() {
        let negative = Some(Span(-1));
        let options = ClientOptions::default()
            .data_center(DataCenter::Beijing)
            .connect_timeout(Span(-1))
            .timeout(Span(i64::MIN))
            .retry(RetryPolicy {
                attempt_timeout: negative,
                first_backoff: negative,
                longest_backoff: negative,
                ..RetryPolicy::default()
            })
            .failover(FailoverPolicy { probe_after: negative, ..FailoverPolicy::default() })
            .connections(ConnectionPolicy { max_idle: negative, ..ConnectionPolicy::default() });
        assert_eq!(
            options.settled().err().unwrap().to_string(),
            "invalid input: 7 violations\n  \
             connect_timeout: must be above zero [out_of_range]\n  \
             timeout: must be above zero [out_of_range]\n  \
             retry.attempt_timeout: must be above zero [out_of_range]\n  \
             retry.first_backoff: must not be negative [out_of_range]\n  \
             retry.longest_backoff: must not be negative [out_of_range]\n  \
             failover.probe_after: must be above zero [out_of_range]\n  \
             connections.max_idle: must be above zero [out_of_range]"
        );
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
