//! Scenarios: which rooms there are, and what happens when. They are played, and made of what was done.

mod action;
mod read;
mod timeline;

pub use action::Action;
pub(crate) use timeline::Planned;
pub use timeline::Scenario;
