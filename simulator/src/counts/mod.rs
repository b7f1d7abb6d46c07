//! What is counted while a simulator runs, and how tests wait for it.

mod connections;
mod requests;
mod wait;

pub use connections::Connections;
pub(crate) use connections::{OpenConnection, Register};
pub use requests::Counts;
pub use wait::WaitTimedOut;
pub(crate) use wait::{LIMIT, until};
