//! The program as a user runs it, against the simulator over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod callbacks;
mod calls;
mod doctor;
mod ledger;
mod offline;
mod output;
mod reference;
mod settings;
mod support;
