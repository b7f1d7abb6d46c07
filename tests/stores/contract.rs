//! Each engine keeps the whole contract.

use rongcloud_recording::ledger::store::{conformance, open};

use crate::places::{self, Folder};

async fn keeps_the_contract(url: &str) {
    assert_eq!(conformance::breaches(open(url, None).unwrap()).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_keeps_the_contract() {
    keeps_the_contract("memory:").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract() {
    keeps_the_contract(&Folder::new("contract").sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_the_contract() {
    keeps_the_contract(&places::postgres("contract").await).await;
}

/// It gives a store's connections out to others between any two statements.
#[tokio::test(flavor = "multi_thread")]
async fn postgres_behind_pgbouncer_keeps_the_contract() {
    keeps_the_contract(&places::pgbouncer("bounced").await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_keeps_the_contract() {
    keeps_the_contract(&places::redis("contract")).await;
}
