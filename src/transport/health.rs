//! What this process knows of a domain: a circuit breaker that chooses, and never refuses.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use arc_swap::ArcSwapOption;
use once_cell::race::OnceBox;
use tokio::time::Instant;

use crate::delivery::Failover;
use crate::time::milliseconds;

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

/// What is known of a domain.
///
/// Atomics only: a forked child takes over what its parent knew, and no lock.
#[derive(Debug)]
pub(crate) struct Health {
    failures_in_a_row: AtomicU32,
    /// When it may be tried again, in milliseconds of [`now`](Self::now). 0: it is well.
    left_alone_until: AtomicU64,
    /// The same for all that are compared.
    since: Instant,
}

impl Health {
    fn new(since: Instant) -> Self {
        Self { failures_in_a_row: AtomicU32::new(0), left_alone_until: AtomicU64::new(0), since }
    }

    pub(crate) fn is_well(&self) -> bool {
        self.left_alone_until() == 0
    }

    /// Whether the caller may try an unwell domain out. Of several callers at once, one may.
    pub(crate) fn may_probe(&self, failover: Failover) -> bool {
        let until = self.left_alone_until();
        // Who probes leaves the others as long a time again: a probe that never reports can't block for ever.
        let next = self.after(failover);
        until != 0
            && until <= self.now()
            && self.left_alone_until.compare_exchange(until, next, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Takes in what was observed. True where the domain has just become unwell, or well again.
    pub(crate) fn note(&self, observation: Observation, failover: Failover) -> bool {
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
        self.left_alone_until.swap(self.after(failover), Ordering::AcqRel) == 0
    }

    /// Orders unwell domains: the one that failed longest ago comes first.
    pub(crate) fn left_alone_until(&self) -> u64 {
        self.left_alone_until.load(Ordering::Acquire)
    }

    fn after(&self, failover: Failover) -> u64 {
        self.now().saturating_add(milliseconds(failover.probe_after))
    }

    /// Milliseconds, from 1 on: 0 stands for "never". By tokio's clock, as all that is waited for, so that a test moves
    /// all of it on.
    fn now(&self) -> u64 {
        milliseconds(self.since.elapsed()).saturating_add(1)
    }
}

/// The health of domains, by their address.
///
/// Never shrinks: an address is some bytes, and a program has few.
pub(crate) struct HealthRecords {
    known: ArcSwapOption<HashMap<String, Arc<Health>>>,
    since: OnceBox<Instant>,
}

impl HealthRecords {
    /// What this process knows, for all its clients.
    pub(crate) fn of_process() -> &'static Self {
        static OF_PROCESS: HealthRecords = HealthRecords::new();
        &OF_PROCESS
    }

    pub(crate) const fn new() -> Self {
        Self { known: ArcSwapOption::const_empty(), since: OnceBox::new() }
    }

    /// The health of the domain at an address.
    pub(super) fn of(&self, address: &str) -> Arc<Health> {
        let known = || self.known.load().as_ref().and_then(|known| known.get(address)).cloned();
        if let Some(health) = known() {
            return health;
        }
        let health = Arc::new(Health::new(*self.since.get_or_init(|| Box::new(Instant::now()))));
        self.known.rcu(|known| {
            let mut known = known.as_deref().cloned().unwrap_or_default();
            known.entry(address.to_owned()).or_insert_with(|| health.clone());
            Some(Arc::new(known))
        });
        // Another thread may have been faster.
        known().unwrap_or(health)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::Observation::{Answered, Failing, Nothing, Unreachable};
    use super::*;

    const POLICY: Failover = Failover { after_failures: 3, probe_after: Duration::from_secs(30) };

    fn noted(observations: &[Observation]) -> Health {
        let health = Health::new(Instant::now());
        for observation in observations {
            health.note(*observation, POLICY);
        }
        health
    }

    #[test]
    fn a_domain_that_cannot_be_reached_is_left_at_once() {
        assert!(!noted(&[Unreachable]).is_well());
    }

    #[test]
    fn a_failing_domain_is_left_after_some_failures_in_a_row() {
        assert!(noted(&[Failing, Failing]).is_well());
        assert!(noted(&[Failing, Failing, Answered, Failing]).is_well());
        assert!(!noted(&[Failing, Nothing, Failing, Failing]).is_well());
    }

    #[tokio::test(start_paused = true)]
    async fn one_caller_probes_when_the_time_has_come() {
        let health = noted(&[Unreachable]);
        advance(POLICY.probe_after - Duration::from_millis(1)).await;
        assert!(!health.may_probe(POLICY));
        advance(Duration::from_millis(1)).await;
        assert!(health.may_probe(POLICY));
        assert!(!health.may_probe(POLICY), "a second one at the same time");
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_never_reports_is_followed_by_another() {
        let health = noted(&[Unreachable]);
        for _ in 0..2 {
            advance(POLICY.probe_after).await;
            assert!(health.may_probe(POLICY));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_probe_leaves_the_domain_alone_for_the_whole_time_again() {
        let health = noted(&[Unreachable]);
        advance(POLICY.probe_after).await;
        assert!(health.may_probe(POLICY));
        advance(Duration::from_millis(1)).await;
        health.note(Failing, POLICY);
        advance(POLICY.probe_after - Duration::from_millis(1)).await;
        assert!(!health.may_probe(POLICY));
        advance(Duration::from_millis(1)).await;
        assert!(health.may_probe(POLICY));
    }

    #[test]
    fn an_answer_makes_a_domain_well() {
        let health = noted(&[Unreachable]);
        assert!(health.note(Answered, POLICY));
        assert!(health.is_well());
    }

    #[test]
    fn an_address_has_one_health() {
        let records = HealthRecords::new();
        let [one, again, two] = ["one", "one", "two"].map(|name| records.of(&format!("https://{name}.example")));
        assert!(Arc::ptr_eq(&one, &again) && !Arc::ptr_eq(&one, &two));
    }
}
