//! Host names: the system's own lookup, once per name at a time.
//!
//! It blocks, for many seconds where no name server answers. tokio's way, a pooled thread for each call, would have
//! hundreds of threads wait for one dead name, and the healthy ones behind it; here a name has one thread, which all
//! who ask share, and another one only where that has been away for very long. The system's lookup knows hosts files and
//! directories that a DNS crate doesn't.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::watch;

use crate::per_process::PerProcess;

type Lookup = dyn Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync;
type Found = Result<Vec<SocketAddr>, Unresolved>;
/// Nothing until the lookup has ended.
type Coming = watch::Receiver<Option<Found>>;

/// A name without an address.
#[derive(Debug, Clone)]
pub(super) struct Unresolved {
    pub name: String,
    pub reason: String,
    /// Whether it was this machine that could not ask.
    pub is_local: bool,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name {} can't be resolved: {}", self.name, self.reason)
    }
}

impl Error for Unresolved {}

/// How long a lookup may take before those who come later begin another one: one that never ends must not take the name
/// with it for as long as the process lives.
const PATIENCE: Duration = Duration::from_secs(60);

/// One lookup.
#[derive(Clone)]
struct UnderWay {
    since: Instant,
    coming: Coming,
}

/// The lookups under way.
pub(super) struct Names {
    lookup: Arc<Lookup>,
    patience: Duration,
    under_way: Mutex<HashMap<String, UnderWay>>,
    /// Itself, for the threads to say that they have ended.
    own: Weak<Self>,
}

static NAMES_OF_PROCESS: PerProcess<Arc<Names>> = PerProcess::new();

impl Names {
    /// This process's, for all clients: a forked child has none of its parent's threads.
    pub(super) fn of_process() -> Arc<Self> {
        Arc::clone(&NAMES_OF_PROCESS.get_or_make(|| Self::new(PATIENCE, of_system)))
    }

    fn new(
        patience: Duration,
        lookup: impl Fn(&str) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new_cyclic(|own| Self {
            lookup: Arc::new(lookup),
            patience,
            under_way: Mutex::default(),
            own: own.clone(),
        })
    }

    /// Joins the lookup of the name that is under way, or else begins one.
    fn coming(&self, name: &str) -> Result<Coming, Unresolved> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(UnderWay { since, coming }) = under_way.get(name)
            && since.elapsed() < self.patience
        {
            return Ok(coming.clone());
        }
        let (sender, coming) = watch::channel(None);
        let ending = Ending { names: self.own.clone(), name: name.to_owned(), coming: coming.clone() };
        let lookup = self.lookup.clone();
        let look_up = move || {
            let found = lookup(&ending.name).map_err(|error| Unresolved {
                name: ending.name.clone(),
                reason: plain(&error),
                is_local: false,
            });
            drop(ending);
            // Everybody may have left.
            let _ = sender.send(Some(found));
        };
        // Where it fails, what the thread would have had is dropped here, and needs the lock.
        let started = thread::Builder::new().name("rongcloud-names".to_owned());
        let replaced = under_way.insert(name.to_owned(), UnderWay { since: Instant::now(), coming: coming.clone() });
        drop(under_way);
        drop(replaced);
        started.spawn(look_up).map(|_| coming).map_err(|error| Unresolved {
            name: name.to_owned(),
            reason: format!("no thread can be started to look it up: {error}"),
            is_local: true,
        })
    }

    async fn find(self: Arc<Self>, name: String) -> Found {
        let mut coming = self.coming(&name)?;
        match coming.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(found)) => found.clone(),
            _ => Err(Unresolved { name, reason: "no thread looked it up".to_owned(), is_local: true }),
        }
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let names = self.own.upgrade();
        let name = name.as_str().to_owned();
        Box::pin(async move {
            let Some(names) = names else { return Err("the lookups have ended".into()) };
            let found = names.find(name).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Takes a lookup off the list, whichever way it ends.
struct Ending {
    names: Weak<Names>,
    name: String,
    coming: Coming,
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(names) = self.names.upgrade() {
            let mut under_way = names.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            // Another one may have taken its place.
            if under_way.get(&self.name).is_some_and(|it| it.coming.same_channel(&self.coming)) {
                under_way.remove(&self.name);
            }
        }
    }
}

fn of_system(name: &str) -> io::Result<Vec<SocketAddr>> {
    Ok((name, 0).to_socket_addrs()?.collect())
}

/// What the system says, without what Rust puts before it.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.strip_prefix("failed to lookup address information: ").map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::net::Ipv4Addr;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::sync::mpsc;

    use super::*;

    const HEALTHY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

    #[cfg(target_os = "linux")]
    fn threads() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        status.lines().find_map(|line| line.strip_prefix("Threads:")).unwrap().trim().parse().unwrap()
    }

    /// A dead name's lookup lasts as long as the sender lives.
    fn names_with_a_dead_one(patience: Duration) -> (Arc<Names>, Arc<AtomicU32>, mpsc::Sender<()>) {
        let (sender, held) = mpsc::channel::<()>();
        let held = Mutex::new(held);
        let lookups = Arc::new(AtomicU32::new(0));
        let counted = lookups.clone();
        let names = Names::new(patience, move |name| {
            counted.fetch_add(1, Ordering::SeqCst);
            if name == "healthy.example" {
                return Ok(vec![HEALTHY]);
            }
            let _ = held.lock().unwrap().recv();
            Err(io::Error::other("no such host"))
        });
        (names, lookups, sender)
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_storm_of_calls_to_a_dead_name_takes_one_thread_and_holds_up_no_other_name() {
        let (names, lookups, dead) = names_with_a_dead_one(PATIENCE);
        let before = threads();
        let storm: Vec<_> = (0..1_000).map(|_| tokio::spawn(names.clone().find("dead.example".to_owned()))).collect();
        // On one thread: they have all been polled when this one is.
        tokio::spawn(async {}).await.unwrap();
        for _ in 0..100 {
            assert_eq!(names.clone().find("healthy.example".to_owned()).await.unwrap(), [HEALTHY]);
        }
        // One for the dead name, one that looked up the healthy one, and those of other tests.
        assert!(threads() <= before + 8, "{} threads, {before} before", threads());
        drop(dead);
        for call in storm {
            let error = call.await.unwrap().unwrap_err();
            assert_eq!(error.to_string(), "the name dead.example can't be resolved: no such host");
        }
        assert_eq!(lookups.load(Ordering::SeqCst), 101);
        assert!(names.under_way.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn a_lookup_that_has_ended_is_not_asked_again() {
        let (names, lookups, _dead) = names_with_a_dead_one(PATIENCE);
        for _ in 0..2 {
            names.clone().find("healthy.example".to_owned()).await.unwrap();
        }
        assert_eq!(lookups.load(Ordering::SeqCst), 2, "each call has an answer of its own time");
    }

    #[tokio::test]
    async fn a_lookup_that_never_ends_gives_way_to_another_one() {
        let (names, lookups, dead) = names_with_a_dead_one(Duration::ZERO);
        let (first, second) = (names.coming("dead.example").unwrap(), names.coming("dead.example").unwrap());
        assert!(!first.same_channel(&second));
        drop(dead);
        for mut coming in [first, second] {
            assert!(coming.wait_for(Option::is_some).await.unwrap().as_ref().unwrap().is_err());
        }
        assert_eq!(lookups.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_lookup_that_ends_late_leaves_the_one_in_its_place() {
        let (release, held) = mpsc::channel::<()>();
        let held = Mutex::new(Some(held));
        // The first one alone waits.
        let names = Names::new(PATIENCE, move |_| {
            let held = held.lock().unwrap().take();
            held.map(|held| held.recv());
            Ok(vec![HEALTHY])
        });
        let mut first = names.coming("late.example").unwrap();
        let (_sender, coming) = watch::channel(None);
        let in_its_place = UnderWay { since: Instant::now(), coming: coming.clone() };
        names.under_way.lock().unwrap().insert("late.example".to_owned(), in_its_place);
        drop(release);
        assert!(first.wait_for(Option::is_some).await.unwrap().as_ref().unwrap().is_ok());
        assert!(names.coming("late.example").unwrap().same_channel(&coming));
    }
}
