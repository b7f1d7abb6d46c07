//! The lengths of time that a setting or a call may be given.

use std::time::Duration;

use super::{Violation, codes};
use crate::time::Span;

/// Longer times are mistakes, and every language can hold these.
const LONGEST_TIME: Duration = Duration::from_secs(365 * 86_400);

/// A time of nothing would end every call before it began, and an endless one none.
pub(crate) fn checked_timeout(path: &str, timeout: Span, found: &mut Vec<Violation>) -> Duration {
    let timeout = checked_above_zero(path, timeout, found);
    if timeout > LONGEST_TIME {
        found.push(Violation::new(path, codes::OUT_OF_RANGE, "must be at most 365 days"));
    }
    timeout
}

/// A length of time that can't be nothing. Nothing stands in for a negative one.
pub(crate) fn checked_above_zero(path: &str, length: Span, found: &mut Vec<Violation>) -> Duration {
    if length <= Span(0) {
        found.push(Violation::new(path, codes::OUT_OF_RANGE, "must be above zero"));
    }
    length.try_into().unwrap_or_default()
}

/// A length of time that may be nothing. Nothing stands in for a negative one.
pub(crate) fn checked_length(path: &str, length: Span, found: &mut Vec<Violation>) -> Duration {
    length.try_into().unwrap_or_else(|_| {
        found.push(Violation::new(path, codes::OUT_OF_RANGE, "must not be negative"));
        Duration::ZERO
    })
}
