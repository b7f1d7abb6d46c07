//! A store in memory, for tests and for programs of one process.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Index, LedgerStore, SessionKey, StoreError, Stored};
use crate::time::Timestamp;

/// A store in memory. It forgets everything with its process, and other processes see nothing of it.
#[derive(Default)]
pub struct MemoryStore {
    kept: Mutex<Kept>,
}

/// Without what it keeps.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Kept {
    documents: HashMap<SessionKey, (Stored, Index)>,
    due: BTreeSet<Place>,
    unresolved: BTreeSet<Place>,
    reported: HashMap<SessionKey, BTreeMap<String, String>>,
    remembered: HashMap<String, (String, Timestamp)>,
    expiring: BTreeSet<(Timestamp, String)>,
}

/// Where a document stands among those of its app: app, due, session.
type Place = (String, Timestamp, String);

fn place(key: &SessionKey, due: Timestamp) -> Place {
    (key.app_key.clone(), due, key.session_id.clone())
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

    /// Stores a document, or none any more.
    fn put(&mut self, key: &SessionKey, document: Option<(Stored, Index)>) {
        let index = document.as_ref().map(|(_, index)| *index);
        let earlier = match document {
            Some(document) => self.documents.insert(key.clone(), document),
            None => self.documents.remove(key),
        };
        if let Some((_, Index { due, .. })) = earlier {
            self.due.remove(&place(key, due));
            self.unresolved.remove(&place(key, due));
        }
        if let Some(Index { due, is_unresolved }) = index {
            self.due.insert(place(key, due));
            if is_unresolved {
                self.unresolved.insert(place(key, due));
            }
        }
    }
}

/// The first of an app's, up to this time.
fn first(places: &BTreeSet<Place>, app_key: &str, until: Timestamp, most: usize) -> Vec<SessionKey> {
    let of_app = places.range((app_key.to_owned(), Timestamp(i64::MIN), String::new())..);
    let wanted = of_app.take_while(|(its, due, _)| its == app_key && *due <= until).take(most);
    wanted.map(|(app_key, _, id)| SessionKey { app_key: app_key.clone(), session_id: id.clone() }).collect()
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
        kept.put(key, Some((stored, index)));
        Ok(true)
    }

    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError> {
        let mut kept = self.kept();
        if let Some((stored, index)) = kept.documents.get(key).filter(|(stored, _)| stored.version == version) {
            let put_off = (stored.clone(), Index { due, ..*index });
            kept.put(key, Some(put_off));
        }
        Ok(())
    }

    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        Ok(first(&self.kept().due, app_key, now, most))
    }

    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        Ok(first(&self.kept().unresolved, app_key, Timestamp(i64::MAX), most))
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
        kept.put(key, None);
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
        if let Some((earlier, expires)) = kept.remembered.get(name) {
            if *expires >= now {
                return Ok(Some(earlier.clone()));
            }
            let expired = (*expires, name.to_owned());
            kept.expiring.remove(&expired);
        }
        kept.remembered.insert(name.to_owned(), (value.to_owned(), expires_at));
        kept.expiring.insert((expires_at, name.to_owned()));
        Ok(None)
    }

    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError> {
        let mut kept = self.kept();
        let mut forgotten = 0;
        while forgotten < most && kept.expiring.first().is_some_and(|(expires, _)| *expires < now) {
            if let Some((_, name)) = kept.expiring.pop_first() {
                kept.remembered.remove(&name);
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }
}
