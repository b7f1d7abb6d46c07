//! Whether the service can be reached from here, domain by domain, before anything depends on it.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tokio::time::{Instant, timeout};

use crate::error::{CallContext, FailureCause, OperationKind, RecordingError};
use crate::options::{ClientOptions, Settings};
use crate::protocol::{Headers, NOTABLE_SKEW};
use crate::time::{Span, Timestamp};
use crate::transport::{
    AttemptProgress, Endpoint, HealthRecords, HttpTransport, PoolSettings, Pools, Progress, Request, Route, Site,
    TransportFailure,
};

/// One of the domains that a client's calls go to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Domain {
    /// Its address, without the API's paths: `https://api.sg-light-api.com`.
    pub url: String,
    /// True for the second one, which is used while the first one fails.
    pub is_backup: bool,
    /// True if it is this machine's own: a simulator, or a gateway.
    pub is_loopback: bool,
    /// The proxy on the way, without its user and password. Absent if there is none.
    pub proxy: Option<String>,
}

/// What came of an unsigned request to a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reached {
    /// The domain.
    pub domain: Domain,
    /// How long it took: name resolution, connection, TLS handshake and reply.
    pub took: Span,
    /// The HTTP status of the reply. Absent if none came.
    pub status: Option<i32>,
    /// The service's `code` in the reply's body. Absent if it has none: then something answers HTTP that is not the service.
    pub code: Option<i32>,
    /// The time that the reply names (`Date`), in whole seconds. Absent if it names none.
    pub service_time: Option<Timestamp>,
    /// How far this machine's clock is ahead of that, negative if it is behind. Absent if the reply names no time.
    pub clock_ahead: Option<Span>,
    /// True if that is far enough to explain a refused signature. How much the service accepts is not documented; 30 seconds
    /// and more count as far.
    pub is_clock_off: bool,
    /// True if the request had begun to leave, so that the connection, and TLS where there is any, stood.
    pub maybe_sent: bool,
    /// The stage at which it failed. Absent if a reply came.
    pub cause: Option<FailureCause>,
    /// What happened, as a sentence. Empty if a reply came.
    pub reason: String,
}

/// The domains that a client of these options and the environment would call, the primary one first. Nothing is sent, and no
/// credentials are needed.
///
/// # Errors
/// `InvalidInput` for unusable settings.
pub fn domains(options: &ClientOptions) -> Result<Vec<Domain>, RecordingError> {
    Ok(domains_of(&options.settled_in_process()?))
}

fn domains_of(settings: &Settings) -> Vec<Domain> {
    let backup = settings.backup.iter().map(|endpoint| (Site::Backup, endpoint));
    let sites = std::iter::once((Site::Primary, &settings.primary)).chain(backup);
    sites.map(|(site, endpoint)| domain(site, endpoint, settings)).collect()
}

/// Asks each domain something without signing it, which the service refuses: whatever it answers shows that it can be
/// reached, and what time it has there. Has no effect, and needs no credentials.
///
/// # Errors
/// `InvalidInput` for unusable settings; `NotSent`, cause `Local`, if this host has no usable CA certificates.
///
/// # Cancel safety
/// Dropping the future ends what it has begun.
pub async fn reach(options: &ClientOptions) -> Result<Vec<Reached>, RecordingError> {
    let settings = options.settled_in_process()?;
    let longest = settings.timeout;
    let domains = domains_of(&settings);
    // What is found out here must not move the calls of this process.
    let health = HealthRecords::new();
    let route = Arc::new(Route::new(settings.primary, settings.backup, settings.delivery.failover, &health));
    let pools = Pools::new(&PoolSettings {
        route: route.clone(),
        connect_timeout: settings.connect_timeout,
        proxy: settings.proxy,
        extra_certificates: settings.ca_certificates,
        connections: settings.delivery.connections,
    })?;
    let mut all = Vec::new();
    for ((site, endpoint), domain) in route.sites().zip(domains) {
        all.push(ask(&pools, site, endpoint, domain, longest).await);
    }
    Ok(all)
}

fn domain(site: Site, endpoint: &Endpoint, settings: &Settings) -> Domain {
    let url = endpoint.url(OperationKind::QueryRoom).filter(|_| !endpoint.is_plain());
    Domain {
        url: endpoint.base().to_owned(),
        is_backup: site == Site::Backup,
        is_loopback: endpoint.is_loopback(),
        proxy: url.and_then(|url| settings.proxy.on_the_way_to(url)),
    }
}

async fn ask(pools: &Pools, site: Site, endpoint: &Endpoint, domain: Domain, longest: Duration) -> Reached {
    let begun = Instant::now();
    let reached = Reached {
        domain,
        took: Span::default(),
        status: None,
        code: None,
        service_time: None,
        clock_ahead: None,
        is_clock_off: false,
        maybe_sent: false,
        cause: None,
        reason: String::new(),
    };
    let Some(url) = endpoint.url(OperationKind::QueryRoom) else {
        return Reached { cause: Some(FailureCause::Local), reason: "its address can't be used".to_owned(), ..reached };
    };
    let context = CallContext::new(OperationKind::QueryRoom, "", "", "");
    let attempt = AttemptProgress::begin(&Arc::new(Progress::default()), &Arc::new(context));
    let user_agent = format!("rongcloud-recording/{} (reach)", env!("CARGO_PKG_VERSION"));
    let mut headers = Headers::default();
    headers.push("Content-Type", "application/json");
    headers.push("User-Agent", &user_agent);
    let body = Bytes::from_static(b"{}");
    let request = Request { site, url: url.clone(), headers, body, longest_idle: Duration::ZERO };
    let answer = timeout(longest, pools.send(request, &attempt)).await;
    let reached = Reached { took: begun.elapsed().into(), maybe_sent: attempt.end(), ..reached };
    match answer.unwrap_or(Err(TransportFailure::Late(longest))) {
        Ok(reply) => {
            let now = SystemTime::now();
            let ahead = reply.date().map(|date| ahead(now, date));
            Reached {
                status: Some(reply.status.into()),
                code: reply.code(),
                service_time: reply.date().map(Timestamp::from),
                clock_ahead: ahead,
                is_clock_off: ahead
                    .is_some_and(|Span(ahead)| u128::from(ahead.unsigned_abs()) >= NOTABLE_SKEW.as_nanos()),
                ..reached
            }
        }
        Err(TransportFailure::TooLarge { status }) => Reached { status: Some(status.into()), ..reached },
        Err(TransportFailure::Failed { cause, reason }) => Reached { cause: Some(cause), reason, ..reached },
        Err(TransportFailure::Late(longest)) => {
            let reason = format!("there was no answer within {longest:.1?}");
            Reached { cause: Some(FailureCause::Timeout), reason, ..reached }
        }
    }
}

/// How far a clock is ahead of a time, which was named in whole seconds.
fn ahead(now: SystemTime, named: SystemTime) -> Span {
    match now.duration_since(named) {
        Ok(ahead) => ahead.into(),
        Err(behind) => Span(-Span::from(behind.duration()).0),
    }
}
