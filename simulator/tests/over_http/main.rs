//! The simulator as its clients meet it: over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answers;
mod bodies;
mod callback_settings;
mod client;
mod connection;
mod control;
mod counts;
mod cuts;
mod delivery;
mod door_control;
mod doors;
mod failures;
mod guard;
mod layout;
mod log;
mod program;
mod query;
mod receiver;
mod recording_callbacks;
mod retries;
mod room_callbacks;
mod rooms;
mod rules;
mod script;
mod shape;
mod signature;
mod skew;
mod stop;
mod tls;
mod waiting;
mod windows;
