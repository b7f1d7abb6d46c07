//! Doors: further addresses of a running simulator, where tests inject faults that lie below HTTP.

mod authority;
mod doors;
mod entrance;
mod fault;
mod guest;
mod handle;
mod inside;
mod relay;
mod tally;
mod tls;

pub(crate) use authority::{Authority, Failure};
pub use doors::DoorOptions;
pub(crate) use doors::Doors;
pub(crate) use entrance::{ACCEPT_PAUSE, Behind, Entrance};
pub use fault::{Cut, Fault};
pub use handle::{Door, DoorError};
pub use tally::{DoorConnection, DoorCounts, Ended};
pub use tls::DoorTls;
