//! A config as the API's own JSON, read and written.

mod read;
mod tree;
mod write;

pub(super) use read::read_config;
pub(crate) use write::WireLayout;
pub(super) use write::write_config;
