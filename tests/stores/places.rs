//! Where a test keeps a store of its own.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use rongcloud_recording::ledger::store::{LedgerStore, SessionKey, StoreError};
use tokio_postgres::NoTls;

/// A folder of a test's own, which goes with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("rongcloud-stores-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The address of a file of SQLite in it.
    pub fn sqlite(&self) -> String {
        format!("sqlite://{}", self.0.join("ledger.sqlite").display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The address of a server that scripts/with-stores.sh started.
fn server(variable: &str) -> String {
    env::var(variable)
        .unwrap_or_else(|_| panic!("no {variable}: run it by scripts/with-stores.sh, as make test-rust does"))
}

/// The address of a database of a test's own in PostgreSQL.
pub async fn postgres(name: &str) -> String {
    let server = server("RONGCLOUD_TEST_POSTGRES_URL");
    let name = format!("{name}_{}", process::id());
    let (client, driver) = tokio_postgres::connect(&server, NoTls).await.unwrap();
    tokio::spawn(driver);
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

/// The address of a database of a test's own in PostgreSQL behind PgBouncer.
pub async fn pgbouncer(name: &str) -> String {
    let database = postgres(name).await;
    let (_, name) = database.rsplit_once('/').unwrap();
    format!("{}/{name}", server("RONGCLOUD_TEST_PGBOUNCER_URL").rsplit_once('/').unwrap().0)
}

/// The address of keys of a test's own in Redis.
pub fn redis(name: &str) -> String {
    format!("{}?prefix={name}-{}", server("RONGCLOUD_TEST_REDIS_URL"), process::id())
}

pub fn key(session: &str) -> SessionKey {
    SessionKey { app_key: "app".to_owned(), session_id: session.to_owned() }
}

/// Whether a store answers.
pub async fn answers(store: &dyn LedgerStore) -> Result<(), StoreError> {
    store.load(&[key("nothing")]).await.map(drop)
}
