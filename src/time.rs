//! Times and lengths of time as the service, the languages and the settings say them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::{Violation, codes};

/// Longer times are mistakes, and every language can hold these.
const LONGEST_TIME: Duration = Duration::from_secs(365 * 86_400);

/// A time of nothing would end every call before it began, and an endless one none.
pub(crate) fn check_timeout(path: &str, timeout: Duration, found: &mut Vec<Violation>) {
    if timeout.is_zero() {
        found.push(Violation::new(path, codes::OUT_OF_RANGE, "must be above zero"));
    } else if timeout > LONGEST_TIME {
        found.push(Violation::new(path, codes::OUT_OF_RANGE, "must be at most 365 days"));
    }
}

/// Milliseconds since 1970 as a time. Zero is not one: the service sends it where it knows none.
pub(crate) fn known_time(milliseconds: Option<u64>) -> Option<SystemTime> {
    milliseconds.filter(|time| *time > 0).and_then(|time| UNIX_EPOCH.checked_add(Duration::from_millis(time)))
}

/// A time in milliseconds since 1970.
pub(crate) fn milliseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
