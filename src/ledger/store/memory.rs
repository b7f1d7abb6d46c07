//! A store in memory, for tests and for programs of one process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Index, LedgerStore, SessionKey, StoreError, Stored};
use crate::time::Timestamp;

/// A store in memory. It forgets everything with its process, and other processes see nothing of it.
#[derive(Default)]
pub struct MemoryStore {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    documents: BTreeMap<SessionKey, (Stored, Index)>,
    reported: HashMap<SessionKey, BTreeMap<String, String>>,
    remembered: HashMap<String, (String, Timestamp)>,
}

impl MemoryStore {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn version(&self, key: &SessionKey) -> i64 {
        self.documents.get(key).map_or(0, |(stored, _)| stored.version)
    }

    fn by_due(&self, app_key: &str, most: usize, is_wanted: impl Fn(&Index) -> bool) -> Vec<SessionKey> {
        let wanted = self.documents.iter().filter(|(key, (_, index))| key.app_key == app_key && is_wanted(index));
        let mut found: Vec<_> = wanted.map(|(key, (_, index))| (index.due, key)).collect();
        found.sort();
        found.into_iter().take(most).map(|(_, key)| key.clone()).collect()
    }
}

#[async_trait]
impl LedgerStore for MemoryStore {
    async fn load(&self, keys: &[SessionKey]) -> Result<Vec<Option<Stored>>, StoreError> {
        let kept = self.kept();
        Ok(keys.iter().map(|key| kept.documents.get(key).map(|(stored, _)| stored.clone())).collect())
    }

    async fn swap(&self, key: &SessionKey, version: i64, document: &str, index: Index) -> Result<bool, StoreError> {
        let mut kept = self.kept();
        if kept.version(key) != version {
            return Ok(false);
        }
        let stored = Stored { version: version + 1, document: document.to_owned() };
        kept.documents.insert(key.clone(), (stored, index));
        Ok(true)
    }

    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError> {
        if let Some((stored, index)) = self.kept().documents.get_mut(key)
            && stored.version == version
        {
            index.due = due;
        }
        Ok(())
    }

    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        Ok(self.kept().by_due(app_key, most, |index| index.due <= now))
    }

    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        Ok(self.kept().by_due(app_key, most, |index| index.is_unresolved))
    }

    async fn append(&self, key: &SessionKey, id: &str, body: &str) -> Result<bool, StoreError> {
        let mut kept = self.kept();
        let of_session = kept.reported.entry(key.clone()).or_default();
        let is_new = !of_session.contains_key(id);
        of_session.entry(id.to_owned()).or_insert_with(|| body.to_owned());
        Ok(is_new)
    }

    async fn reported(&self, keys: &[SessionKey]) -> Result<Vec<Vec<String>>, StoreError> {
        let kept = self.kept();
        let of = |key| kept.reported.get(key).map(|reported| reported.values().cloned().collect());
        Ok(keys.iter().map(|key| of(key).unwrap_or_default()).collect())
    }

    async fn remove(&self, key: &SessionKey, version: i64) -> Result<bool, StoreError> {
        let mut kept = self.kept();
        if version == 0 || kept.version(key) != version {
            return Ok(false);
        }
        kept.documents.remove(key);
        kept.reported.remove(key);
        Ok(true)
    }

    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        let mut kept = self.kept();
        if let Some((earlier, expires)) = kept.remembered.get(name)
            && *expires >= now
        {
            return Ok(Some(earlier.clone()));
        }
        kept.remembered.insert(name.to_owned(), (value.to_owned(), expires_at));
        Ok(None)
    }

    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError> {
        let mut kept = self.kept();
        let expired = kept.remembered.iter().filter(|(_, (_, expires))| *expires < now);
        let expired: Vec<_> = expired.map(|(name, _)| name.clone()).take(most).collect();
        expired.iter().for_each(|name| drop(kept.remembered.remove(name)));
        Ok(expired.len())
    }
}
