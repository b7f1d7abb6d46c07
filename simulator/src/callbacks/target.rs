//! Where callbacks go: http URLs of this machine.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::http::Uri;
use tokio::net::TcpStream;

use crate::invalid::InvalidCallback;

#[derive(Clone, Debug)]
pub(crate) struct Target {
    authority: String,
    addresses: Vec<SocketAddr>,
    path: String,
}

impl Target {
    pub(crate) fn parse(url: &str) -> Result<Self, InvalidCallback> {
        let refused = |why| InvalidCallback::new(format!("{} {why}", url.escape_debug()));
        let uri: Uri = url.parse().map_err(|_| refused("is not a URL"))?;
        let (Some("http"), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(refused("is not an http URL"));
        };
        let host = authority.host();
        let Some(port) = port(authority.as_str(), host) else {
            return Err(refused("has more before its path than host and port"));
        };
        let hosts = loopback(host);
        if hosts.is_empty() {
            return Err(refused("is not of a loopback address; callbacks go to 127.0.0.0/8, ::1 or localhost only"));
        }
        Ok(Self {
            authority: authority.to_string(),
            addresses: hosts.into_iter().map(|host| SocketAddr::new(host, port)).collect(),
            path: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        })
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// Path and query, with these pairs after it.
    pub(crate) fn path(&self, pairs: &[(&str, String)]) -> String {
        let mut path = self.path.clone();
        for (name, value) in pairs {
            path.push(if path.contains('?') { '&' } else { '?' });
            path.push_str(&format!("{}={}", encoded(name), encoded(value)));
        }
        path
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.authority)
    }

    pub(crate) async fn connect(&self) -> io::Result<TcpStream> {
        TcpStream::connect(self.addresses.as_slice()).await
    }
}

/// `None` when the authority is more than host and port.
fn port(authority: &str, host: &str) -> Option<u16> {
    match authority.strip_prefix(host)? {
        "" => Some(80),
        rest => rest.strip_prefix(':')?.parse().ok(),
    }
}

/// `localhost` isn't looked up: what it means elsewhere doesn't count.
fn loopback(host: &str) -> Vec<IpAddr> {
    if host.eq_ignore_ascii_case("localhost") {
        return vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()];
    }
    let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(host);
    bare.parse().into_iter().filter(IpAddr::is_loopback).collect()
}

/// Whether a URL's host means this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    !loopback(host).is_empty()
}

fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
