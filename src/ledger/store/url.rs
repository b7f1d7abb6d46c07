//! Which store an address names. Nothing is opened: a service starts while its store is down.

use std::net::IpAddr;
use std::sync::Arc;

use super::{LedgerStore, MemoryStore};
use crate::error::{Violation, codes, shown};

/// What an address is called in violations.
pub(crate) const ADDRESS: &str = "ledger_url";

/// The store of an address.
///
/// | Address | Store |
/// |---|---|
/// | `memory:` | of this process only |
/// | `sqlite:///absolute/path`, `sqlite:path` | in a file, for the processes of one machine; feature `sqlite` |
/// | `postgres://user:password@host:port/database` | in PostgreSQL; feature `postgres` |
/// | `redis://user:password@host:port/database`, `rediss://…` | in Redis or Valkey, weaker; feature `redis` |
///
/// Nothing is opened yet: a store that can't be reached fails each call, and works as soon as it can be. Connections are
/// encrypted, and certificates verified by the host's name, except on this machine, and where `sslmode=disable` stands
/// among the address's options. `durability=unsafe` accepts a server that loses what it has acknowledged. PostgreSQL's
/// other options are those of its driver: `application_name`, `host`, `port`, `options` and the like; Redis has
/// `prefix`, for several ledgers in one database.
///
/// `ca_certificates` has the PEM of CA certificates that are trusted besides those of the platform.
///
/// # Errors
/// What is wrong with the address, without a password in it; or that this program was built without the engine.
pub fn open(url: &str, ca_certificates: Option<&str>) -> Result<Arc<dyn LedgerStore>, Violation> {
    let (scheme, rest) = url.split_once(':').ok_or_else(|| invalid("is not a URL such as sqlite:///var/lib/ledger"))?;
    match scheme {
        "memory" if rest.is_empty() => Ok(Arc::new(MemoryStore::default())),
        "memory" => Err(invalid("memory: stands alone")),
        "sqlite" => sqlite(rest),
        "postgres" | "postgresql" => postgres(url, ca_certificates),
        "redis" | "rediss" => redis(url, ca_certificates),
        _ => Err(invalid(&format!("{} is no engine: known are memory, sqlite, postgres, redis", shown(scheme)))),
    }
}

#[cfg(feature = "sqlite")]
fn sqlite(rest: &str) -> Result<Arc<dyn LedgerStore>, Violation> {
    let path = match rest.strip_prefix("//") {
        Some(path) if !path.starts_with('/') => return Err(invalid("a host's file can't be opened: sqlite:///path")),
        Some(path) => path,
        None => rest,
    };
    if path.is_empty() || path.ends_with('/') {
        return Err(invalid("names no file: sqlite:///path"));
    }
    Ok(Arc::new(super::SqliteStore::new(path)))
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_: &str) -> Result<Arc<dyn LedgerStore>, Violation> {
    Err(missing("sqlite"))
}

#[cfg(feature = "postgres")]
fn postgres(url: &str, ca_certificates: Option<&str>) -> Result<Arc<dyn LedgerStore>, Violation> {
    Ok(Arc::new(super::PostgresStore::new(url, ca_certificates)?))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str, _: Option<&str>) -> Result<Arc<dyn LedgerStore>, Violation> {
    Err(missing("postgres"))
}

#[cfg(feature = "redis")]
fn redis(url: &str, ca_certificates: Option<&str>) -> Result<Arc<dyn LedgerStore>, Violation> {
    Ok(Arc::new(super::RedisStore::new(url, ca_certificates)?))
}

#[cfg(not(feature = "redis"))]
fn redis(_: &str, _: Option<&str>) -> Result<Arc<dyn LedgerStore>, Violation> {
    Err(missing("redis"))
}

pub(super) fn invalid(reason: &str) -> Violation {
    Violation::new(ADDRESS, codes::INVALID_URL, reason)
}

#[cfg(not(all(feature = "postgres", feature = "redis", feature = "sqlite")))]
fn missing(feature: &str) -> Violation {
    invalid(&format!("this program was built without this engine: the feature `{feature}` of rongcloud-recording"))
}

#[cfg(any(feature = "postgres", feature = "redis"))]
pub(super) use servers::*;

#[cfg(any(feature = "postgres", feature = "redis"))]
mod servers {
    use rustls::pki_types::CertificateDer;

    use super::*;

    /// What an address asks of a connection.
    pub(in super::super) struct Wish {
        pub sslmode: Option<bool>,
        /// Whether a server that loses what it has acknowledged is refused.
        pub is_durable: bool,
    }

    impl Wish {
        /// What an address asks, and the address without it.
        pub(in super::super) fn of(url: &str) -> Result<(String, Self), Violation> {
            // A password may have a question mark in it.
            let host = url.find('@').unwrap_or_default();
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
            Ok((format!("{}{options_of}{}", &url[..options], others.join("&")), wish))
        }

        /// Whether the connection is encrypted: what is asked, or else unless it stays on this machine.
        pub(in super::super) fn is_encrypted(&self, is_local: bool) -> bool {
            self.sslmode.unwrap_or(!is_local)
        }
    }

    fn unknown(reason: &str) -> Violation {
        Violation::new(ADDRESS, codes::UNKNOWN_VALUE, reason)
    }

    /// Whether a host is this machine.
    pub(in super::super) fn is_this_machine(host: &str) -> bool {
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    pub(in super::super) fn certificates(pem: Option<&str>) -> Result<Vec<CertificateDer<'static>>, Violation> {
        pem.map_or(Ok(Vec::new()), |pem| crate::transport::certificates("ca_certificates", pem))
    }
}
