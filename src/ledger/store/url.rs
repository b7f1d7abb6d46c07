//! Which store an address names. Nothing is opened: a service starts while its store is down.

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
    if path.is_empty() || path.ends_with('/') || path.contains('?') {
        return Err(invalid("names no file, or has options: sqlite:///path has none"));
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

/// What is wrong with an address. Its words hold nothing of the address: it may have a password in it.
pub(super) fn invalid(reason: &str) -> Violation {
    Violation::new(ADDRESS, codes::INVALID_URL, reason)
}

#[cfg(not(all(feature = "postgres", feature = "redis", feature = "sqlite")))]
fn missing(feature: &str) -> Violation {
    invalid(&format!("this program was built without this engine: the feature `{feature}` of rongcloud-recording"))
}
