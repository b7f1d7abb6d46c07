//! What the other languages call and what is not plain data: clients, calls in progress, the runtime's shutdown, the
//! log.
//!
//! Every exported function returns a `Result`: a panic in a function that can't throw would end a Swift process.

mod client;
mod completion;
mod exports;
mod layout;
mod ledger;
mod log;
mod memory;
mod notifier;
mod request;

pub use client::NativeClient;
pub use completion::{Completion, CompletionQueue, Completions};
pub use layout::{
    grid_layout, layout_update_advice, picture_in_picture_layout, side_by_side_layout, spotlight_layout, video_streams,
};
pub use ledger::{LedgerReply, LedgerRequest, NativeLedger};
pub use log::{LogField, LogLevel, LogRecord, set_log_level, take_log_records};
pub use memory::{allocate_bytes, free_bytes};
pub use request::{Reply, Request};

use crate::error::{RecordingError, checked_length};
use crate::time::Span;
use crate::{protocol, runtime};

/// The `Signature` of a request: lower-case hex of SHA-1 over App Secret, nonce and timestamp, joined as texts.
///
/// The client signs its requests itself; use this to check a request by hand. Source: API Request Signature.
///
/// Arguments:
/// - app_secret: the app's secret.
/// - nonce: the request's `Nonce`.
/// - timestamp: the request's `Timestamp`, as the text that was sent.
#[uniffi::export]
pub fn signature(app_secret: String, nonce: String, timestamp: String) -> Result<String, RecordingError> {
    Ok(protocol::signature(&app_secret, &nonce, &timestamp))
}

/// Shuts down the shared runtime of this process: calls in progress end as `Cancelled`, later ones fail as `NotSent`.
///
/// Use it when the process or the interpreter ends. It does nothing if no call has been made. A forked child is another
/// process and gets its own runtime.
///
/// Errors: `InvalidInput` for a negative timeout.
///
/// Arguments:
/// - timeout: the maximum time to wait for the threads to end. Not negative.
#[uniffi::export]
pub fn shut_down_runtime(timeout: Span) -> Result<(), RecordingError> {
    let mut found = Vec::new();
    let timeout = checked_length("timeout", timeout, &mut found);
    RecordingError::from_violations(found)?;
    runtime::shutdown(timeout);
    Ok(())
}
