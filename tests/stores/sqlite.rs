//! What is SQLite's own: its file.

use std::fs;

use rongcloud_recording::Timestamp;
use rongcloud_recording::ledger::store::{LedgerStore, SessionKey, SqliteStore, StoreError};
use rusqlite::Connection;

use crate::places::Folder;

async fn fails(store: &SqliteStore) -> String {
    let StoreError { reason } = store.load(&[]).await.unwrap_err();
    reason
}

#[tokio::test]
async fn the_file_of_a_later_version_is_refused() {
    let folder = Folder::new("later");
    let file = folder.path().join("ledger");
    let store = SqliteStore::new(&file);
    store.load(&[]).await.unwrap();
    Connection::open(&file).unwrap().pragma_update(None, "user_version", 2).unwrap();
    let reason = fails(&SqliteStore::new(&file)).await;
    assert!(reason.ends_with("was written by a later version of this library (form 2, known is 1)"), "{reason}");
}

#[tokio::test]
async fn a_folder_that_is_missing_fails_each_call_until_it_is_there() {
    let folder = Folder::new("missing");
    let inner = folder.path().join("inner");
    let store = SqliteStore::new(inner.join("ledger"));
    let reason = fails(&store).await;
    assert!(reason.contains("unable to open database file"), "{reason}");
    fs::create_dir(inner).unwrap();
    store.load(&[]).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_as_it_is() {
    let folder = Folder::new("other");
    let file = folder.path().join("ledger");
    fs::write(&file, "a file of somebody else's, longer than any header of SQLite's. ".repeat(20)).unwrap();
    let reason = fails(&SqliteStore::new(&file)).await;
    assert!(reason.contains("not a database"), "{reason}");
    assert!(fs::read_to_string(&file).unwrap().starts_with("a file of somebody else's"));
}

#[tokio::test]
async fn a_file_that_is_locked_fails_a_call_in_time() {
    let folder = Folder::new("locked");
    let file = folder.path().join("ledger");
    let store = SqliteStore::new(&file);
    store.load(&[]).await.unwrap();
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let reason = store.forget_expired(Timestamp(0), 1).await.unwrap_err().reason;
    assert!(reason.contains("database is locked"), "{reason}");
    // Reading goes on, and so does writing once the lock has gone.
    store.load(&[]).await.unwrap();
    other.execute_batch("COMMIT").unwrap();
    store.forget_expired(Timestamp(0), 1).await.unwrap();
}

#[tokio::test]
async fn what_was_stored_is_there_when_the_file_is_opened_again() {
    let folder = Folder::new("again");
    let file = folder.path().join("ledger");
    let key = SessionKey { app_key: "app".into(), session_id: "session".into() };
    assert!(SqliteStore::new(&file).append(&key, "1", "report").await.unwrap());
    assert_eq!(SqliteStore::new(&file).reported(&[key]).await.unwrap(), [["report"]]);
}
