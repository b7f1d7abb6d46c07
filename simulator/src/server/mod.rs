//! How a simulation is served over HTTP.

mod connection;
mod listen;
mod visit;

pub(crate) use connection::{CONTROL, Connection};
pub(crate) use listen::{Front, listen};
pub(crate) use visit::answer;
