//! Calls in progress on the shared runtime, and what tells them apart.

#[cfg(any(feature = "blocking", feature = "ffi"))]
mod call;
mod number;

#[cfg(any(feature = "blocking", feature = "ffi"))]
pub(crate) use self::call::Running;
pub(crate) use self::number::carried_on;
#[cfg(feature = "ffi")]
pub(crate) use self::number::current;
