//! How the simulator is served.

pub(crate) mod connection;
pub(crate) mod listen;
pub(crate) mod visit;
