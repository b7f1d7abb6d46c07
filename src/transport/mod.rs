//! How a request is carried: where to, over which connection, for how long, and what is known when it fails.

mod carrier;
mod endpoint;
mod failure;
mod health;
mod http;
mod look;
mod names;
mod pool;
mod progress;
mod proxy;
mod roots;
mod route;
mod tls;

#[cfg(test)]
pub(crate) use carrier::Sending;
pub(crate) use carrier::{Carrier, CarrierCounts, HttpTransport, Transport};
pub use endpoint::DataCenter;
pub(crate) use endpoint::Endpoint;
pub(crate) use health::{HealthRecords, Observation};
pub(crate) use http::{Request, TransportFailure};
pub(crate) use pool::{PoolSettings, Pools};
pub(crate) use progress::{AttemptProgress, Progress};
pub(crate) use proxy::ProxyChoice;
pub(crate) use route::{Route, Site};
pub(crate) use tls::certificates;
#[cfg(any(feature = "postgres", feature = "redis"))]
pub(crate) use tls::verified as verified_tls;
