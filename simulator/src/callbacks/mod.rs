//! Callbacks: which are made of what happens, where they go, and how they are delivered.

mod bodies;
mod callback;
mod courier;
mod delivery;
mod failures;
mod outbox;
mod resend;
mod stamp;
mod target;

pub use callback::{Attempt, Callback, CallbackKind, CallbackState};
pub(crate) use courier::Courier;
pub use delivery::{Delivery, RetrySignature};
pub use failures::FailedEvent;
pub(crate) use failures::Failures;
pub(crate) use outbox::{Outbox, Urls};
pub use resend::ResendError;
pub(crate) use target::is_loopback;
