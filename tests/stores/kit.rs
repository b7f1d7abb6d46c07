//! The kit finds a store that breaks a clause.

use std::sync::Arc;

use async_trait::async_trait;
use rongcloud_recording::Timestamp;
use rongcloud_recording::ledger::store::{
    Index, LedgerStore, MemoryStore, SessionKey, StoreError, Stored, conformance,
};

/// One way to be wrong.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Mistake {
    LoadsInOrderOfStoring,
    SwapsAnyVersion,
    SwapsInTwoSteps,
    ForgetsTheIndexOnSwap,
    PutsAnyVersionOff,
    FindsDueInAnyOrder,
    FindsTooMany,
    FindsOtherApps,
    FindsWhatIsResolved,
    AppendsAgain,
    MixesSessionsUp,
    RemovesAnyVersion,
    LeavesReportsBehind,
    RemembersForEver,
    RemembersTheLast,
    ForgetsTooMuch,
    ForgetsInOneGo,
    CutsTextsOff,
}

const MISTAKES: [Mistake; 18] = [
    Mistake::LoadsInOrderOfStoring,
    Mistake::SwapsAnyVersion,
    Mistake::SwapsInTwoSteps,
    Mistake::ForgetsTheIndexOnSwap,
    Mistake::PutsAnyVersionOff,
    Mistake::FindsDueInAnyOrder,
    Mistake::FindsTooMany,
    Mistake::FindsOtherApps,
    Mistake::FindsWhatIsResolved,
    Mistake::AppendsAgain,
    Mistake::MixesSessionsUp,
    Mistake::RemovesAnyVersion,
    Mistake::LeavesReportsBehind,
    Mistake::RemembersForEver,
    Mistake::RemembersTheLast,
    Mistake::ForgetsTooMuch,
    Mistake::ForgetsInOneGo,
    Mistake::CutsTextsOff,
];

/// A store that does one thing wrong.
struct Mistaken {
    store: MemoryStore,
    mistake: Mistake,
}

impl Mistaken {
    fn makes(&self, mistake: Mistake) -> bool {
        self.mistake == mistake
    }

    async fn version(&self, key: &SessionKey) -> Result<i64, StoreError> {
        let stored = self.store.load(std::slice::from_ref(key)).await?;
        Ok(stored[0].as_ref().map_or(0, |stored| stored.version))
    }

    fn key(&self, key: &SessionKey) -> SessionKey {
        if !self.makes(Mistake::MixesSessionsUp) {
            return key.clone();
        }
        SessionKey { app_key: String::new(), session_id: format!("{}{}", key.app_key, key.session_id) }
    }
}

/// As the kit calls it.
const OTHER_APP: &str = "another app";

const EVER: Timestamp = Timestamp(i64::MAX);

#[async_trait]
impl LedgerStore for Mistaken {
    async fn load(&self, keys: &[SessionKey]) -> Result<Vec<Option<Stored>>, StoreError> {
        let mut keys: Vec<_> = keys.iter().map(|key| self.key(key)).collect();
        if self.makes(Mistake::LoadsInOrderOfStoring) {
            keys.sort();
        }
        self.store.load(&keys).await
    }

    async fn swap(&self, key: &SessionKey, version: i64, document: &str, index: Index) -> Result<bool, StoreError> {
        let key = self.key(key);
        match self.mistake {
            Mistake::SwapsAnyVersion => self.store.swap(&key, self.version(&key).await?, document, index).await,
            Mistake::SwapsInTwoSteps if self.version(&key).await? == version => {
                tokio::task::yield_now().await;
                self.store.swap(&key, self.version(&key).await?, document, index).await
            }
            Mistake::ForgetsTheIndexOnSwap if version > 0 => {
                let index = Index { due: Timestamp(10), is_unresolved: false };
                self.store.swap(&key, version, document, index).await
            }
            Mistake::CutsTextsOff => self.store.swap(&key, version, document.trim_end(), index).await,
            _ => self.store.swap(&key, version, document, index).await,
        }
    }

    async fn put_off(&self, key: &SessionKey, version: i64, due: Timestamp) -> Result<(), StoreError> {
        let version = if self.makes(Mistake::PutsAnyVersionOff) { self.version(key).await? } else { version };
        self.store.put_off(key, version, due).await
    }

    async fn due(&self, app_key: &str, now: Timestamp, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        let most = if self.makes(Mistake::FindsTooMany) { most + 1 } else { most };
        let mut found = self.store.due(app_key, now, most).await?;
        if self.makes(Mistake::FindsOtherApps) {
            found.extend(self.store.due(OTHER_APP, now, most).await?);
        }
        if self.makes(Mistake::FindsDueInAnyOrder) {
            found.reverse();
        }
        Ok(found)
    }

    async fn unresolved(&self, app_key: &str, most: usize) -> Result<Vec<SessionKey>, StoreError> {
        if self.makes(Mistake::FindsWhatIsResolved) {
            return self.store.due(app_key, Timestamp(1_000), most).await;
        }
        self.store.unresolved(app_key, most).await
    }

    async fn append(&self, key: &SessionKey, id: &str, body: &str) -> Result<bool, StoreError> {
        let key = self.key(key);
        let is_new = self.store.append(&key, id, body).await?;
        if !is_new && self.makes(Mistake::AppendsAgain) {
            return self.store.append(&key, &format!("{id} again"), body).await;
        }
        Ok(is_new)
    }

    async fn reported(&self, keys: &[SessionKey]) -> Result<Vec<Vec<String>>, StoreError> {
        let keys: Vec<_> = keys.iter().map(|key| self.key(key)).collect();
        self.store.reported(&keys).await
    }

    async fn remove(&self, key: &SessionKey, version: i64) -> Result<bool, StoreError> {
        let key = self.key(key);
        let version = if self.makes(Mistake::RemovesAnyVersion) { self.version(&key).await? } else { version };
        let reports = self.store.reported(std::slice::from_ref(&key)).await?.concat();
        let removed = self.store.remove(&key, version).await?;
        if removed && self.makes(Mistake::LeavesReportsBehind) {
            for report in reports {
                self.store.append(&key, &report, &report).await?;
            }
        }
        Ok(removed)
    }

    async fn remember(
        &self,
        name: &str,
        value: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<String>, StoreError> {
        match self.mistake {
            Mistake::RemembersForEver => self.store.remember(name, value, now, EVER).await,
            Mistake::RemembersTheLast => {
                let earlier = self.store.remember(name, value, now, expires_at).await?;
                self.store.remember(name, value, EVER, expires_at).await?;
                Ok(earlier)
            }
            _ => self.store.remember(name, value, now, expires_at).await,
        }
    }

    async fn forget_expired(&self, now: Timestamp, most: usize) -> Result<usize, StoreError> {
        match self.mistake {
            Mistake::ForgetsTooMuch => self.store.forget_expired(Timestamp(now.0 + 1), most).await,
            Mistake::ForgetsInOneGo => self.store.forget_expired(now, usize::MAX).await,
            _ => self.store.forget_expired(now, most).await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_breaks_a_clause() {
    let mut unseen = Vec::new();
    for mistake in MISTAKES {
        let store = Mistaken { store: MemoryStore::default(), mistake };
        if conformance::breaches(Arc::new(store)).await.is_empty() {
            unseen.push(mistake);
        }
    }
    assert_eq!(unseen, []);
}
