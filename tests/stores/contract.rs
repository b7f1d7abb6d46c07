//! Each engine keeps the whole contract.

use rongcloud_recording::ledger::store::{conformance, open};

use crate::places::Folder;

async fn keeps_the_contract(url: &str) {
    assert_eq!(conformance::breaches(open(url).unwrap()).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_keeps_the_contract() {
    keeps_the_contract("memory:").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_the_contract() {
    keeps_the_contract(&Folder::new("contract").sqlite()).await;
}
