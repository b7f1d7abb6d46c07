//! Servers that a ledger can't be kept on: each is refused, with the reason.

use redis::Client;
use rongcloud_recording::ledger::store::open;
use tokio_postgres::NoTls;

use crate::places::{self, answers};
use crate::servers::{Engine, Server};

async fn refusal(url: &str) -> String {
    answers(&*open(url, None).unwrap()).await.unwrap_err().reason
}

async fn is_accepted(url: &str) {
    answers(&*open(url, None).unwrap()).await.unwrap();
}

async fn change_redis(url: &str, words: &[&str]) {
    let mut client = Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap();
    redis::cmd(words[0]).arg(&words[1..]).exec_async(&mut client).await.unwrap();
}

#[tokio::test]
async fn a_redis_that_would_lose_a_ledger_is_refused() {
    let mut server = Server::new(Engine::Redis, "redis-refused");
    let url = server.url();
    server.start(&*open(&url, None).unwrap()).await;

    change_redis(&url, &["CONFIG", "SET", "appendonly", "no"]).await;
    assert!(refusal(&url).await.contains("keeps no append-only file"));
    is_accepted(&format!("{url}?durability=unsafe")).await;
    change_redis(&url, &["CONFIG", "SET", "appendonly", "yes"]).await;
    is_accepted(&url).await;

    change_redis(&url, &["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]).await;
    is_accepted(&url).await;
    change_redis(&url, &["CONFIG", "SET", "maxmemory", "100mb"]).await;
    assert!(refusal(&url).await.contains("maxmemory-policy allkeys-lru may evict a ledger"));
    change_redis(&url, &["CONFIG", "SET", "maxmemory-policy", "volatile-lru"]).await;
    is_accepted(&url).await;

    change_redis(&url, &["REPLICAOF", "127.0.0.1", "1"]).await;
    assert!(refusal(&url).await.contains("it is a replica"));
}

#[tokio::test]
async fn a_postgres_that_would_lose_a_ledger_is_refused() {
    let url = places::postgres("refused").await;
    is_accepted(&url).await;
    let (client, driver) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(driver);

    client.batch_execute("INSERT INTO rongcloud_ledger_form VALUES (2)").await.unwrap();
    assert!(refusal(&url).await.contains("by a later version of this library (form 2, known is 1)"));
    client.batch_execute("DELETE FROM rongcloud_ledger_form WHERE form = 2").await.unwrap();
    is_accepted(&url).await;

    // As a standby is.
    client
        .batch_execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$")
        .await
        .unwrap();
    assert!(refusal(&url).await.contains("database does not allow writes"), "{}", refusal(&url).await);
}

#[tokio::test]
async fn tables_are_made_once_by_many_who_find_none() {
    let url = places::postgres("schema").await;
    let calls: tokio::task::JoinSet<_> = (0..16)
        .map(|_| {
            let store = open(&url, None).unwrap();
            async move { answers(&*store).await }
        })
        .collect();
    for made in calls.join_all().await {
        made.unwrap();
    }
}
