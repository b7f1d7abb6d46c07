//! What the suites share: a simulator, a client that sends exactly what a test asks for, and a receiver of callbacks.

pub mod bodies;
pub mod client;
pub mod connection;
pub mod receiver;
