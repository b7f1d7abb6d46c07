//! Which store an address names. Nothing is opened: a service starts while its store is down.

use std::sync::Arc;

use super::{LedgerStore, MemoryStore};
use crate::error::{Violation, codes, shown};

/// What an address is called in violations.
const PATH: &str = "ledger_url";

/// The store of an address: `memory:`, or `sqlite:///absolute/path` (`sqlite:path` from the working directory).
///
/// Nothing is opened yet: a store that can't be reached fails each call, and works as soon as it can be.
///
/// # Errors
/// What is wrong with the address, without a password in it; or that this program was built without the engine.
pub fn open(url: &str) -> Result<Arc<dyn LedgerStore>, Violation> {
    let (scheme, rest) = url.split_once(':').ok_or_else(|| invalid("is not a URL such as sqlite:///var/lib/ledger"))?;
    match scheme {
        "memory" if rest.is_empty() => Ok(Arc::new(MemoryStore::default())),
        "memory" => Err(invalid("memory: stands alone")),
        "sqlite" => sqlite(rest),
        _ => Err(invalid(&format!("{} is no engine: known are memory, sqlite", shown(scheme)))),
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

fn invalid(reason: &str) -> Violation {
    Violation::new(PATH, codes::INVALID_URL, reason)
}

fn missing(feature: &str) -> Violation {
    invalid(&format!("this program was built without this engine: the feature `{feature}` of rongcloud-recording"))
}
