//! How many requests there were.

use std::fmt;

use serde::Serialize;

/// How many requests there were since the simulator started or was asked to forget them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Requests that arrived whole or were abandoned on the way.
    pub requests: u64,
    /// Requests whose client left before the reply was sent.
    pub abandoned: u64,
}

impl Counts {
    pub(crate) fn reaches(self, wanted: Self) -> bool {
        self.requests >= wanted.requests && self.abandoned >= wanted.abandoned
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests seen, {} of them abandoned", self.requests, self.abandoned)
    }
}
