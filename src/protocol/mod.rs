//! How the service is spoken to: signatures, headers, bodies, replies and codes. Pure; no I/O.

pub(crate) mod codes;
mod headers;
mod reply;
mod signature;
mod stamp;
pub(crate) mod start;

pub use headers::HeaderStyle;
pub(crate) use headers::{headers, is_secret};
pub(crate) use reply::{Call, HttpReply, unreadable};
pub use signature::signature;
pub(crate) use stamp::SystemStamps;
pub use stamp::{RequestStamp, StampSource};
