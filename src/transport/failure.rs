//! What went wrong on the way, as a sentence that a person can act on.

use std::error::Error;
use std::io;
use std::time::{Duration, UNIX_EPOCH};

use hyper::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, InvalidMessage, PeerIncompatible};
use tower_service::Service;
use url::Url;

use super::http::{ConnectionSettings, TransportFailure};
use super::names::Unresolved;
use super::proxy::address;
use crate::error::FailureCause;

/// What reqwest's connector fails with where a proxy did not open the way. hyper-util gives it no other name.
type TunnelError = <Tunnel<HttpConnector> as Service<Uri>>::Error;

/// The way that a request took.
pub(super) struct Way<'a> {
    pub url: &'a Url,
    pub settings: &'a ConnectionSettings,
}

impl Way<'_> {
    /// The host that was asked, with its port.
    fn service(&self) -> String {
        address(self.url)
    }

    /// The proxy, without its user and password.
    fn proxy(&self) -> Option<String> {
        if self.settings.is_plain { None } else { self.settings.proxy.on_the_way_to(self.url) }
    }
}

/// The failure of a request. `left` says whether it had begun to leave.
pub(super) fn explained(error: &reqwest::Error, way: &Way<'_>, left: bool) -> TransportFailure {
    let chain = chain(error);
    let tunnel = find::<TunnelError>(&chain);
    // Whoever did not let the request pass.
    let peer = match (tunnel, way.proxy()) {
        (Some(_), Some(proxy)) => format!("the proxy {proxy}"),
        (Some(_), None) => "the proxy".to_owned(),
        (None, _) => way.service(),
    };
    let (cause, reason) = if error.is_timeout() {
        (FailureCause::Timeout, late(way, left))
    } else if let Some(unresolved) = find::<Unresolved>(&chain) {
        unnamed(unresolved, tunnel.is_some())
    } else if let Some(error) = find::<rustls::Error>(&chain) {
        (FailureCause::Tls, untrusted(error, &peer))
    } else if left {
        (FailureCause::ConnectionLost, lost(&chain, &peer))
    } else if lacks_descriptors(&chain) {
        // Says nothing of the other side, which nobody is to leave for it.
        (FailureCause::Local, format!("this process can't make another connection: {}", innermost(&chain)))
    } else {
        let refused = tunnel.and_then(|error| closed_way(error, &peer, way));
        (FailureCause::Connection, refused.unwrap_or_else(|| unconnected(&chain, &peer)))
    };
    TransportFailure::failed(cause, reason)
}

/// An error and its causes, from the outside in. An I/O error hides the one that it was made of.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> Vec<&'a (dyn Error + 'static)> {
    let mut chain = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        chain.push(error);
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
    }
    chain
}

fn find<'a, T: Error + 'static>(chain: &[&'a (dyn Error + 'static)]) -> Option<&'a T> {
    chain.iter().find_map(|error| error.downcast_ref())
}

/// The kind of the I/O error that the others were made of.
fn io_kind(chain: &[&(dyn Error + 'static)]) -> Option<io::ErrorKind> {
    chain.iter().rev().find_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind)
}

/// ENFILE and EMFILE, the same on every Unix; WSAEMFILE.
const NO_DESCRIPTOR: &[i32] = if cfg!(windows) { &[10_024] } else { &[23, 24] };

/// Whether this process, or the whole machine, has as many files and sockets open as it may.
fn lacks_descriptors(chain: &[&(dyn Error + 'static)]) -> bool {
    let code = chain.iter().filter_map(|error| error.downcast_ref::<io::Error>()).find_map(io::Error::raw_os_error);
    code.is_some_and(|code| NO_DESCRIPTOR.contains(&code))
}

/// What an error was made of in the end, in the library's own words.
pub(super) fn root_cause(error: &(dyn Error + 'static)) -> String {
    innermost(&chain(error))
}

fn innermost(chain: &[&(dyn Error + 'static)]) -> String {
    chain.last().map(ToString::to_string).unwrap_or_default()
}

fn late(way: &Way<'_>, left: bool) -> String {
    let service = way.service();
    if left {
        return format!("the connection to {service} timed out before its answer was complete");
    }
    let through = way.proxy().map(|proxy| format!(" through the proxy {proxy}")).unwrap_or_default();
    format!("there was no connection to {service}{through} within {:?}", way.settings.connect_timeout)
}

fn unnamed(unresolved: &Unresolved, is_proxy: bool) -> (FailureCause, String) {
    let cause = if unresolved.is_local { FailureCause::Local } else { FailureCause::NameResolution };
    let Unresolved { name, reason, .. } = unresolved;
    let whose = if is_proxy { "the proxy's name" } else { "the name" };
    (cause, format!("{whose} {name} can't be resolved: {reason}"))
}

/// How a proxy refused. Nothing where it could not be reached itself.
fn closed_way(error: &TunnelError, proxy: &str, way: &Way<'_>) -> Option<String> {
    let service = way.service();
    match error {
        TunnelError::ProxyAuthRequired => Some(format!("{proxy} requires a user and password, or different ones")),
        TunnelError::TunnelUnsuccessful => Some(format!("{proxy} refused to connect to {service}")),
        TunnelError::TunnelUnexpectedEof => Some(format!("{proxy} closed the connection when asked for {service}")),
        TunnelError::ProxyHeadersTooLong => Some(format!("{proxy} answered with headers that are too long")),
        TunnelError::ConnectFailed(_) | TunnelError::Io(_) | TunnelError::MissingHost => None,
    }
}

fn unconnected(chain: &[&(dyn Error + 'static)], peer: &str) -> String {
    match io_kind(chain) {
        Some(io::ErrorKind::ConnectionRefused) => format!("{peer} refused the connection: nobody listens there"),
        Some(io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable) => {
            format!("{peer} can't be reached: this host has no route to it")
        }
        Some(io::ErrorKind::NotConnected) => format!("{peer} can't be reached: its name has no address"),
        Some(kind) if is_end(kind) => format!("{peer} closed the connection before anything was sent"),
        _ => format!("no connection to {peer} could be made: {}", innermost(chain)),
    }
}

fn lost(chain: &[&(dyn Error + 'static)], peer: &str) -> String {
    let hyper = find::<hyper::Error>(chain);
    if hyper.is_some_and(hyper::Error::is_parse) {
        return format!("{peer} answered with something that isn't HTTP/1.1");
    }
    if io_kind(chain).is_some_and(is_end) || hyper.is_some_and(hyper::Error::is_incomplete_message) {
        return format!("{peer} closed the connection before its answer was complete");
    }
    format!("the connection to {peer} broke before its answer was complete: {}", innermost(chain))
}

fn is_end(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, UnexpectedEof | ConnectionReset | ConnectionAborted | BrokenPipe)
}

fn untrusted(error: &rustls::Error, peer: &str) -> String {
    let no_version = || format!("{peer} speaks neither TLS 1.2 nor 1.3, and this library no other");
    match error {
        rustls::Error::InvalidCertificate(error) => unfit(error, peer),
        rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            format!("{peer} doesn't answer in TLS: is it plain http that is spoken there?")
        }
        rustls::Error::AlertReceived(AlertDescription::ProtocolVersion) => no_version(),
        rustls::Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => no_version(),
        rustls::Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            format!("{peer} says that it doesn't serve this name")
        }
        rustls::Error::AlertReceived(alert) => format!("{peer} refused the TLS handshake: {alert:?}"),
        other => format!("the TLS handshake with {peer} failed: {other}"),
    }
}

fn unfit(error: &CertificateError, peer: &str) -> String {
    let certificate = format!("the certificate of {peer}");
    match error {
        CertificateError::ExpiredContext { time, not_after } => {
            format!("{certificate} expired on {}; this host's clock says {}", date(*not_after), date(*time))
        }
        CertificateError::Expired => format!("{certificate} has expired"),
        CertificateError::NotValidYetContext { time, not_before } => {
            format!("{certificate} is valid from {} only; this host's clock says {}", date(*not_before), date(*time))
        }
        CertificateError::NotValidYet => format!("{certificate} is not valid yet"),
        CertificateError::NotValidForNameContext { presented, .. } => {
            const SHOWN: usize = 5;
            let mut names: Vec<_> = presented.iter().take(SHOWN).map(|name| name_of(name).to_owned()).collect();
            if names.is_empty() {
                names.push("no name at all".to_owned());
            } else if let Some(more) = presented.len().checked_sub(SHOWN).filter(|more| *more > 0) {
                names.push(format!("and {more} more"));
            }
            let names = names.join(", ");
            format!("{certificate} is for another host: it names {names}")
        }
        CertificateError::NotValidForName => format!("{certificate} is for another host"),
        CertificateError::UnknownIssuer => format!(
            "{certificate} was issued by a CA that this host doesn't know; if it is your company's, give its \
             certificate as ca_certificates"
        ),
        CertificateError::Revoked => format!("{certificate} has been revoked"),
        other => format!("{certificate} can't be accepted: {other}"),
    }
}

/// `DnsName("a.example")` and `IpAddress(192.0.2.1)`, as rustls has them, without their kind.
fn name_of(presented: &str) -> &str {
    let inner = presented.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(presented).trim_matches('"')
}

fn date(time: UnixTime) -> String {
    // Later than a year 9999 that HTTP has no date for, no certificate is.
    match UNIX_EPOCH.checked_add(Duration::from_secs(time.as_secs().min(253_402_300_799))) {
        Some(time) => httpdate::fmt_http_date(time),
        None => format!("{} seconds after 1970", time.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use rustls::pki_types::ServerName;

    use super::*;

    fn time(seconds: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    }

    #[test]
    fn a_certificate_is_refused_with_dates_and_names() {
        let said = |error| unfit(&error, "api.example:443");
        assert_eq!(
            said(CertificateError::ExpiredContext { time: time(1_795_549_977), not_after: time(1_795_463_577) }),
            "the certificate of api.example:443 expired on Mon, 23 Nov 2026 19:52:57 GMT; this host's clock says \
             Tue, 24 Nov 2026 19:52:57 GMT"
        );
        assert_eq!(
            said(CertificateError::NotValidYetContext { time: time(0), not_before: time(1_795_463_577) }),
            "the certificate of api.example:443 is valid from Mon, 23 Nov 2026 19:52:57 GMT only; this host's clock \
             says Thu, 01 Jan 1970 00:00:00 GMT"
        );
        let names = |presented: &[&str]| CertificateError::NotValidForNameContext {
            expected: ServerName::try_from("api.example").unwrap(),
            presented: presented.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(
            said(names(&["DnsName(\"*.other.example\")", "IpAddress(192.0.2.1)"])),
            "the certificate of api.example:443 is for another host: it names *.other.example, 192.0.2.1"
        );
        assert_eq!(said(names(&[])), "the certificate of api.example:443 is for another host: it names no name at all");
        // The latest that a certificate can have: a date, if not the right one.
        assert!(date(time(u64::MAX)).ends_with("9999 23:59:59 GMT"));
    }

    #[test]
    fn a_host_without_a_route_to_it_is_said() {
        let said = |kind| unconnected(&chain(&io::Error::from(kind)), "api.example:443");
        for kind in [io::ErrorKind::HostUnreachable, io::ErrorKind::NetworkUnreachable] {
            assert_eq!(said(kind), "api.example:443 can't be reached: this host has no route to it");
        }
    }
}
