//! Whether a call is tried again, where, and after which wait. Pure but for the random numbers it is given.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::delivery::Retry;
use crate::error::{FailureCause, RecordingError};

/// What one attempt has come to, as far as another one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Another attempt could not help, or could do the same thing twice.
    Final,
    /// It may be made again, at another domain rather than here.
    Failed,
    /// As `Failed`, but where it went there is no use in trying again.
    Hopeless,
    /// It may be made again, at the same domain and after a wait: the service was called too often.
    TooOften,
}

impl Fate {
    pub(super) fn of(error: &RecordingError, is_repeatable: bool) -> Self {
        match error {
            // It never left: another attempt is the first one that does.
            RecordingError::NotSent {
                cause: FailureCause::NameResolution | FailureCause::Connection | FailureCause::Timeout,
                ..
            } => Self::Failed,
            RecordingError::NotSent { cause: FailureCause::Tls, .. } => Self::Hopeless,
            RecordingError::OutcomeUnknown { .. } if is_repeatable => Self::Failed,
            RecordingError::Refused { retryable: true, .. } if is_repeatable => Self::TooOften,
            _ => Self::Final,
        }
    }
}

/// The next attempt of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Next {
    pub crosses_over: bool,
    pub wait: Duration,
}

/// The attempts of one call.
pub(super) struct Tries<'a> {
    policy: Retry,
    budget: &'a Budget,
    made: u32,
    has_crossed_over: bool,
}

impl<'a> Tries<'a> {
    pub(super) fn new(policy: Retry, budget: &'a Budget) -> Self {
        Self { policy, budget, made: 1, has_crossed_over: false }
    }

    pub(super) fn made(&self) -> u32 {
        self.made
    }

    /// The attempt after a failed one, if there is to be one and it can begin in the time that is left. `random` is from
    /// 0 to 1.
    pub(super) fn next(
        &mut self,
        fate: Fate,
        has_other: bool,
        retry_after: Option<Duration>,
        random: f64,
        time_left: Duration,
    ) -> Option<Next> {
        let crosses_over = has_other && matches!(fate, Fate::Failed | Fate::Hopeless);
        if self.made >= self.policy.max_attempts || fate == Fate::Final || (fate == Fate::Hopeless && !crosses_over) {
            return None;
        }
        // The first look at the other domain costs nothing and doesn't wait: the call may never have been seen.
        let is_free = crosses_over && !self.has_crossed_over;
        let wait =
            if is_free { Duration::ZERO } else { self.backoff().mul_f64(random).max(retry_after.unwrap_or_default()) };
        // A wait beyond the deadline would only put off the answer.
        if wait >= time_left || (!is_free && !self.budget.take()) {
            return None;
        }
        self.made += 1;
        self.has_crossed_over |= crosses_over;
        Some(Next { crosses_over, wait })
    }

    /// The longest wait now: doubled with each attempt.
    fn backoff(&self) -> Duration {
        let doubled = 1_u32.checked_shl(self.made - 1).unwrap_or(u32::MAX);
        self.policy.first_backoff.saturating_mul(doubled).min(self.policy.longest_backoff)
    }
}

/// The repetitions that a client may still make, in tenths.
pub(super) struct Budget {
    tenths: AtomicU32,
    full: u32,
}

const ONE: u32 = 10;

impl Budget {
    pub(super) fn new(repetitions: u32) -> Self {
        let full = repetitions.saturating_mul(ONE);
        Self { tenths: AtomicU32::new(full), full }
    }

    /// Takes one repetition out, if there is one.
    fn take(&self) -> bool {
        let less = |tenths: u32| tenths.checked_sub(ONE);
        self.tenths.fetch_update(Ordering::AcqRel, Ordering::Acquire, less).is_ok()
    }

    /// Puts in what a success is worth.
    pub(super) fn put(&self) {
        if self.tenths.load(Ordering::Relaxed) < self.full {
            let more = |tenths: u32| (tenths < self.full).then_some(tenths + 1);
            // Full already: nothing to put.
            let _ = self.tenths.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: Retry = Retry {
        max_attempts: 4,
        attempt_timeout: Duration::from_secs(5),
        first_backoff: Duration::from_millis(200),
        longest_backoff: Duration::from_millis(500),
        budget: 100,
    };

    const LONG: Duration = Duration::from_secs(3_600);

    fn waits(budget: &Budget, fate: Fate, has_other: bool) -> Vec<(bool, u128)> {
        let mut tries = Tries::new(POLICY, budget);
        std::iter::from_fn(|| tries.next(fate, has_other, None, 1.0, LONG))
            .map(|next| (next.crosses_over, next.wait.as_millis()))
            .collect()
    }

    #[test]
    fn the_longest_wait_doubles_up_to_its_limit() {
        assert_eq!(waits(&Budget::new(100), Fate::Failed, false), [(false, 200), (false, 400), (false, 500)]);
    }

    #[test]
    fn the_wait_is_random_from_nothing() {
        let budget = Budget::new(100);
        let mut tries = Tries::new(POLICY, &budget);
        assert_eq!(tries.next(Fate::Failed, false, None, 0.0, LONG).map(|next| next.wait), Some(Duration::ZERO));
        let half = tries.next(Fate::Failed, false, None, 0.5, LONG).map(|next| next.wait);
        assert_eq!(half, Some(Duration::from_millis(200)));
    }

    #[test]
    fn the_first_look_at_the_other_domain_does_not_wait() {
        assert_eq!(waits(&Budget::new(100), Fate::Failed, true), [(true, 0), (true, 400), (true, 500)]);
    }

    #[test]
    fn the_first_look_at_the_other_domain_is_outside_the_budget() {
        assert_eq!(waits(&Budget::new(0), Fate::Failed, true), [(true, 0)]);
        assert_eq!(waits(&Budget::new(0), Fate::Failed, false), []);
    }

    #[test]
    fn an_untrusted_domain_is_not_asked_twice_in_a_row() {
        assert_eq!(waits(&Budget::new(100), Fate::Hopeless, false), []);
        assert_eq!(waits(&Budget::new(100), Fate::Hopeless, true).len(), 3);
    }

    #[test]
    fn called_too_often_the_same_domain_is_asked_after_the_time_it_names() {
        let budget = Budget::new(100);
        let named = Some(Duration::from_secs(7));
        let next = Tries::new(POLICY, &budget).next(Fate::TooOften, true, named, 1.0, LONG);
        assert_eq!(next, Some(Next { crosses_over: false, wait: Duration::from_secs(7) }));
    }

    #[test]
    fn a_wait_that_does_not_fit_is_no_attempt_and_costs_nothing() {
        let budget = Budget::new(1);
        let mut tries = Tries::new(POLICY, &budget);
        let wait = Duration::from_millis(200);
        assert_eq!(tries.next(Fate::Failed, false, None, 1.0, wait), None);
        assert_eq!(tries.made(), 1);
        assert!(budget.take());
    }

    #[test]
    fn a_budget_is_used_up_and_filled_by_successes() {
        let budget = Budget::new(1);
        assert!(budget.take() && !budget.take());
        (0..9).for_each(|_| budget.put());
        assert!(!budget.take());
        (0..100).for_each(|_| budget.put());
        assert!(budget.take() && !budget.take(), "it holds no more than at first");
    }
}
