//! Ids and nonces that are others each time.

use std::hash::{BuildHasher, RandomState};

/// 16 hex characters. The standard library has new keys for each state.
pub(crate) fn hex() -> String {
    format!("{:016x}", RandomState::new().hash_one(()))
}
