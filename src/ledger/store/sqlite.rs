//! A store in a file: SQLite, for the processes of one machine.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, TransactionBehavior, params};
use tokio::sync::Mutex;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{Index, LONGEST, LedgerStore, SessionKey, StoreError, Stored};
use crate::per_process::PerProcess;
use crate::time::Timestamp;

/// How long SQLite waits for another process's write: less than a call takes, so that the call can tell of it.
const LONGEST_LOCKED: Duration = Duration::from_secs(3);
/// How long to wait before WAL is tried again: for that, SQLite itself doesn't wait.
const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// The form of the tables, as `user_version`. A program refuses the file of a later one.
const FORM: i64 = 1;
const SCHEMA: &str = "
    CREATE TABLE document (
        app_key TEXT NOT NULL,
        session_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        document TEXT NOT NULL,
        due INTEGER NOT NULL,
        is_unresolved INTEGER NOT NULL,
        PRIMARY KEY (app_key, session_id)
    ) STRICT;
    CREATE INDEX document_due ON document (app_key, due);
    CREATE INDEX document_unresolved ON document (app_key, due) WHERE is_unresolved;
    CREATE TABLE report (
        app_key TEXT NOT NULL,
        session_id TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (app_key, session_id, id)
    ) STRICT;
    CREATE TABLE remembered (
        name TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL,
        expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX remembered_expires_at ON remembered (expires_at);
    PRAGMA user_version = 1;
";

/// A store in a file of SQLite, shared by all processes of this machine that open it.
///
/// The file is made at the first use; its folder must be there, on a disk of this machine: over a network, SQLite's
/// locks don't hold. What has been acknowledged survives the machine's power failing (WAL with `synchronous=FULL`). One
/// connection per process writes one change after another.
///
/// SQLite bears no `fork` while a file is open, whether the child uses its parent's connection or makes its own. A
/// child therefore opens the file itself where its parent had none open, and else every call fails in it.
pub struct SqliteStore {
    path: PathBuf,
    file: PerProcess<Mutex<Option<File>>>,
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore").field("path", &self.path).finish_non_exhaustive()
    }
}

impl SqliteStore {
    /// The store in the file of this path. Nothing is opened yet.
    pub fn new(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        // The working directory may change before the file is opened. A name such as `:memory:` is a file's, too.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Self { path, file: PerProcess::new() }
    }

    /// Runs on a thread that may block, alone in this process. A connection that has failed is not used again.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let path = self.path.clone();
        let file = self.file.get_or_try_make(|| Ok::<_, StoreError>(Mutex::default()))?;
        let work = async {
            let mut kept = file.lock_owned().await;
            let working = spawn_blocking(move || {
                let mut file = kept.take().map_or_else(|| File::open(&path), Ok)?;
                let done = work(&mut file.connection).map_err(|error| failed(&path, &error))?;
                *kept = Some(file);
                Ok(done)
            });
            working.await.map_err(|_| StoreError::new("the runtime ended before SQLite had answered"))?
        };
        let too_late = |_| StoreError::new(format!("SQLite did not answer within {} s", LONGEST.as_secs()));
        timeout(LONGEST, work).await.map_err(too_late)?
    }
}

fn failed(path: &Path, error: &rusqlite::Error) -> StoreError {
    StoreError::new(format!("SQLite failed with {}: {error}", path.display()))
}

/// The open file.
struct File {
    // Closed before it is counted as closed.
    connection: Connection,
    _opened: Opened,
}

impl File {
    fn open(path: &Path) -> Result<Self, StoreError> {
        let opened = Opened::count()?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let mut connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(LONGEST_LOCKED)?;
            let journal = write_ahead(&connection)?;
            connection.pragma_update(None, "synchronous", "FULL")?;
            // macOS otherwise leaves what was synchronised in the disk's own memory.
            connection.pragma_update(None, "fullfsync", true)?;
            connection.pragma_update(None, "checkpoint_fullfsync", true)?;
            Ok((journal, make_schema(&mut connection)?, connection))
        };
        let (journal, form, connection) = open().map_err(|error| failed(path, &error))?;
        if journal != "wal" {
            return Err(StoreError::new(format!(
                "{} is where SQLite can't keep a WAL: put it on a disk of this machine",
                path.display()
            )));
        }
        if form > FORM {
            return Err(StoreError::new(format!(
                "{} was written by a later version of this library (form {form}, known is {FORM})",
                path.display()
            )));
        }
        Ok(Self { connection, _opened: opened })
    }
}

/// Turns WAL on, and tells the journal's mode. Of several processes that do so at once, all but one are told at once
/// that the file is locked.
fn write_ahead(connection: &Connection) -> rusqlite::Result<String> {
    let begun = Instant::now();
    loop {
        let mode = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0));
        match mode {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && begun.elapsed() < LONGEST_LOCKED =>
            {
                thread::sleep(BETWEEN_TRIES);
            }
            mode => return mode,
        }
    }
}

/// Makes the tables where there are none, and tells their form.
fn make_schema(connection: &mut Connection) -> rusqlite::Result<i64> {
    let form = |connection: &Connection| connection.pragma_query_value(None, "user_version", |row| row.get(0));
    if form(connection)? == 0 {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if form(&transaction)? == 0 {
            transaction.execute_batch(SCHEMA)?;
        }
        transaction.commit()?;
    }
    form(connection)
}

/// How many files are open, in the lower half, and in which process, in the upper. A child of `fork` inherits both, as
/// it inherits what SQLite believes of the locks that its parent holds.
static OPEN: AtomicU64 = AtomicU64::new(0);
const COUNT: u64 = 0xffff_ffff;

/// One open file, counted.
struct Opened;

impl Opened {
    fn count() -> Result<Self, StoreError> {
        let one_more = |open| one_more(open, process::id());
        OPEN.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).map(|_| Self).map_err(|_| {
            StoreError::new(
                "this process was forked from one that had a file of SQLite open, which SQLite doesn't bear: use the \
                 store in the children only, or start them anew",
            )
        })
    }
}

/// The number with one more file of this process. None where another process has files open: this one was forked from it.
fn one_more(open: u64, process: u32) -> Option<u64> {
    let (process, count) = (u64::from(process) << 32, open & COUNT);
    (count == 0 || open - count == process).then_some(process + count + 1)
}

impl Drop for Opened {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::AcqRel);
    }
}

fn session(row: &Row<'_>) -> rusqlite::Result<SessionKey> {
    Ok(SessionKey { app_key: row.get(0)?, session_id: row.get(1)? })
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

#[async_trait]
impl LedgerStore for SqliteStore {
    async fn load(&self, keys: &[SessionKey]) -> Result<Vec<Option<Stored>>, StoreError> {
        let keys = keys.to_vec();
        self.run(move |connection| {
            let transaction = connection.transaction()?;
            let mut select =
                transaction.prepare("SELECT version, document FROM document WHERE app_key = ?1 AND session_id = ?2")?;
            let stored = |row: &Row<'_>| Ok(Stored { version: row.get(0)?, document: row.get(1)? });
            keys.iter().map(|key| select.query_row(params![key.app_key, key.session_id], stored).optional()).collect()
        })
        .await
    }

    async fn swap(&self, key: &SessionKey, version: i64, document: &str, index: Index) -> Result<bool, StoreError> {
        let (key, document) = (key.clone(), document.to_owned());
        let statement = match version {
            0 => {
                "INSERT INTO document (app_key, session_id, version, document, due, is_unresolved) \
                 VALUES (?1, ?2, ?3 + 1, ?4, ?5, ?6) ON CONFLICT DO NOTHING"
            }
            _ => {
                "UPDATE document SET version = version + 1, document = ?4, due = ?5, is_unresolved = ?6 \
                 WHERE app_key = ?1 AND session_id = ?2 AND version = ?3"
            }
        };
        self.run(move |connection| {
            let values = params![key.app_key, key.session_id, version, document, index.due.0, index.is_unresolved];
            Ok(connection.execute(statement, values)? == 1)
        })
        .await
    }

    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError> {
        let key = key.clone();
        self.run(move |connection| {
            connection.execute(
                "UPDATE document SET due = ?4 WHERE app_key = ?1 AND session_id = ?2 AND version = ?3",
                params![key.app_key, key.session_id, version, due.0],
            )
        })
        .await
        .map(drop)
    }

    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        let app_key = app_key.to_owned();
        self.run(move |connection| {
            connection
                .prepare(
                    "SELECT app_key, session_id FROM document WHERE app_key = ?1 AND due <= ?2 ORDER BY due LIMIT ?3",
                )?
                .query_map(params![app_key, now.0, limit(most)], session)?
                .collect()
        })
        .await
    }

    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        let app_key = app_key.to_owned();
        self.run(move |connection| {
            connection
                .prepare("SELECT app_key, session_id FROM document WHERE app_key = ?1 AND is_unresolved ORDER BY due LIMIT ?2")?
                .query_map(params![app_key, limit(most)], session)?
                .collect()
        })
        .await
    }

    async fn append(&self, key: &SessionKey, id: &str, body: &str) -> Result<bool, StoreError> {
        let (key, id, body) = (key.clone(), id.to_owned(), body.to_owned());
        self.run(move |connection| {
            let appended = connection.execute(
                "INSERT INTO report (app_key, session_id, id, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                params![key.app_key, key.session_id, id, body],
            )?;
            Ok(appended == 1)
        })
        .await
    }

    async fn reported(&self, keys: &[SessionKey]) -> Result<Vec<Vec<String>>, StoreError> {
        let keys = keys.to_vec();
        self.run(move |connection| {
            let transaction = connection.transaction()?;
            let mut select = transaction.prepare("SELECT body FROM report WHERE app_key = ?1 AND session_id = ?2")?;
            let bodies =
                |key: &SessionKey| select.query_map(params![key.app_key, key.session_id], |row| row.get(0))?.collect();
            keys.iter().map(bodies).collect()
        })
        .await
    }

    async fn remove(&self, key: &SessionKey, version: i64) -> Result<bool, StoreError> {
        let key = key.clone();
        self.run(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let removed = transaction.execute(
                "DELETE FROM document WHERE app_key = ?1 AND session_id = ?2 AND version = ?3",
                params![key.app_key, key.session_id, version],
            )?;
            if removed == 1 {
                transaction.execute(
                    "DELETE FROM report WHERE app_key = ?1 AND session_id = ?2",
                    params![key.app_key, key.session_id],
                )?;
            }
            transaction.commit()?;
            Ok(removed == 1)
        })
        .await
    }

    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.run(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let earlier = transaction
                .query_row(
                    "SELECT value FROM remembered WHERE name = ?1 AND expires_at >= ?2",
                    params![name, now.0],
                    |row| row.get(0),
                )
                .optional()?;
            if earlier.is_none() {
                transaction.execute(
                    "INSERT OR REPLACE INTO remembered (name, value, expires_at) VALUES (?1, ?2, ?3)",
                    params![name, value, expires_at.0],
                )?;
            }
            transaction.commit()?;
            Ok(earlier)
        })
        .await
    }

    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError> {
        self.run(move |connection| {
            connection.execute(
                "DELETE FROM remembered WHERE rowid IN \
                 (SELECT rowid FROM remembered WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
                params![now.0, limit(most)],
            )
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_process_opens_files_unless_it_was_forked_while_one_was_open() {
        let [parent, child] = [4711, 4712];
        let first = one_more(0, parent).unwrap();
        let second = one_more(first, parent).unwrap();
        assert_eq!([first & COUNT, second & COUNT], [1, 2]);
        assert_eq!(one_more(second, child), None);
        // All were closed before the fork.
        let closed = second - 2;
        assert_eq!(one_more(closed, child).unwrap() & COUNT, 1);
        assert_eq!(one_more(one_more(closed, child).unwrap(), parent), None);
    }
}
