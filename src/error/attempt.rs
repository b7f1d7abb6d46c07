//! The attempts of a call, of which each is one HTTP request.

use std::ops::Deref;
use std::sync::Arc;

use super::FailureCause;
use crate::time::{Span, Timestamp};

/// One attempt of a call, which is one HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Attempt {
    /// The host that it was made to, with the port if that is not the scheme's default.
    pub host: String,
    /// Its own `X-Request-ID`, by which the vendor's support can find it.
    pub request_id: String,
    /// When it was signed, by this host's clock.
    pub sent_at: Timestamp,
    /// How long the call had waited before it: after the attempt before, for the client's limit of requests in flight,
    /// or both. Zero for most first attempts.
    #[cfg_attr(feature = "ffi", uniffi(default))]
    pub waited: Span,
    /// How long it took, from being signed to its end.
    pub took: Span,
    /// True if it had begun to leave, so that the service may have seen it.
    pub maybe_sent: bool,
    /// True if it went over a connection that had been used before. False if it had a connection of its own, or none.
    #[cfg_attr(feature = "ffi", uniffi(default = false))]
    pub connection_reused: bool,
    /// The stage at which it failed. Absent if it succeeded, if the service refused it, or if its reply could not be
    /// understood.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub cause: Option<FailureCause>,
    /// The HTTP status of its reply. Absent if there was none.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub status: Option<i32>,
    /// The service's `code` in its reply. Absent if there was none.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub code: Option<i32>,
    /// What happened, as a sentence. Empty if it succeeded.
    #[cfg_attr(feature = "ffi", uniffi(default = ""))]
    pub reason: String,
    /// How the body of a reply begins that was not what was asked for: at most 512 characters, in which every secret of
    /// this client is replaced by `[redacted]`. Absent if the attempt succeeded or got no reply.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub reply_head: Option<String>,
}

/// The attempts of a call, in order. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(from = "Vec<Attempt>", into = "Vec<Attempt>"))]
pub struct Attempts(Option<Arc<[Attempt]>>);

impl Deref for Attempts {
    type Target = [Attempt];

    fn deref(&self) -> &[Attempt] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<Vec<Attempt>> for Attempts {
    fn from(attempts: Vec<Attempt>) -> Self {
        Self((!attempts.is_empty()).then(|| attempts.into()))
    }
}

impl From<Attempts> for Vec<Attempt> {
    fn from(attempts: Attempts) -> Self {
        attempts.to_vec()
    }
}

impl FromIterator<Attempt> for Attempts {
    fn from_iter<I: IntoIterator<Item = Attempt>>(attempts: I) -> Self {
        Vec::from_iter(attempts).into()
    }
}

impl<'a> IntoIterator for &'a Attempts {
    type Item = &'a Attempt;
    type IntoIter = std::slice::Iter<'a, Attempt>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(feature = "ffi")]
mod carried {
    use uniffi::{Lift, Lower};

    use super::{Attempt, Attempts};

    // As bytes, so that whoever doesn't look at them need not take them apart: most callers never do.
    uniffi::custom_type!(
        /// The attempts of a call, in order.
        Attempts,
        Vec<u8>,
        {
            lower: |attempts| encoded(&attempts),
            try_lift: |bytes| decoded(&bytes),
        }
    );

    fn encoded(attempts: &Attempts) -> Vec<u8> {
        let mut bytes = Vec::new();
        if !attempts.is_empty() {
            <Vec<Attempt> as Lower<crate::UniFfiTag>>::write(attempts.to_vec(), &mut bytes);
        }
        bytes
    }

    fn decoded(mut bytes: &[u8]) -> uniffi::Result<Attempts> {
        if bytes.is_empty() {
            return Ok(Attempts::default());
        }
        <Vec<Attempt> as Lift<crate::UniFfiTag>>::try_read(&mut bytes).map(Attempts::from)
    }
}
