//! Starts and follows RongCloud (融云) RTC cloud recordings.
//!
//! A [`RecordingProfile`] is a recording's config, validated once. A [`RecordingClient`] (or, without async, a
//! [`blocking::RecordingClient`]) starts recordings with it, and every failure is a [`RecordingError`] that says
//! whether the service may have seen the request. A [`RecordingLedger`] lets all processes of an app start one recording
//! for a session and not two. A [`CallbackReceiver`](callback::CallbackReceiver) verifies what the service reports.
//!
//! ```no_run
//! use rongcloud_recording::{
//!     AudioFormat, ClientOptions, RecordingClient, RecordingProfile, SliceLength, SplitStreamRecording, StartOptions,
//!     VideoFormat, resolution,
//! };
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60)
//!     .video_resolution(resolution::R1280X720);
//! let profile = RecordingProfile::new(recording)?;
//!
//! // App Key, App Secret and data center come from the environment.
//! let client = RecordingClient::from_env(ClientOptions::default())?;
//! match client.start("room1", "session-of-room1", &profile, StartOptions::default().extra("order-7")).await {
//!     Ok(started) => println!("{}", started.record_id),
//!     // Not started again: whether it records, its callbacks will tell.
//!     Err(error) if error.may_be_recording() => eprintln!("{error}"),
//!     Err(error) => return Err(error.into()),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | Feature | What it adds |
//! |---|---|
//! | `aws-lc-rs` (default) | TLS by aws-lc-rs, as reqwest and rustls have it by themselves |
//! | `ring` | TLS by ring in its place, with `default-features = false`: smaller, and builds faster |
//! | `blocking` (default) | clients and ledgers for code without async, and the threads that their calls run on |
//! | `http` | callbacks made of the types of the crate `http`, which web frameworks share |
//! | `serde` | `Serialize` and `Deserialize`: configs and events as the API spells them, results and failures by their fields |
//! | `sqlite`, `postgres`, `redis` | engines that a ledger can be kept on, beside memory |
//! | `conformance` | what every store of a ledger must do, as checks, for whoever writes one |
//!
//! One of the two ways of TLS must be chosen. `ffi` is for the library that the other languages load; nothing of it is
//! promised to stay as it is.
//!
//! # Async
//!
//! Everything async runs on the tokio runtime that awaits it, and needs its I/O and its time enabled. Futures are `Send`.
//! **A future can be dropped at any time.** A request of it that had begun to leave may still have reached the service:
//! after a start that was dropped, a recording may be running. A ledger knows that, and lets no second start go.
//!
//! # Panics
//!
//! Nothing here panics, but for async code that is polled outside of a tokio runtime.
//!
//! # Logs
//!
//! Calls, attempts and retries are told by `tracing`. No text holds a secret.

#![warn(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod callback;
#[doc(hidden)]
pub mod catalogue;
mod client;
mod constant;
mod credentials;
mod delivery;
mod documented;
mod entry;
mod error;
#[cfg(feature = "ffi")]
pub mod ffi;
pub mod ledger;
mod log;
mod measurement;
mod model;
mod options;
mod per_process;
mod protocol;
pub mod reach;
mod running;
#[cfg(any(feature = "blocking", feature = "ffi"))]
pub mod runtime;
#[doc(hidden)]
pub mod surface;
mod time;
mod transport;

#[cfg(feature = "blocking")]
pub use client::blocking;
pub use client::{CLIENT_METRICS, CallCount, ClientStatistics, DomainStatistics, RecordingClient};
pub use credentials::Credentials;
pub use delivery::{ConnectionPolicy, FailoverPolicy, RetryPolicy};
pub use entry::{LedgerEntry, LedgerState};
pub use error::{
    Attempt, Attempts, CallContext, Failure, FailureCause, FailureKind, OperationKind, RecordingError, Violation, codes,
};
pub use ledger::{LedgerOptions, LedgerRecording, LedgerStartOptions, OnUnknown, RecordingLedger};
pub use measurement::{Measurement, MeasurementAttribute, MeasurementKind, Metric};
pub use model::{
    ADVICE, Advice, AudioFormat, Corner, Host, Layout, LayoutUpdate, McuConfig, McuRecording, MediaType, Member, RULES,
    RecordType, RecordingConfig, RecordingMode, RecordingProfile, RecordingTarget, RenderMode, Room, Rule, SliceLength,
    SplitStreamRecording, Stream, StreamRef, VideoFormat, Window, mcu_mode, resolution,
};
pub use options::{
    ClientOptions, ENV_API_URL, ENV_APP_KEY, ENV_APP_SECRET, ENV_DATA_CENTER, ENV_LEDGER_URL, StartOptions,
};
pub use protocol::start::StartedRecording;
pub use protocol::{Acknowledged, CallOptions, HeaderStyle, RequestStamp, StampSource, service_codes, signature};
pub use time::{Span, Timestamp};
pub use transport::DataCenter;

/// The parsers of outside bytes that are not public, for the fuzz targets.
#[cfg(fuzzing)]
pub mod fuzzing {
    /// Reads one answer as that of each operation.
    pub fn read_reply(status: u16, body: &[u8]) {
        crate::protocol::read_as_every_operation(status, body);
    }
}

#[cfg(feature = "ffi")]
uniffi::setup_scaffolding!();
