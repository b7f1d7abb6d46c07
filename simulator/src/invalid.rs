//! What a test asked for and can't have.

use std::error::Error;
use std::fmt;

/// Why there can't be such a step, such a fault, or such callbacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(String);

impl Invalid {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// The first sentence that is so, if any is.
    pub(crate) fn check(sentences: &[(bool, &str)]) -> Result<(), Self> {
        let wrong = sentences.iter().find(|(is_so, _)| *is_so);
        wrong.map_or(Ok(()), |(_, why)| Err(Self::new(*why)))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Invalid {}
