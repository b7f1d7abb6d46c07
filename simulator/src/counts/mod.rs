//! What is counted while a simulator runs, and how tests wait for it.

mod connections;

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::watch;

pub use connections::Connections;
pub(crate) use connections::{OpenConnection, Register};

/// How many requests there were since the simulator started or was asked to forget them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Requests that arrived whole or were abandoned on the way.
    pub requests: u64,
    /// Requests whose client left before the reply was sent.
    pub abandoned: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests seen, {} of them abandoned", self.requests, self.abandoned)
    }
}

/// How long the in-process waits last before they fail, so that a broken test ends.
pub(crate) const LIMIT: Duration = Duration::from_secs(10);

/// A wait ended before its counts were reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimedOut<T = Counts> {
    /// What was reached.
    pub reached: T,
}

impl<T: fmt::Display> fmt::Display for WaitTimedOut<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "timed out with {}", self.reached)
    }
}

impl<T: fmt::Debug + fmt::Display> std::error::Error for WaitTimedOut<T> {}

pub(crate) async fn until<T: Copy>(
    mut counts: watch::Receiver<T>,
    limit: Duration,
    reached: impl Fn(T) -> bool,
) -> Result<T, WaitTimedOut<T>> {
    let waited = tokio::time::timeout(limit, counts.wait_for(|counts| reached(*counts))).await;
    let waited = waited.ok().and_then(Result::ok).map(|reached| *reached);
    waited.ok_or_else(|| WaitTimedOut { reached: *counts.borrow() })
}
