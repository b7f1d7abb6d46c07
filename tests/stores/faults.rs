//! What becomes of calls when a server fails: each ends in time, and the store works as soon as the server does.

use std::future::Future;
use std::net::TcpListener;
use std::time::Duration;

use rongcloud_recording::Timestamp;
use rongcloud_recording::ledger::store::{Index, LedgerStore, StoreError, open};
use tokio::time::timeout;
use tokio_postgres::NoTls;

use crate::places::{self, answers, key};
use crate::servers::{Engine, Server};

const INDEX: Index = Index { due: Timestamp(0), is_unresolved: false };

/// What a call comes to, which must be known well before anybody would give up.
async fn in_time<T>(call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    timeout(Duration::from_secs(20), call).await.unwrap()
}

/// Ends once the server, which has not answered for a while, is asked again and answers.
async fn works_again(store: &dyn LedgerStore) -> Result<(), StoreError> {
    while answers(store).await.is_err() {
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Starts a server after its store was opened, kills it and starts it again.
async fn a_killed_server_keeps_what_it_acknowledged(engine: Engine, name: &str) {
    let mut server = Server::new(engine, name);
    let store = open(&server.url(), None).unwrap();
    in_time(answers(&*store)).await.unwrap_err();
    server.start(&*store).await;
    assert!(store.swap(&key("a"), 0, "acknowledged", INDEX).await.unwrap());

    server.kill();
    // A process of PostgreSQL's may answer once more before it sees that its parent has gone.
    while in_time(store.load(&[key("a")])).await.is_ok() {}
    in_time(store.swap(&key("b"), 0, "lost", INDEX)).await.unwrap_err();

    server.start(&*store).await;
    let stored = store.load(&[key("a")]).await.unwrap().remove(0).unwrap();
    assert_eq!((stored.version, stored.document.as_str()), (1, "acknowledged"));
    assert!(store.swap(&key("a"), 1, "again", INDEX).await.unwrap());
}

#[tokio::test]
async fn a_killed_postgres_keeps_what_it_acknowledged() {
    a_killed_server_keeps_what_it_acknowledged(Engine::Postgres, "postgres-killed").await;
}

#[tokio::test]
async fn a_killed_postgres_keeps_what_it_acknowledged_though_it_is_told_not_to_wait_for_its_disk() {
    let mut server = Server::new(Engine::Postgres, "postgres-asynchronous");
    server.start(&*open(&server.url(), None).unwrap()).await;
    let (client, driver) = tokio_postgres::connect(&server.url(), NoTls).await.unwrap();
    tokio::spawn(driver);
    for setting in ["synchronous_commit = off", "wal_writer_delay = '10s'"] {
        client.batch_execute(&format!("ALTER SYSTEM SET {setting}")).await.unwrap();
    }
    // What has been told is told from its next start on.
    server.kill();
    let store = open(&server.url(), None).unwrap();
    server.start(&*store).await;

    assert!(store.swap(&key("a"), 0, "document", INDEX).await.unwrap());
    assert!(store.append(&key("a"), "1", "report").await.unwrap());
    assert_eq!(store.remember("name", "value", Timestamp(0), Timestamp(9)).await.unwrap(), None);
    server.kill();
    server.start(&*store).await;

    assert_eq!(store.load(&[key("a")]).await.unwrap().remove(0).unwrap().document, "document");
    assert_eq!(store.reported(&[key("a")]).await.unwrap(), [["report"]]);
    let remembered = store.remember("name", "another", Timestamp(0), Timestamp(9)).await.unwrap();
    assert_eq!(remembered.as_deref(), Some("value"));
}

#[tokio::test]
async fn a_killed_redis_keeps_what_it_acknowledged() {
    a_killed_server_keeps_what_it_acknowledged(Engine::Redis, "redis-killed").await;
}

#[tokio::test]
async fn a_redis_that_hangs_fails_calls_in_time() {
    let mut server = Server::new(Engine::Redis, "redis-hangs");
    let store = open(&server.url(), None).unwrap();
    server.start(&*store).await;
    server.signal("-STOP");
    let reason = in_time(store.load(&[key("a")])).await.unwrap_err().reason;
    assert_eq!(reason, "the server has not answered within 4 s");
    server.signal("-CONT");
    in_time(works_again(&*store)).await.unwrap();
}

#[tokio::test]
async fn a_lock_in_postgres_fails_calls_in_time_and_leaves_nothing_waiting_for_it() {
    let url = places::postgres("locked").await;
    let store = open(&url, None).unwrap();
    answers(&*store).await.unwrap();
    let (locking, driver) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(driver);
    locking.batch_execute("BEGIN; LOCK TABLE rongcloud_ledger_document").await.unwrap();
    let reason = in_time(store.load(&[key("a")])).await.unwrap_err().reason;
    assert_eq!(reason, "the server has not answered within 4 s");
    let (client, driver) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(driver);
    let waiting = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    let nothing_waits = async {
        while !client.query(waiting, &[]).await.unwrap().is_empty() {}
        Ok(())
    };
    in_time(nothing_waits).await.unwrap();
    locking.batch_execute("COMMIT").await.unwrap();
    in_time(works_again(&*store)).await.unwrap();
}

#[tokio::test]
async fn a_terminated_connection_to_postgres_is_made_again() {
    let url = places::postgres("terminated").await;
    let store = open(&url, None).unwrap();
    assert!(store.swap(&key("a"), 0, "document", INDEX).await.unwrap());
    let (client, driver) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(driver);
    let terminate = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE application_name = 'rongcloud-recording' AND datname = current_database()";
    assert_eq!(client.query(terminate, &[]).await.unwrap().len(), 1);
    // One call may find the connection as it ends.
    let _ = in_time(answers(&*store)).await;
    assert!(in_time(store.swap(&key("a"), 1, "again", INDEX)).await.unwrap());
}

/// The clock is paused: it runs on whenever nothing else happens.
#[tokio::test(start_paused = true)]
async fn a_server_that_says_nothing_fails_calls_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    for url in [format!("postgres://user:password@{address}/database"), format!("redis://{address}")] {
        let reason = answers(&*open(&url, None).unwrap()).await.unwrap_err().reason;
        assert_eq!(reason, "the server has not made a connection within 4 s", "{url}");
    }
}

#[tokio::test]
async fn calls_on_one_connection_that_fails_do_not_fail_those_of_others() {
    let url = places::postgres("others").await;
    let store = open(&url, None).unwrap();
    answers(&*store).await.unwrap();
    // No text of PostgreSQL's can hold it.
    let wrong = key("\0");
    let [wrong, right] = [wrong, key("a")];
    let (failed, kept) =
        tokio::join!(store.swap(&wrong, 0, "document", INDEX), store.swap(&right, 0, "document", INDEX));
    failed.unwrap_err();
    assert!(kept.unwrap());
}
