//! How the service is spoken to: signatures, headers, bodies, replies and codes. Pure; no I/O.

mod acknowledged;
pub(crate) mod codes;
mod headers;
mod operation;
pub(crate) mod query_room;
mod reply;
mod signature;
mod stamp;
pub(crate) mod start;
pub(crate) mod stop;
pub(crate) mod update_layout;

pub use acknowledged::Acknowledged;
pub use headers::HeaderStyle;
pub(crate) use headers::{headers, is_secret};
pub(crate) use operation::Operation;
pub(crate) use reply::{Call, HttpReply, unreadable};
pub use signature::signature;
pub(crate) use stamp::SystemStamps;
pub use stamp::{RequestStamp, StampSource};
