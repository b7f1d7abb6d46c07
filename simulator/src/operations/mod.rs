//! The operations of the service: one file each, with its path, what it answers, and what had to be assumed of it.

mod endpoint;
mod layout;
mod query;
mod start;
mod stop;

use serde::Serialize;

use endpoint::Endpoint;

/// The table: each operation's file by the name that its executions are counted under.
macro_rules! operations {
    ($($name:ident: $file:ident),* $(,)?) => {
        const OPERATIONS: &[Operation] = &[$(Operation { endpoint: $file::ENDPOINT, count: |it| &mut it.$name }),*];

        /// Executions since the simulator started or was asked to forget the requests: a request that is accepted is
        /// executed, whether or not the reply reaches the client.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
        #[non_exhaustive]
        pub struct Executions {
            $(#[doc = concat!("How often the operation `", stringify!($name), "` was executed.")] pub $name: u64,)*
        }
    };
}

operations! {
    start: start,
    config: layout,
    stop: stop,
    query: query,
}

pub(crate) struct Operation {
    pub(crate) endpoint: Endpoint,
    pub(crate) count: fn(&mut Executions) -> &mut u64,
}

pub(crate) fn find(path: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|it| it.endpoint.path == path)
}
