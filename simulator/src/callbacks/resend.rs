//! Why a callback isn't sent again.

use std::error::Error;
use std::fmt;

/// Why a callback isn't sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResendError {
    /// There is none with this number, or no longer.
    NotThere,
    /// It is held or on its way.
    NotSentYet,
    /// It was never sent, so that there are no bytes to repeat.
    NothingToRepeat,
}

impl fmt::Display for ResendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotThere => "no such callback",
            Self::NotSentYet => "the callback is held or on its way",
            Self::NothingToRepeat => "the callback was never sent: sign it anew",
        })
    }
}

impl Error for ResendError {}
