//! Times and lengths of time as every language and setting says them.

use std::num::TryFromIntError;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A length of time, in nanoseconds. Converts from a [`Duration`], and back into one if it isn't negative.
///
/// The maximum is about 292 years; a longer `Duration` becomes that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct Span(pub i64);

/// A moment, in milliseconds since 1970-01-01 UTC. Converts from a [`SystemTime`], dropping fractions of a millisecond,
/// and back into one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl From<Duration> for Span {
    fn from(length: Duration) -> Self {
        Self(i64::try_from(length.as_nanos()).unwrap_or(i64::MAX))
    }
}

impl Span {
    /// As seconds and their fractions.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn as_seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl TryFrom<Span> for Duration {
    type Error = TryFromIntError;

    /// Fails if it is negative.
    fn try_from(span: Span) -> Result<Self, TryFromIntError> {
        u64::try_from(span.0).map(Self::from_nanos)
    }
}

impl Timestamp {
    /// The current time of this machine.
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// How much later it is than an earlier one. Nothing where it isn't.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or_default())
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let since_1970 = match time.duration_since(UNIX_EPOCH) {
            Ok(after) => i128::try_from(after.as_nanos()).unwrap_or(i128::MAX),
            Err(before) => i128::try_from(before.duration().as_nanos()).map_or(i128::MIN, |nanoseconds| -nanoseconds),
        };
        let milliseconds = since_1970.div_euclid(NANOSECONDS_PER_MILLISECOND);
        let furthest = if milliseconds < 0 { i64::MIN } else { i64::MAX };
        Self(i64::try_from(milliseconds).unwrap_or(furthest))
    }
}

impl From<Timestamp> for SystemTime {
    /// 1970 if this machine can't represent the time.
    fn from(Timestamp(milliseconds): Timestamp) -> Self {
        let distance = Duration::from_millis(milliseconds.unsigned_abs());
        let time = if milliseconds < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
        time.unwrap_or(UNIX_EPOCH)
    }
}

const NANOSECONDS_PER_MILLISECOND: i128 = 1_000_000;

/// A length of time in whole milliseconds, as logs say it.
pub(crate) fn milliseconds(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

/// Milliseconds since 1970 as the service says them. Zero is no time: the service sends it where it knows none.
pub(crate) fn known_time(milliseconds: Option<u64>) -> Option<Timestamp> {
    milliseconds.filter(|time| *time > 0).and_then(|time| i64::try_from(time).ok()).map(Timestamp)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_time_comes_back_as_it_was_given() {
        for length in [Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(365 * 86_400)] {
            assert_eq!(Duration::try_from(Span::from(length)), Ok(length));
        }
    }

    #[test]
    fn an_endless_length_of_time_is_the_longest_and_a_negative_one_none() {
        assert_eq!(Span::from(Duration::MAX), Span(i64::MAX));
        assert!(Duration::try_from(Span(-1)).is_err());
    }

    #[test]
    fn what_is_less_than_a_millisecond_is_cut_off_a_time() {
        let at = |nanoseconds| Timestamp::from(UNIX_EPOCH + Duration::from_nanos(nanoseconds));
        assert_eq!([at(0), at(999_999), at(1_000_000), at(1_999_999)], [0, 0, 1, 1].map(Timestamp));
        assert_eq!(Timestamp::from(UNIX_EPOCH - Duration::from_nanos(1)), Timestamp(-1));
    }

    #[test]
    fn a_time_comes_back_as_it_was_given() {
        for milliseconds in [0, 1, -1, 1_408_710_653_000, -1_408_710_653_000] {
            assert_eq!(Timestamp::from(SystemTime::from(Timestamp(milliseconds))), Timestamp(milliseconds));
        }
    }

    #[test]
    fn a_time_beyond_all_clocks_is_one_that_can_be_said() {
        for milliseconds in [i64::MAX, i64::MIN] {
            let _ = Timestamp::from(SystemTime::from(Timestamp(milliseconds)));
        }
    }

    #[test]
    fn the_service_sends_zero_where_it_knows_no_time() {
        assert_eq!([None, Some(0), Some(u64::MAX)].map(known_time), [None; 3]);
        assert_eq!(known_time(Some(7)), Some(Timestamp(7)));
    }
}
