//! How the service is spoken to: signatures, headers, bodies, replies and codes. Pure; no I/O.

mod acknowledged;
mod call_options;
pub(crate) mod codes;
mod diagnosis;
mod headers;
mod operation;
pub(crate) mod query_room;
mod reply;
pub mod service_codes;
mod signature;
mod stamp;
pub(crate) mod start;
pub(crate) mod stop;
pub(crate) mod update_layout;

pub use acknowledged::Acknowledged;
pub use call_options::CallOptions;
pub(crate) use diagnosis::{NOTABLE_SKEW, with_likely_causes};
pub use headers::HeaderStyle;
pub(crate) use headers::{Headers, headers, is_secret};
pub(crate) use operation::{Answer, Operation};
pub(crate) use reply::{Call, HttpReply, unreadable};
pub use signature::signature;
pub use stamp::{RequestStamp, StampSource};
pub(crate) use stamp::{SystemStamps, is_of_our_request};

#[cfg(fuzzing)]
pub(crate) fn read_as_every_operation(status: u16, body: &[u8]) {
    let reply = HttpReply { status, body: body.to_vec(), ..HttpReply::default() };
    let call = Call {
        context: crate::error::CallContext::new(crate::error::OperationKind::Start, "room1", "aaa", "").into(),
        request_id: "r-1".to_owned(),
        record_type: None,
        is_repeatable: true,
    };
    let outcomes = [
        start::read_reply(&reply, &call).map(drop),
        acknowledged::read_reply(&reply, &call).map(drop),
        query_room::read_reply(&reply, &call).map(drop),
    ];
    for error in outcomes.into_iter().filter_map(Result::err) {
        // Its texts must hold whatever the answer says.
        let _ = error.to_string();
    }
}
