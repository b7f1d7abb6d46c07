//! The stores that are measured, and how each is filled with more than a ledger would ever put there at once.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow};
use rongcloud_recording::Timestamp;
use rongcloud_recording::ledger::store::{self, Index, LedgerStore, MemoryStore, SessionKey};

use crate::template::{APP_KEY, SESSION, Template};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Memory,
    Sqlite,
    Postgres,
    PgBouncer,
    Redis,
}

/// A ledger's store, and what to call it.
pub(crate) struct Engine {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    pub(crate) url: String,
    folder: PathBuf,
}

/// What is to be on record, and when a reconciler is to look at it.
pub(crate) struct Fill<'a> {
    pub(crate) template: &'a Template,
    /// What the sessions are called, before their number.
    pub(crate) prefix: &'a str,
    pub(crate) from: u64,
    pub(crate) to: u64,
    pub(crate) index: Index,
}

impl Fill<'_> {
    fn session(&self, number: u64) -> String {
        format!("{}{number:09}", self.prefix)
    }
}

/// The session of this number.
pub(crate) fn session(prefix: &str, number: u64) -> String {
    format!("{prefix}{number:09}")
}

impl Engine {
    /// All of them, those on servers by the addresses of `scripts/with-stores.sh`.
    pub(crate) fn all(folder: &Path) -> Result<Vec<Self>> {
        let named =
            |name: &str| env::var(name).with_context(|| format!("{name} is not set: scripts/with-stores.sh does"));
        let engine = |kind, name, url| Self { kind, name, url, folder: folder.to_owned() };
        Ok(vec![
            engine(Kind::Memory, "memory", "memory:".to_owned()),
            engine(Kind::Sqlite, "SQLite", format!("sqlite://{}", folder.join("ledger.db").display())),
            engine(Kind::Postgres, "PostgreSQL", named("RONGCLOUD_TEST_POSTGRES_URL")?),
            engine(Kind::PgBouncer, "PgBouncer", named("RONGCLOUD_TEST_PGBOUNCER_URL")?),
            engine(Kind::Redis, "Redis", named("RONGCLOUD_TEST_REDIS_URL")?),
        ])
    }

    pub(crate) fn open(&self) -> Result<Arc<dyn LedgerStore>> {
        match self.kind {
            Kind::Memory => Ok(Arc::new(MemoryStore::default())),
            _ => store::open(&self.url, None).map_err(|violation| anyhow!("{}", violation.reason)),
        }
    }

    /// Puts documents there, each with its reports, by the shortest way that the engine has.
    pub(crate) async fn fill(&self, store: &Arc<dyn LedgerStore>, fill: &Fill<'_>) -> Result<()> {
        match self.kind {
            Kind::Memory => fill_by_contract(store, fill).await,
            Kind::Sqlite => self.fill_sqlite(fill),
            Kind::Postgres | Kind::PgBouncer => self.fill_postgres(fill).await,
            Kind::Redis => self.fill_redis(fill).await,
        }
    }

    fn fill_sqlite(&self, fill: &Fill<'_>) -> Result<()> {
        let mut connection = rusqlite::Connection::open(self.folder.join("ledger.db"))?;
        connection.busy_timeout(std::time::Duration::from_secs(60))?;
        let transaction = connection.transaction()?;
        let (from, to) = (i64::try_from(fill.from)?, i64::try_from(fill.to)?);
        let numbers = "WITH RECURSIVE numbers (number) AS (SELECT ?1 UNION ALL SELECT number + 1 FROM numbers WHERE number + 1 < ?2), \
                       sessions AS (SELECT ?3 || printf('%09d', number) AS session FROM numbers) ";
        let documents = "INSERT INTO document (app_key, session_id, version, document, due, is_unresolved) \
                         SELECT ?4, session, 1, replace(?5, ?6, session), ?7, ?8 FROM sessions";
        let index = fill.index;
        transaction.execute(
            &format!("{numbers}{documents}"),
            rusqlite::params![
                from,
                to,
                fill.prefix,
                APP_KEY,
                fill.template.document,
                SESSION,
                index.due.0,
                index.is_unresolved
            ],
        )?;
        for (id, body) in &fill.template.reports {
            transaction.execute(
                &format!("{numbers} INSERT INTO report (app_key, session_id, id, body) SELECT ?4, session, ?5, replace(?6, ?7, session) FROM sessions"),
                rusqlite::params![from, to, fill.prefix, APP_KEY, id, body, SESSION],
            )?;
        }
        transaction.commit()?;
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(())
    }

    async fn postgres(&self) -> Result<tokio_postgres::Client> {
        let (client, driver) = tokio_postgres::connect(&self.url, tokio_postgres::NoTls).await?;
        tokio::spawn(driver);
        Ok(client)
    }

    async fn fill_postgres(&self, fill: &Fill<'_>) -> Result<()> {
        let client = self.postgres().await?;
        let (from, to) = (i64::try_from(fill.from)?, i64::try_from(fill.to)? - 1);
        let sessions = "(SELECT $3 || lpad(number::text, 9, '0') AS session FROM generate_series($1::bigint, $2::bigint) AS number) AS sessions";
        client
            .execute(
                &format!(
                    "INSERT INTO rongcloud_ledger_document (app_key, session_id, version, document, due, is_unresolved) \
                     SELECT $4, session, 1, replace($5, $6, session), $7, $8 FROM {sessions}"
                ),
                &[&from, &to, &fill.prefix, &APP_KEY, &fill.template.document, &SESSION, &fill.index.due.0, &fill.index.is_unresolved],
            )
            .await?;
        for (id, body) in &fill.template.reports {
            client
                .execute(
                    &format!("INSERT INTO rongcloud_ledger_report (app_key, session_id, id, body) SELECT $4, session, $5, replace($6, $7, session) FROM {sessions}"),
                    &[&from, &to, &fill.prefix, &APP_KEY, id, body, &SESSION],
                )
                .await?;
        }
        // As autovacuum would have by then.
        client.batch_execute("VACUUM ANALYZE rongcloud_ledger_document; ").await?;
        client.batch_execute("VACUUM ANALYZE rongcloud_ledger_report").await?;
        Ok(())
    }

    async fn redis(&self) -> Result<redis::aio::MultiplexedConnection> {
        let settings = redis::AsyncConnectionConfig::new().set_response_timeout(None);
        Ok(redis::Client::open(self.url.as_str())?.get_multiplexed_async_connection_with_config(&settings).await?)
    }

    async fn fill_redis(&self, fill: &Fill<'_>) -> Result<()> {
        const AT_ONCE: u64 = 5_000;
        let text = r"
            for number = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do
                local session = ARGV[3] .. string.format('%09d', number)
                local member = #ARGV[4] .. ':' .. ARGV[4] .. session
                local document = string.gsub(ARGV[5], ARGV[6], session)
                redis.call('HSET', '{rongcloud-ledger}:document:' .. member, 'version', 1, 'document', document)
                redis.call('ZADD', '{rongcloud-ledger}:due:' .. ARGV[4], ARGV[7], member)
                if ARGV[8] == '1' then redis.call('ZADD', '{rongcloud-ledger}:unresolved:' .. ARGV[4], ARGV[7], member) end
                for i = 9, #ARGV, 2 do
                    redis.call('HSET', '{rongcloud-ledger}:report:' .. member, ARGV[i], (string.gsub(ARGV[i + 1], ARGV[6], session)))
                end
            end";
        let script = redis::Script::new(text);
        let mut connection = self.redis().await?;
        for from in (fill.from..fill.to).step_by(usize::try_from(AT_ONCE)?) {
            let mut call = script.prepare_invoke();
            call.arg(from).arg(fill.to.min(from + AT_ONCE)).arg(fill.prefix).arg(APP_KEY).arg(&fill.template.document);
            call.arg(SESSION).arg(fill.index.due.0).arg(u8::from(fill.index.is_unresolved));
            for (id, body) in &fill.template.reports {
                call.arg(id).arg(body);
            }
            let () = call.invoke_async(&mut connection).await?;
        }
        Ok(())
    }

    /// What it takes by now, in bytes: on the disk, or in memory where it is kept there.
    pub(crate) async fn size(&self) -> Result<u64> {
        Ok(match self.kind {
            Kind::Memory => crate::proc::resident("self")?,
            Kind::Sqlite => std::fs::metadata(self.folder.join("ledger.db"))?.len(),
            Kind::Postgres | Kind::PgBouncer => {
                let row = self.postgres().await?.query_one("SELECT pg_database_size(current_database())", &[]).await?;
                u64::try_from(row.get::<_, i64>(0))?
            }
            Kind::Redis => {
                let info: String = redis::cmd("INFO").arg("memory").query_async(&mut self.redis().await?).await?;
                let used = info.lines().find_map(|line| line.strip_prefix("used_memory:"));
                used.context("Redis tells what it uses")?.trim().parse()?
            }
        })
    }

    /// Which one it is, where somebody else has made it.
    pub(crate) async fn version(&self) -> Result<Option<String>> {
        Ok(match self.kind {
            Kind::Memory | Kind::PgBouncer => None,
            Kind::Sqlite => Some(rusqlite::version().to_owned()),
            Kind::Postgres => Some(self.postgres().await?.query_one("SHOW server_version", &[]).await?.get(0)),
            Kind::Redis => {
                let info: String = redis::cmd("INFO").arg("server").query_async(&mut self.redis().await?).await?;
                info.lines()
                    .find_map(|line| line.strip_prefix("redis_version:"))
                    .map(|version| version.trim().to_owned())
            }
        })
    }

    /// Removes everything, so that the next engine has the disk.
    pub(crate) async fn clear(&self) -> Result<()> {
        match self.kind {
            Kind::Memory => {}
            Kind::Sqlite => {
                for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
                    let _ = std::fs::remove_file(self.folder.join(name));
                }
            }
            Kind::Postgres | Kind::PgBouncer => {
                let tables = "rongcloud_ledger_document, rongcloud_ledger_report, rongcloud_ledger_remembered";
                self.postgres().await?.batch_execute(&format!("TRUNCATE {tables}")).await?;
            }
            Kind::Redis => redis::cmd("FLUSHALL").query_async::<()>(&mut self.redis().await?).await?,
        }
        Ok(())
    }
}

async fn fill_by_contract(store: &Arc<dyn LedgerStore>, fill: &Fill<'_>) -> Result<()> {
    for number in fill.from..fill.to {
        let session = fill.session(number);
        let key = SessionKey { app_key: APP_KEY.to_owned(), session_id: session.clone() };
        store.swap(&key, 0, &fill.template.document.replace(SESSION, &session), fill.index).await?;
        for (id, body) in &fill.template.reports {
            store.append(&key, id, &body.replace(SESSION, &session)).await?;
        }
    }
    Ok(())
}

/// Never within a run.
pub(crate) fn much_later() -> Timestamp {
    Timestamp(Timestamp::now().0 + 30 * 24 * 3_600_000)
}
