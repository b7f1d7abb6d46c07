//! The ledger: what all processes of an app know together of their recordings.

pub mod store;
