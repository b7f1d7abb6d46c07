//! How often each operation was executed.

use serde::Serialize;

/// Executions since the simulator started or was asked to forget the requests: a request that is accepted is executed,
/// whether or not the reply reaches the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Executions {
    /// `/rtc/record/start.json`: each made a recording.
    pub start: u64,
    /// `/rtc/record/config.json`.
    pub config: u64,
    /// `/rtc/record/stop.json`.
    pub stop: u64,
    /// `/rtc/room/query.json`.
    pub query: u64,
}
