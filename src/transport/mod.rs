//! How a request is carried: where to, over which connection, for how long, and what is known when it fails.

mod endpoint;
mod http;
mod progress;

pub use endpoint::DataCenter;
pub(crate) use endpoint::Endpoint;
pub(crate) use http::{HttpTransport, Request, Timeouts, TransportFailure};
pub(crate) use progress::Progress;
