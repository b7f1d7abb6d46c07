//! Whether a call is tried again, where, and after which wait: all of it by the class of what failed. Pure.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::delivery::Retry;
use crate::error::{FailureCause, RecordingError};
use crate::transport::{Observation, TransportFailure};

/// What is known of a failed attempt.
pub(super) enum Failure<'a> {
    /// It ended on this side before anything was done.
    NotBegun,
    /// No answer came. `left` says whether its request had begun to leave.
    NoAnswer { failure: &'a TransportFailure, left: bool },
    /// An answer came, and was understood as this error.
    Answer { status: u16, error: &'a RecordingError },
}

/// What a failed attempt says about another one: whether there may be one, where, and what it says of the domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RetryClass {
    /// Nothing was done, and another attempt would end in the same way.
    Local,
    /// The domain could not be reached.
    NotReached,
    /// The domain could not be trusted.
    NotTrusted { left: bool },
    /// No whole answer came in the attempt's time.
    Late { left: bool },
    /// Its connection broke after it had begun to leave.
    Lost,
    /// The service failed, or a gateway says so of what is behind it.
    ServerFailed { is_gateway: bool },
    /// The service was called too often.
    Throttled,
    /// The service said no, or something that can't be understood.
    Refused,
}

impl RetryClass {
    pub(super) fn of(failure: &Failure<'_>) -> Self {
        match *failure {
            Failure::NotBegun => Self::Local,
            Failure::NoAnswer { failure: TransportFailure::Late(_), left } => Self::Late { left },
            Failure::NoAnswer { failure: TransportFailure::TooLarge { .. }, .. } => Self::Refused,
            Failure::NoAnswer { failure: TransportFailure::Failed { cause, .. }, left } => match cause {
                FailureCause::Tls => Self::NotTrusted { left },
                _ if left => Self::Lost,
                FailureCause::NameResolution | FailureCause::Connection | FailureCause::Timeout => Self::NotReached,
                _ => Self::Local,
            },
            Failure::Answer { status, error } => match error {
                RecordingError::OutcomeUnknown { .. } => {
                    Self::ServerFailed { is_gateway: (502..=504).contains(&status) }
                }
                RecordingError::Refused { retryable: true, .. } => Self::Throttled,
                _ => Self::Refused,
            },
        }
    }

    /// Whether the service may have done what it was asked.
    pub(super) fn may_have_acted(self) -> bool {
        match self {
            Self::NotTrusted { left } | Self::Late { left } => left,
            Self::Lost | Self::ServerFailed { .. } => true,
            Self::Local | Self::NotReached | Self::Throttled | Self::Refused => false,
        }
    }

    /// Whether there may be another attempt.
    fn allows_another(self, is_repeatable: bool) -> bool {
        match self {
            Self::Local | Self::Refused => false,
            Self::Throttled => is_repeatable,
            // What never left is not repeated: another attempt is the first that leaves.
            _ => is_repeatable || !self.may_have_acted(),
        }
    }

    /// Whether another domain may be better. Where the service was called too often, it is behind the other one, too.
    fn crosses_over(self) -> bool {
        self != Self::Throttled
    }

    /// Whether there is no use in trying again where it went.
    fn only_elsewhere(self) -> bool {
        self == Self::NotTrusted { left: false }
    }

    /// What it says of the domain that it went to.
    pub(super) fn observation(self) -> Observation {
        match self {
            Self::Local => Observation::Nothing,
            Self::NotReached | Self::NotTrusted { .. } => Observation::Unreachable,
            // The caller may have asked for very little time.
            Self::Late { .. } | Self::Lost | Self::ServerFailed { is_gateway: true } => Observation::Failing,
            Self::ServerFailed { is_gateway: false } | Self::Throttled | Self::Refused => Observation::Answered,
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
pub(super) struct Attempts<'a> {
    policy: Retry,
    budget: &'a Budget,
    is_repeatable: bool,
    made: u32,
    has_crossed_over: bool,
}

impl<'a> Attempts<'a> {
    pub(super) fn new(policy: Retry, budget: &'a Budget, is_repeatable: bool) -> Self {
        Self { policy, budget, is_repeatable, made: 1, has_crossed_over: false }
    }

    pub(super) fn made(&self) -> u32 {
        self.made
    }

    /// The attempt after a failed one, if there is to be one and it can begin in the time that is left. `jitter` is from
    /// 0 to 1.
    pub(super) fn next(
        &mut self,
        class: RetryClass,
        has_other: bool,
        retry_after: Option<Duration>,
        jitter: f64,
        time_left: Duration,
    ) -> Option<Next> {
        let crosses_over = has_other && class.crosses_over();
        let is_of_use = crosses_over || !class.only_elsewhere();
        if self.made >= self.policy.max_attempts || !class.allows_another(self.is_repeatable) || !is_of_use {
            return None;
        }
        // The first look at the other domain costs nothing and doesn't wait: the call may never have been seen.
        let is_free = crosses_over && !self.has_crossed_over;
        let wait = if is_free { Duration::ZERO } else { self.wait(jitter).max(retry_after.unwrap_or_default()) };
        // A wait beyond the deadline would only put off the answer.
        if wait >= time_left || (!is_free && !self.budget.take()) {
            return None;
        }
        self.made += 1;
        self.has_crossed_over |= crosses_over;
        Some(Next { crosses_over, wait })
    }

    /// A part of the longest wait now, which doubles with each attempt; all of it where the part is no number.
    fn wait(&self, jitter: f64) -> Duration {
        let doubled = 1_u32.checked_shl(self.made - 1).unwrap_or(u32::MAX);
        let longest = self.policy.first_backoff.saturating_mul(doubled).min(self.policy.longest_backoff);
        Duration::try_from_secs_f64(longest.as_secs_f64() * jitter).unwrap_or(longest).min(longest)
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

    /// How many repetitions are left.
    pub(super) fn left(&self) -> i64 {
        (self.tenths.load(Ordering::Relaxed) / ONE).into()
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

    /// All attempts of a call that may be repeated.
    fn waits(budget: &Budget, class: RetryClass, has_other: bool) -> Vec<(bool, u128)> {
        let mut attempts = Attempts::new(POLICY, budget, true);
        std::iter::from_fn(|| attempts.next(class, has_other, None, 1.0, LONG))
            .map(|next| (next.crosses_over, next.wait.as_millis()))
            .collect()
    }

    #[test]
    fn the_longest_wait_doubles_up_to_its_limit() {
        assert_eq!(waits(&Budget::new(100), RetryClass::Lost, false), [(false, 200), (false, 400), (false, 500)]);
    }

    #[test]
    fn the_wait_is_random_from_nothing() {
        let budget = Budget::new(100);
        let mut attempts = Attempts::new(POLICY, &budget, true);
        let mut wait = |jitter| attempts.next(RetryClass::Lost, false, None, jitter, LONG).map(|next| next.wait);
        assert_eq!([wait(0.0), wait(0.5)], [Some(Duration::ZERO), Some(Duration::from_millis(200))]);
        assert_eq!(wait(f64::NAN), Some(POLICY.longest_backoff), "what a test's source gives may be anything");
    }

    #[test]
    fn the_first_look_at_the_other_domain_does_not_wait() {
        assert_eq!(waits(&Budget::new(100), RetryClass::Lost, true), [(true, 0), (true, 400), (true, 500)]);
    }

    #[test]
    fn the_first_look_at_the_other_domain_is_outside_the_budget() {
        assert_eq!(waits(&Budget::new(0), RetryClass::Lost, true), [(true, 0)]);
        assert_eq!(waits(&Budget::new(0), RetryClass::Lost, false), []);
    }

    #[test]
    fn an_untrusted_domain_is_not_asked_twice_in_a_row() {
        let untrusted = RetryClass::NotTrusted { left: false };
        assert_eq!(waits(&Budget::new(100), untrusted, false), []);
        assert_eq!(waits(&Budget::new(100), untrusted, true).len(), 3);
    }

    #[test]
    fn called_too_often_the_same_domain_is_asked_after_the_time_it_names() {
        let budget = Budget::new(100);
        let named = Some(Duration::from_secs(7));
        let next = Attempts::new(POLICY, &budget, true).next(RetryClass::Throttled, true, named, 1.0, LONG);
        assert_eq!(next, Some(Next { crosses_over: false, wait: Duration::from_secs(7) }));
    }

    #[test]
    fn a_wait_that_does_not_fit_is_no_attempt_and_costs_nothing() {
        let budget = Budget::new(1);
        let mut attempts = Attempts::new(POLICY, &budget, true);
        let wait = Duration::from_millis(200);
        assert_eq!(attempts.next(RetryClass::Lost, false, None, 1.0, wait), None);
        assert_eq!(attempts.made(), 1);
        assert!(budget.take());
    }

    /// Of every class: whether it may have been done, whether a start and whether a stop is tried again, and what it says
    /// of the domain.
    #[test]
    fn a_class_is_told_by_what_is_known_of_the_failure() {
        let failed = |cause| TransportFailure::Failed { cause, reason: String::new() };
        let late = TransportFailure::Late(LONG);
        let known = |failure: &TransportFailure, left| RetryClass::of(&Failure::NoAnswer { failure, left });
        let read = |class: RetryClass| {
            let again = [false, true].map(|is_repeatable| class.allows_another(is_repeatable));
            (class.may_have_acted(), again, class.observation())
        };
        for cause in [FailureCause::NameResolution, FailureCause::Connection, FailureCause::Timeout, FailureCause::Tls]
        {
            let never_left = read(known(&failed(cause), false));
            assert_eq!(never_left, (false, [true, true], Observation::Unreachable), "{cause:?}");
        }
        for cause in [FailureCause::ConnectionLost, FailureCause::Timeout] {
            let left = read(known(&failed(cause), true));
            assert_eq!(left, (true, [false, true], Observation::Failing), "{cause:?}");
        }
        assert_eq!(read(known(&failed(FailureCause::Tls), true)), (true, [false, true], Observation::Unreachable));
        assert_eq!(read(known(&late, false)), (false, [true, true], Observation::Failing));
        assert_eq!(read(known(&late, true)), (true, [false, true], Observation::Failing));
        for local in [known(&failed(FailureCause::Local), false), RetryClass::of(&Failure::NotBegun)] {
            assert_eq!(read(local), (false, [false, false], Observation::Nothing));
        }
        let too_large = TransportFailure::TooLarge { status: 200 };
        assert_eq!(read(known(&too_large, true)), (false, [false, false], Observation::Answered));
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
