//! How a request is carried: where to, over which connection, for how long, and what is known when it fails.

mod carrier;
mod endpoint;
mod failure;
mod health;
mod http;
mod lanes;
mod look;
mod names;
mod progress;
mod proxy;
mod roots;
mod route;
mod tls;

pub(crate) use carrier::{Carrier, Limits, Transport, TransportSettings};
pub use endpoint::DataCenter;
pub(crate) use endpoint::Endpoint;
pub(crate) use health::Observation;
pub(crate) use http::{Request, TransportFailure};
pub(crate) use progress::{Attempt, Progress};
pub(crate) use proxy::ProxyChoice;
pub(crate) use route::{Route, Site};
pub(crate) use tls::certificates;
