//! Which certificate a door shows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::Deserialize;
use tokio_rustls::TlsAcceptor;

use super::authority::{Authority, Failure};

/// Reserved by RFC 6761, so it is no name of a host.
const OTHER_HOST: &str = "other-host.invalid";

/// Whether a door speaks TLS, and with which certificate. All but the untrusted are signed by the simulator's own CA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DoorTls {
    /// Plain HTTP.
    #[default]
    None,
    /// Valid for `localhost` and 127.0.0.1.
    Valid,
    /// Expired yesterday.
    Expired,
    /// For another host.
    WrongHost,
    /// Signed by a CA that nobody knows.
    Untrusted,
}

impl DoorTls {
    /// What the URL of a door begins with, and the name or address that certificates are for.
    pub(super) fn url(self, address: SocketAddr) -> String {
        let local = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].contains(&address.ip());
        match self {
            Self::None => format!("http://{address}"),
            _ if local => format!("https://localhost:{}", address.port()),
            _ => format!("https://{address}"),
        }
    }

    pub(super) fn acceptor(self, authority: &Authority, host: IpAddr) -> Result<Option<TlsAcceptor>, Failure> {
        let hosts = vec!["localhost".to_owned(), Ipv4Addr::LOCALHOST.to_string(), host.to_string()];
        let acceptor = match self {
            Self::None => return Ok(None),
            Self::Valid => authority.acceptor(hosts, false),
            Self::Expired => authority.acceptor(hosts, true),
            Self::WrongHost => authority.acceptor(vec![OTHER_HOST.to_owned()], false),
            Self::Untrusted => Authority::new("a CA that nobody knows")?.acceptor(hosts, false),
        };
        acceptor.map(Some)
    }
}
