//! The ledgers' stores, and where they are.

use std::env;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};

use crate::folder::Folder;

/// A ledger's store, and what to call it.
#[derive(Clone)]
pub(crate) struct Engine {
    pub(crate) name: &'static str,
    pub(crate) url: String,
}

impl Engine {
    pub(crate) fn sqlite(folder: &Folder) -> Self {
        Self { name: "SQLite", url: format!("sqlite://{}", folder.path().join("ledger.db").display()) }
    }

    pub(crate) fn postgres() -> Result<Self> {
        Ok(Self { name: "PostgreSQL", url: of_environment("RONGCLOUD_TEST_POSTGRES_URL")? })
    }

    pub(crate) fn pgbouncer() -> Result<Self> {
        Ok(Self { name: "PgBouncer", url: of_environment("RONGCLOUD_TEST_PGBOUNCER_URL")? })
    }

    pub(crate) fn redis() -> Result<Self> {
        Ok(Self { name: "Redis", url: of_environment("RONGCLOUD_TEST_REDIS_URL")? })
    }

    /// Where its server listens; nothing where it has none.
    pub(crate) fn address(&self) -> Result<Option<SocketAddr>> {
        self.authority().map(|authority| authority.parse().context("a server's address")).transpose()
    }

    /// The same at another address, which is not of this machine.
    pub(crate) fn at(&self, address: SocketAddr) -> Self {
        let url = self.authority().map(|authority| self.url.replace(authority, &address.to_string()));
        let url = url.map_or_else(|| self.url.clone(), |url| format!("{url}?sslmode=disable"));
        Self { name: self.name, url }
    }

    fn authority(&self) -> Option<&str> {
        self.url.split_once('@')?.1.split('/').next()
    }
}

fn of_environment(name: &str) -> Result<String> {
    match env::var(name) {
        Ok(url) if !url.is_empty() => Ok(url),
        _ => bail!("{name} is not set: run this by scripts/with-stores.sh, which starts the servers"),
    }
}
