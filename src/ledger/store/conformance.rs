//! What every store must do, clause by clause, for whoever writes one.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use rongcloud_recording::ledger::store::{MemoryStore, conformance};
//!
//! # async fn run() {
//! assert_eq!(conformance::breaches(Arc::new(MemoryStore::default())).await, []);
//! # }
//! ```

mod documents;
mod due;
mod races;
mod remembered;
mod reported;

use std::fmt::{self, Debug};
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;

use super::{Index, LedgerStore, SessionKey, StoreError};
use crate::time::Timestamp;

/// A clause of the contract that a store breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The clause, as a sentence with `_` for blanks.
    pub clause: &'static str,
    /// What was found in its place.
    pub found: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.clause, self.found)
    }
}

/// The clauses that a store breaks: none, if it is one that a ledger can be kept on.
///
/// The store must be empty, and is not afterwards. Takes some seconds. Races are run on the runtime that this is called
/// on, which should have several threads. What only several processes or a failing engine can show is not in here: that
/// what has been acknowledged is lost neither, and that each call ends in time.
pub async fn breaches(store: Arc<dyn LedgerStore>) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (clause, check) in
        [documents::CLAUSES, due::CLAUSES, reported::CLAUSES, remembered::CLAUSES, races::CLAUSES].concat()
    {
        let bench = Bench { store: store.clone(), clause };
        if let Err(Unmet(found)) = check(bench).await {
            breaches.push(Breach { clause, found });
        }
    }
    breaches
}

type Check = fn(Bench) -> Pin<Box<dyn Future<Output = Met> + Send>>;
type Met = Result<(), Unmet>;

/// What was found where a clause says something else.
struct Unmet(String);

impl From<StoreError> for Unmet {
    #[track_caller]
    fn from(error: StoreError) -> Self {
        Self(format!("a call failed at {}: {error}", Location::caller()))
    }
}

/// A list of checks, each with its name.
macro_rules! clauses {
    ($($clause:ident),+ $(,)?) => {
        pub(super) const CLAUSES: &[(&str, super::Check)] =
            &[$((stringify!($clause), |bench| Box::pin($clause(bench)))),+];
    };
}
use clauses;

/// A store, and names that no other clause uses.
#[derive(Clone)]
struct Bench {
    store: Arc<dyn LedgerStore>,
    clause: &'static str,
}

impl Bench {
    fn key(&self, session: impl fmt::Display) -> SessionKey {
        SessionKey { app_key: self.clause.to_owned(), session_id: session.to_string() }
    }

    fn name(&self, name: &str) -> String {
        format!("{}/{name}", self.clause)
    }

    /// A first document, which must be stored.
    async fn store(&self, key: &SessionKey, document: &str, index: Index) -> Met {
        equal(self.store.swap(key, 0, document, index).await?, true)
    }

    /// The version and the document of a session.
    async fn stored(&self, key: &SessionKey) -> Result<Option<(i64, String)>, StoreError> {
        let stored = self.store.load(std::slice::from_ref(key)).await?;
        Ok(stored.into_iter().next().flatten().map(|stored| (stored.version, stored.document)))
    }

    /// What was reported of a session, in alphabetic order.
    async fn reports(&self, key: &SessionKey) -> Result<Vec<String>, StoreError> {
        let mut reports: Vec<_> = self.store.reported(std::slice::from_ref(key)).await?.into_iter().flatten().collect();
        reports.sort();
        Ok(reports)
    }
}

/// An index that no clause looks for: the year 9999.
const FAR: Index = Index { due: Timestamp(253_370_764_800_000), is_unresolved: false };

#[track_caller]
fn equal<T: PartialEq + Debug>(found: T, expected: T) -> Met {
    if found == expected {
        return Ok(());
    }
    Err(Unmet(format!("found {}, not {}, at {}", shown(&found), shown(&expected), Location::caller())))
}

fn shown(value: &impl Debug) -> String {
    const LONGEST: usize = 300;
    let text = format!("{value:?}");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
