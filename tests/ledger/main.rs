//! What a ledger does to the service over HTTP, and what it knows: several ledgers of one store stand for as many processes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod callbacks;
mod faults;
mod fleet;
mod follow;
mod reconcile;
mod start;
mod statistics;
mod stop;
#[path = "../support/mod.rs"]
mod support;
