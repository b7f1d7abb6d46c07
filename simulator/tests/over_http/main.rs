//! The simulator as its clients meet it: over HTTP. What concerns one operation alone has a file of its own beside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod callback_settings;
mod changes;
mod control;
mod counts;
mod cuts;
mod delivery;
mod door_control;
mod doors;
mod failures;
mod guard;
mod log;
mod page;
mod program;
mod recording_callbacks;
mod resend;
mod retries;
mod room_callbacks;
mod rooms;
mod rules;
mod scenario;
mod script;
mod shape;
mod signature;
mod skew;
mod tls;
mod waiting;
mod windows;
