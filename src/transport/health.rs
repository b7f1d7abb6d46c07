//! What this process knows of a domain: a circuit breaker that chooses, and never refuses.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use once_cell::race::OnceBox;

use crate::delivery::Failover;

/// What one attempt says of the health of the domain it went to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Observation {
    /// It answered, if only with a refusal.
    Answered,
    /// It answered that something behind it doesn't, was lost, or gave no answer in time.
    Failing,
    /// It could not be reached.
    Unreachable,
    /// Nothing: the attempt was ended from this side.
    Nothing,
}

/// What this process knows of a domain.
///
/// Atomics only: a forked child takes over what its parent knew, and no lock.
#[derive(Debug, Default)]
pub(crate) struct Health {
    failures_in_a_row: AtomicU32,
    /// When it may be tried again, in milliseconds of [`clock`]. 0: it is well.
    left_alone_until: AtomicU64,
}

impl Health {
    pub(crate) fn is_well(&self) -> bool {
        self.left_alone_until.load(Ordering::Acquire) == 0
    }

    /// Whether the caller may try an unwell domain out. Of several callers at once, one may.
    pub(crate) fn may_probe(&self, failover: Failover, now: u64) -> bool {
        let until = self.left_alone_until.load(Ordering::Acquire);
        // Who probes leaves the others as long a time again: a probe that never reports can't block for ever.
        let next = now.saturating_add(milliseconds(failover.probe_after));
        until != 0
            && until <= now
            && self.left_alone_until.compare_exchange(until, next, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Takes in what was observed. True where the domain has just become unwell, or well again.
    pub(crate) fn note(&self, observation: Observation, failover: Failover, now: u64) -> bool {
        let failures = match observation {
            Observation::Nothing => return false,
            Observation::Answered => {
                self.failures_in_a_row.store(0, Ordering::Release);
                return self.left_alone_until.swap(0, Ordering::AcqRel) != 0;
            }
            Observation::Failing => self.failures_in_a_row.fetch_add(1, Ordering::AcqRel).saturating_add(1),
            Observation::Unreachable => u32::MAX,
        };
        if failures < failover.after_failures && self.is_well() {
            return false;
        }
        let until = now.saturating_add(milliseconds(failover.probe_after));
        self.left_alone_until.swap(until, Ordering::AcqRel) == 0
    }

    /// Orders unwell domains: the one that failed longest ago comes first.
    pub(crate) fn left_alone_until(&self) -> u64 {
        self.left_alone_until.load(Ordering::Acquire)
    }
}

/// All domains of this process by address. Never shrinks: an address is some bytes, and a program has few.
static KNOWN: ArcSwapOption<HashMap<String, Arc<Health>>> = ArcSwapOption::const_empty();

/// The health of the domain at an address, shared by all clients of this process.
pub(crate) fn health_of(address: &str) -> Arc<Health> {
    if let Some(health) = KNOWN.load().as_ref().and_then(|known| known.get(address)) {
        return health.clone();
    }
    let health = Arc::new(Health::default());
    KNOWN.rcu(|known| {
        let mut known = known.as_deref().cloned().unwrap_or_default();
        known.entry(address.to_owned()).or_insert_with(|| health.clone());
        Some(Arc::new(known))
    });
    // Another thread may have been faster.
    KNOWN.load().as_ref().and_then(|known| known.get(address)).cloned().unwrap_or(health)
}

/// Milliseconds since this process first asked, and one more: 0 stands for "never".
pub(crate) fn clock() -> u64 {
    static FIRST: OnceBox<Instant> = OnceBox::new();
    let first = FIRST.get_or_init(|| Box::new(Instant::now()));
    milliseconds(first.elapsed()).saturating_add(1)
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Failover = Failover { after_failures: 3, probe_after: Duration::from_secs(30) };
    const NOW: u64 = 1_000;
    const LATER: u64 = NOW + 30_000;
    const MUCH_LATER: u64 = LATER + 30_000;

    fn noted(observations: &[Observation]) -> Health {
        let health = Health::default();
        for observation in observations {
            health.note(*observation, POLICY, NOW);
        }
        health
    }

    #[test]
    fn a_domain_that_cannot_be_reached_is_left_at_once() {
        assert!(!noted(&[Observation::Unreachable]).is_well());
    }

    #[test]
    fn a_failing_domain_is_left_after_some_failures_in_a_row() {
        assert!(noted(&[Observation::Failing, Observation::Failing]).is_well());
        assert!(
            noted(&[Observation::Failing, Observation::Failing, Observation::Answered, Observation::Failing]).is_well()
        );
        assert!(
            !noted(&[Observation::Failing, Observation::Nothing, Observation::Failing, Observation::Failing]).is_well()
        );
    }

    #[test]
    fn one_caller_probes_when_the_time_has_come() {
        let health = noted(&[Observation::Unreachable]);
        assert!(!health.may_probe(POLICY, LATER - 1));
        assert!(health.may_probe(POLICY, LATER));
        assert!(!health.may_probe(POLICY, LATER), "a second one at the same time");
    }

    #[test]
    fn a_probe_that_never_reports_is_followed_by_another() {
        let health = noted(&[Observation::Unreachable]);
        assert!(health.may_probe(POLICY, LATER));
        assert!(health.may_probe(POLICY, MUCH_LATER));
    }

    #[test]
    fn a_failed_probe_leaves_the_domain_alone_for_the_whole_time_again() {
        let health = noted(&[Observation::Unreachable]);
        assert!(health.may_probe(POLICY, LATER));
        health.note(Observation::Failing, POLICY, LATER + 1);
        assert!(!health.may_probe(POLICY, MUCH_LATER));
        assert!(health.may_probe(POLICY, MUCH_LATER + 1));
    }

    #[test]
    fn an_answer_makes_a_domain_well() {
        let health = noted(&[Observation::Unreachable]);
        assert!(health.note(Observation::Answered, POLICY, NOW));
        assert!(health.is_well());
    }

    #[test]
    fn an_address_has_one_health_in_the_whole_process() {
        assert!(Arc::ptr_eq(&health_of("https://one.example"), &health_of("https://one.example")));
        assert!(!Arc::ptr_eq(&health_of("https://one.example"), &health_of("https://two.example")));
    }
}
