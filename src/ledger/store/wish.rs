//! What the address of a server asks of the connections to it, whatever the engine.

use std::net::IpAddr;

use rustls::pki_types::CertificateDer;

use super::url;
use crate::error::{Violation, codes};
use crate::transport;

/// What an address asks of a connection.
pub(super) struct Wish {
    /// Whether it is to be encrypted. None where the address says nothing of it.
    pub sslmode: Option<bool>,
    /// Whether a server that loses what it has acknowledged is refused.
    pub is_durable: bool,
}

impl Wish {
    /// What an address asks, and the address without it.
    pub(super) fn of(url: &str) -> Result<(String, Self), Violation> {
        // A password may have a question mark in it, and an option an @.
        let authority = url.find("://").map_or(0, |place| place + 3);
        let path = url[authority..].find('/').map_or(url.len(), |place| authority + place);
        let host = url[..path].rfind('@').unwrap_or(authority);
        let options = url[host..].find('?').map_or(url.len(), |place| host + place);
        let mut wish = Self { sslmode: None, is_durable: true };
        let mut others = Vec::new();
        for option in url[options..].trim_start_matches('?').split('&').filter(|option| !option.is_empty()) {
            match option.split_once('=') {
                Some(("sslmode", "disable")) => wish.sslmode = Some(false),
                Some(("sslmode", "allow" | "prefer" | "require" | "verify-ca" | "verify-full")) => {
                    wish.sslmode = Some(true);
                }
                Some(("sslmode", _)) => {
                    return Err(unknown("sslmode is disable or verify-full: certificates are always verified"));
                }
                Some(("sslrootcert", _)) => {
                    return Err(unknown("sslrootcert is given apart, as ca_certificates with the file's text"));
                }
                Some(("durability", "unsafe")) => wish.is_durable = false,
                Some(("durability", _)) => return Err(unknown("durability can only be unsafe")),
                _ => others.push(option),
            }
        }
        let options_of = if others.is_empty() { "" } else { "?" };
        // PostgreSQL's driver takes the first @ for the end of a password, wherever it stands.
        let others = others.join("&").replace('@', "%40");
        Ok((format!("{}{options_of}{others}", &url[..options]), wish))
    }
}

fn unknown(reason: &str) -> Violation {
    Violation::new(url::ADDRESS, codes::UNKNOWN_VALUE, reason)
}

/// Whether a host is this machine.
pub(super) fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Whom to trust besides the platform's.
pub(super) fn certificates(pem: Option<&str>) -> Result<Vec<CertificateDer<'static>>, Violation> {
    pem.map_or(Ok(Vec::new()), |pem| transport::certificates("ca_certificates", pem))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn options_begin_after_the_host_whatever_a_password_or_an_option_holds() {
        for (url, plain) in [
            ("postgres://host/database?sslmode=disable&host=a@b/c", "postgres://host/database?host=a%40b/c"),
            (
                "postgres://u:a?b@c@host/database?user=a@b&sslmode=disable",
                "postgres://u:a?b@c@host/database?user=a%40b",
            ),
            ("redis://host/0?prefix=a@b&sslmode=disable", "redis://host/0?prefix=a%40b"),
            ("redis://:a@host?sslmode=disable", "redis://:a@host"),
        ] {
            let (found, wish) = Wish::of(url).unwrap();
            assert_eq!((found.as_str(), wish.sslmode), (plain, Some(false)), "{url}");
        }
    }
}
