//! Each nonce is used once.

use std::collections::HashMap;

/// Nonces in use, and when each may be used again.
#[derive(Default)]
pub(crate) struct Nonces {
    until: HashMap<(String, String), u64>,
    tidy_at: usize,
}

impl Nonces {
    /// Whether the nonce was free.
    pub(crate) fn use_once(&mut self, app_key: &str, nonce: &str, now: u64, until: u64) -> bool {
        if self.until.len() >= self.tidy_at {
            self.until.retain(|_, until| *until >= now);
            self.tidy_at = (self.until.len() * 2).max(1024);
        }
        let key = (app_key.to_owned(), nonce.to_owned());
        let before = self.until.get(&key);
        if before.is_some_and(|until| *until >= now) {
            return false;
        }
        self.until.insert(key, until);
        true
    }
}
