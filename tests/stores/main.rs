//! Every engine that a ledger can be kept on does what a ledger asks of it: alone, in races and among faults.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod addresses;
mod contract;
mod faults;
mod kit;
mod places;
mod processes;
mod refused;
mod servers;
mod sqlite;
