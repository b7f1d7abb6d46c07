//! How callbacks are delivered, as tests set it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::invalid::InvalidCallback;
use crate::script::is_default;
use crate::settings::TimestampUnit;

/// More would only tire the receiver.
const MAX_DUPLICATES: u32 = 100;

/// Assumption: not documented for callbacks about recordings and rooms.
const DEFAULT_ATTEMPTS: u32 = 3;

/// More would only tire the receiver.
const MAX_ATTEMPTS: u32 = 10;

/// Doubled up to the last attempt, it is some hours.
const MAX_BACKOFF_MS: u64 = 60_000;

/// How callbacks are delivered. Its JSON form is in docs/book/src/reference/simulator.md.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Delivery {
    #[serde(default, rename = "delivery")]
    pub(super) when: When,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) duplicate: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shuffle: Option<u64>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) lose: BTreeSet<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts: Option<u32>,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) retry_signature: RetrySignature,
    #[serde(default, skip_serializing_if = "is_default")]
    backoff_ms: u64,
    /// `None` leaves it to the settings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timestamp_unit: Option<TimestampUnit>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum When {
    #[default]
    Immediate,
    Held,
}

/// What a further attempt to deliver a callback is signed with. What the service does is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RetrySignature {
    /// A nonce, a timestamp and a signature of its own.
    #[default]
    New,
    /// Those of the first attempt, so that it is the same request to the byte.
    Same,
}

impl Delivery {
    /// Each as soon as it is made, one after another.
    #[must_use]
    pub fn immediate() -> Self {
        Self::default()
    }

    /// None before a test asks.
    #[must_use]
    pub fn held() -> Self {
        Self { when: When::Held, ..Self::default() }
    }

    /// How many further copies of each are sent.
    #[must_use]
    pub fn duplicate(mut self, copies: u32) -> Self {
        self.duplicate = copies;
        self
    }

    /// Sends those that were held, and their copies, in another order: the same one for the same seed.
    #[must_use]
    pub fn shuffle(mut self, seed: u64) -> Self {
        self.shuffle = Some(seed);
        self
    }

    /// Which are never sent: 0 is the first that is made after this was set.
    #[must_use]
    pub fn lose(mut self, numbers: impl IntoIterator<Item = u64>) -> Self {
        self.lose.extend(numbers);
        self
    }

    /// How often each is tried in all, 1 to 10, while it isn't answered with 200; 3 by default.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = Some(attempts);
        self
    }

    /// What further attempts are signed with; anew by default.
    #[must_use]
    pub fn retry_signature(mut self, signature: RetrySignature) -> Self {
        self.retry_signature = signature;
        self
    }

    /// How long to pause before the second attempt, at most 60,000 ms; twice as long before each further one. It is on
    /// the time of rooms and recordings, which [`Simulation::advance`](crate::Simulation::advance) moves. 0 by default.
    #[must_use]
    pub fn backoff_ms(mut self, ms: u64) -> Self {
        self.backoff_ms = ms;
        self
    }

    /// What the signed timestamp counts, instead of what the simulator was started with.
    #[must_use]
    pub fn timestamp_unit(mut self, unit: TimestampUnit) -> Self {
        self.timestamp_unit = Some(unit);
        self
    }

    /// The same with one attempt.
    pub(super) fn once(&self) -> Self {
        self.clone().attempts(1)
    }

    pub(super) fn count(&self) -> u32 {
        self.attempts.unwrap_or(DEFAULT_ATTEMPTS)
    }

    /// How long to pause after so many attempts.
    pub(super) fn pause_ms(&self, made: u32) -> u64 {
        self.backoff_ms << made.saturating_sub(1)
    }

    pub(crate) fn check(&self) -> Result<(), InvalidCallback> {
        InvalidCallback::check(&[
            (self.duplicate > MAX_DUPLICATES, "duplicate must be at most 100"),
            (self.shuffle.is_some() && self.when == When::Immediate, "shuffle needs the delivery held"),
            (!(1..=MAX_ATTEMPTS).contains(&self.count()), "attempts must be 1 to 10"),
            (self.backoff_ms > MAX_BACKOFF_MS, "backoffMs must be at most 60000"),
        ])
    }
}
