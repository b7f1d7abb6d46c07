//! A store in PostgreSQL, for the processes of many machines.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use rustls::pki_types::CertificateDer;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Client, Config, NoTls, Row};

use super::connections::{Connection, Connections, Server};
use super::postgres_tls::Tls;
use super::secret::Secret;
use super::url::invalid;
use super::wish::{Wish, certificates, is_this_machine};
use super::{Index, LedgerStore, SessionKey, StoreError, Stored};
use crate::error::Violation;
use crate::per_process::PerProcess;
use crate::time::Timestamp;
use crate::transport::verified_tls;

/// The tables of a ledger in PostgreSQL. They are made by the first process that finds none; where it may not, they are
/// made with this, which may be done again. It needs a database in UTF-8, and the ledger's role `SELECT`, `INSERT`,
/// `UPDATE` and `DELETE` on each.
pub const POSTGRES_SCHEMA: &str = include_str!("postgres.sql");

/// The form of the tables. A program refuses those of a later one.
const FORM: i64 = 1;

/// One at a time: `IF NOT EXISTS` alone fails where two processes find nothing. The number is this library's own.
const BEFORE_SCHEMA: &str =
    "BEGIN; SET LOCAL client_min_messages = warning; SELECT pg_advisory_xact_lock(7236837411906220385);";

/// Several statements can be under way on each, of which the server carries out one after another, each to its commit.
/// So that a lock or a slow disk holds up few, a busy process has some; a quiet one has one, for a server counts them.
const CONNECTIONS: usize = 4;

/// A store in PostgreSQL 12 or later, shared by all who use the database.
///
/// The strongest of the stores: what it has acknowledged is on disk, and on the synchronous standbys where there are some,
/// whatever `synchronous_commit` says elsewhere. Each call is one statement that has no name and leaves nothing in its
/// session, so that PgBouncer may stand between, in transaction mode too. A standby is refused, and a server with
/// `fsync = off`.
pub struct PostgresStore {
    connections: Connections<Postgres>,
}

/// The server, and what is asked of connections to it.
struct Postgres {
    config: Config,
    is_encrypted: bool,
    is_durable: bool,
    certificates: Vec<CertificateDer<'static>>,
    tls: PerProcess<Tls>,
    secret: Secret,
}

type Value<'a> = (&'a (dyn ToSql + Sync), Type);

/// Has the transaction that this stands in wait until it is on disk. It stands where a row is returned: only who has
/// changed something waits.
macro_rules! returning_durably {
    ($statement:literal) => {
        concat!($statement, " RETURNING set_config('synchronous_commit', 'on', true)")
    };
}

/// Without the address, which may have a password in it.
impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}

impl PostgresStore {
    /// The store of an address, as [`open`](super::open) takes it. Nothing is opened yet.
    ///
    /// # Errors
    /// What is wrong with the address, without a password in it.
    pub fn new(url: &str, ca_certificates: Option<&str>) -> Result<Self, Violation> {
        let (plain, wish) = Wish::of(url)?;
        let mut config: Config = plain.parse().map_err(|_| {
            // The driver's own words may hold a part of a password that was not encoded.
            invalid(
                "is not such as postgres://user:password@host/database, or has an option that is not known (in a \
                 password, characters such as @ : / ? % are percent-encoded)",
            )
        })?;
        let hosts = config.get_hosts().iter().map(|host| match host {
            Host::Tcp(host) => is_this_machine(host),
            #[cfg(unix)]
            Host::Unix(_) => true,
        });
        let is_local = hosts.chain(config.get_hostaddrs().iter().map(|address| address.is_loopback()));
        let is_local = is_local.collect::<Vec<_>>();
        if is_local.is_empty() {
            return Err(invalid("has no host"));
        }
        let is_encrypted = wish.sslmode.unwrap_or(!is_local.into_iter().all(|is_local| is_local));
        config
            .ssl_mode(if is_encrypted { SslMode::Require } else { SslMode::Disable })
            .target_session_attrs(TargetSessionAttrs::ReadWrite);
        if config.get_application_name().is_none() {
            config.application_name("rongcloud-recording");
        }
        let server = Postgres {
            secret: Secret::new(config.get_password().map(String::from_utf8_lossy).as_deref()),
            config,
            is_encrypted,
            is_durable: wish.is_durable,
            certificates: certificates(ca_certificates)?,
            tls: PerProcess::new(),
        };
        Ok(Self { connections: Connections::new(server, CONNECTIONS) })
    }

    async fn query(&self, statement: &str, values: &[Value<'_>]) -> Result<Vec<Row>, StoreError> {
        let query = |connection: Arc<Connection<Client>>| async move {
            connection
                .client
                .query_typed(statement, values)
                .await
                .map_err(|error| self.connections.server.failed(error))
        };
        self.connections.run(query).await
    }

    /// The number of rows that the statement has changed.
    async fn execute(&self, statement: &str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let execute = |connection: Arc<Connection<Client>>| async move {
            connection
                .client
                .execute_typed(statement, values)
                .await
                .map_err(|error| self.connections.server.failed(error))
        };
        self.connections.run(execute).await
    }

    fn column<'a, T: tokio_postgres::types::FromSql<'a>>(&self, row: &'a Row, place: usize) -> Result<T, StoreError> {
        row.try_get(place).map_err(|error| self.connections.server.failed(error))
    }

    fn sessions(&self, rows: &[Row]) -> Result<Vec<SessionKey>, StoreError> {
        let session = |row| Ok(SessionKey { app_key: self.column(row, 0)?, session_id: self.column(row, 1)? });
        rows.iter().map(session).collect()
    }
}

impl Server for Postgres {
    type Client = Client;

    async fn connect(&self) -> Result<Connection<Client>, StoreError> {
        let failed = |error| self.failed(error);
        let connection = if self.is_encrypted {
            let tls = self.tls.get_or_try_make(|| verified_tls(&self.certificates).map(Tls::new));
            let tls = Tls::clone(&*tls.map_err(StoreError::new)?);
            let (client, driver) = self.config.connect(tls.clone()).await.map_err(failed)?;
            let cancel = client.cancel_token();
            Connection::new(client, async { drop(driver.await) }, async move { drop(cancel.cancel_query(tls).await) })
        } else {
            let (client, driver) = self.config.connect(NoTls).await.map_err(failed)?;
            let cancel = client.cancel_token();
            Connection::new(client, async { drop(driver.await) }, async move { drop(cancel.cancel_query(NoTls).await) })
        };
        self.check(&connection.client).await?;
        Ok(connection)
    }
}

impl Postgres {
    /// Whether a ledger can be kept there. Makes the tables where there are none.
    async fn check(&self, client: &Client) -> Result<(), StoreError> {
        const CHECK: &str = "SELECT max(form), current_setting('fsync') FROM rongcloud_ledger_form";
        let is_missing = |error: &tokio_postgres::Error| error.code() == Some(&SqlState::UNDEFINED_TABLE);
        let failed = |error| self.failed(error);
        let mut found = client.query_typed_one(CHECK, &[]).await;
        if found.as_ref().is_err_and(is_missing) {
            let schema = [BEFORE_SCHEMA, POSTGRES_SCHEMA, "COMMIT"].join("\n");
            client.batch_execute(&schema).await.map_err(failed)?;
            found = client.query_typed_one(CHECK, &[]).await;
        }
        let found = found.map_err(failed)?;
        let form: Option<i64> = found.try_get(0).map_err(failed)?;
        let fsync: String = found.try_get(1).map_err(failed)?;
        if form.is_some_and(|form| form > FORM) {
            return Err(StoreError::new(format!(
                "the ledger's tables were made by a later version of this library (form {}, known is {FORM})",
                form.unwrap_or_default()
            )));
        }
        if self.is_durable && fsync != "on" {
            return Err(StoreError::new(
                "PostgreSQL runs with fsync = off and loses what it has acknowledged: turn it on, or add \
                 durability=unsafe to the address where two recordings in place of one are no harm",
            ));
        }
        Ok(())
    }

    fn failed(&self, error: tokio_postgres::Error) -> StoreError {
        let mut text = format!("PostgreSQL failed: {error}");
        match error.as_db_error() {
            // Without its detail, which may quote a row.
            Some(told) => text = format!("PostgreSQL failed: {} ({})", told.message(), told.code().code()),
            None => {
                let mut cause = error.source();
                while let Some(told) = cause {
                    text.push_str(&format!(": {told}"));
                    cause = told.source();
                }
            }
        }
        self.secret.error(&text)
    }
}

/// Both parts of keys, each as one array.
fn parts(keys: &[SessionKey]) -> (Vec<&str>, Vec<&str>) {
    keys.iter().map(|key| (key.app_key.as_str(), key.session_id.as_str())).unzip()
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

#[async_trait]
impl LedgerStore for PostgresStore {
    async fn load(&self, keys: &[SessionKey]) -> Result<Vec<Option<Stored>>, StoreError> {
        let (app_keys, session_ids) = parts(keys);
        let rows = self
            .query(
                "SELECT version, document \
                 FROM unnest($1, $2) WITH ORDINALITY AS wanted (app_key, session_id, place) \
                 LEFT JOIN rongcloud_ledger_document USING (app_key, session_id) ORDER BY place",
                &[(&app_keys, Type::TEXT_ARRAY), (&session_ids, Type::TEXT_ARRAY)],
            )
            .await?;
        let stored = |row| {
            let version: Option<i64> = self.column(row, 0)?;
            version.map(|version| Ok(Stored { version, document: self.column(row, 1)? })).transpose()
        };
        rows.iter().map(stored).collect()
    }

    async fn swap(&self, key: &SessionKey, version: i64, document: &str, index: Index) -> Result<bool, StoreError> {
        let statement = match version {
            0 => returning_durably!(
                "INSERT INTO rongcloud_ledger_document (app_key, session_id, version, document, due, is_unresolved) \
                 VALUES ($1, $2, $3 + 1, $4, $5, $6) ON CONFLICT DO NOTHING"
            ),
            _ => returning_durably!(
                "UPDATE rongcloud_ledger_document \
                 SET version = version + 1, document = $4, due = $5, is_unresolved = $6 \
                 WHERE app_key = $1 AND session_id = $2 AND version = $3"
            ),
        };
        let values: [Value<'_>; 6] = [
            (&key.app_key, Type::TEXT),
            (&key.session_id, Type::TEXT),
            (&version, Type::INT8),
            (&document, Type::TEXT),
            (&index.due.0, Type::INT8),
            (&index.is_unresolved, Type::BOOL),
        ];
        Ok(self.execute(statement, &values).await? == 1)
    }

    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "UPDATE rongcloud_ledger_document SET due = $4 WHERE app_key = $1 AND session_id = $2 AND version = $3",
            &[(&key.app_key, Type::TEXT), (&key.session_id, Type::TEXT), (&version, Type::INT8), (&due.0, Type::INT8)],
        )
        .await
        .map(drop)
    }

    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        let rows = self
            .query(
                "SELECT app_key, session_id FROM rongcloud_ledger_document WHERE app_key = $1 AND due <= $2 \
                 ORDER BY due LIMIT $3",
                &[(&app_key, Type::TEXT), (&now.0, Type::INT8), (&limit(most), Type::INT8)],
            )
            .await?;
        self.sessions(&rows)
    }

    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        let rows = self
            .query(
                "SELECT app_key, session_id FROM rongcloud_ledger_document WHERE app_key = $1 AND is_unresolved \
                 ORDER BY due LIMIT $2",
                &[(&app_key, Type::TEXT), (&limit(most), Type::INT8)],
            )
            .await?;
        self.sessions(&rows)
    }

    async fn append(&self, key: &SessionKey, id: &str, body: &str) -> Result<bool, StoreError> {
        let appended = self
            .execute(
                returning_durably!(
                    "INSERT INTO rongcloud_ledger_report (app_key, session_id, id, body) VALUES ($1, $2, $3, $4) \
                     ON CONFLICT DO NOTHING"
                ),
                &[(&key.app_key, Type::TEXT), (&key.session_id, Type::TEXT), (&id, Type::TEXT), (&body, Type::TEXT)],
            )
            .await?;
        Ok(appended == 1)
    }

    async fn reported(&self, keys: &[SessionKey]) -> Result<Vec<Vec<String>>, StoreError> {
        let (app_keys, session_ids) = parts(keys);
        let rows = self
            .query(
                "SELECT place - 1, body \
                 FROM unnest($1, $2) WITH ORDINALITY AS wanted (app_key, session_id, place) \
                 JOIN rongcloud_ledger_report USING (app_key, session_id)",
                &[(&app_keys, Type::TEXT_ARRAY), (&session_ids, Type::TEXT_ARRAY)],
            )
            .await?;
        let mut reported = vec![Vec::new(); keys.len()];
        for row in &rows {
            let place = usize::try_from(self.column::<i64>(row, 0)?).ok();
            if let Some(reports) = place.and_then(|place| reported.get_mut(place)) {
                reports.push(self.column(row, 1)?);
            }
        }
        Ok(reported)
    }

    async fn remove(&self, key: &SessionKey, version: i64) -> Result<bool, StoreError> {
        let removed = self
            .query(
                "WITH removed AS ( \
                    DELETE FROM rongcloud_ledger_document \
                    WHERE app_key = $1 AND session_id = $2 AND version = $3 \
                    RETURNING set_config('synchronous_commit', 'on', true) \
                 ), reports AS ( \
                    DELETE FROM rongcloud_ledger_report \
                    WHERE app_key = $1 AND session_id = $2 AND EXISTS (SELECT FROM removed) \
                 ) \
                 SELECT FROM removed",
                &[(&key.app_key, Type::TEXT), (&key.session_id, Type::TEXT), (&version, Type::INT8)],
            )
            .await?;
        Ok(removed.len() == 1)
    }

    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        /// What was found may be forgotten before it is read.
        const TRIES: usize = 3;
        for _ in 0..TRIES {
            let remembered = self
                .execute(
                    returning_durably!(
                        "INSERT INTO rongcloud_ledger_remembered AS earlier (name, value, expires_at) \
                         VALUES ($1, $2, $3) ON CONFLICT (name) DO UPDATE \
                         SET value = excluded.value, expires_at = excluded.expires_at WHERE earlier.expires_at < $4"
                    ),
                    &[(&name, Type::TEXT), (&value, Type::TEXT), (&expires_at.0, Type::INT8), (&now.0, Type::INT8)],
                )
                .await?;
            if remembered == 1 {
                return Ok(None);
            }
            let earlier = self
                .query("SELECT value FROM rongcloud_ledger_remembered WHERE name = $1", &[(&name, Type::TEXT)])
                .await?;
            if let Some(row) = earlier.first() {
                return self.column(row, 0).map(Some);
            }
        }
        Err(StoreError::new("what was remembered under a name was forgotten again and again"))
    }

    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError> {
        let forgotten = self
            .execute(
                "DELETE FROM rongcloud_ledger_remembered WHERE name IN ( \
                    SELECT name FROM rongcloud_ledger_remembered WHERE expires_at < $1 \
                    ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED \
                 )",
                &[(&now.0, Type::INT8), (&limit(most), Type::INT8)],
            )
            .await?;
        Ok(usize::try_from(forgotten).unwrap_or(usize::MAX))
    }
}
