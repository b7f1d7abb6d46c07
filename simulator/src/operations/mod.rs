//! The operations of the service, one file each.

pub(crate) mod layout;
pub(crate) mod query;
pub(crate) mod start;
pub(crate) mod stop;
