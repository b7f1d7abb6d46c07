//! Starts and follows RongCloud (融云) RTC cloud recordings.
//!
//! A [`RecordingProfile`] is a recording's config, validated once. A [`RecordingClient`] (or, without async, a
//! [`blocking::RecordingClient`]) starts recordings with it, and every failure is a [`RecordingError`] that says
//! whether the service may have seen the request.
//!
//! ```no_run
//! use rongcloud_recording::{
//!     AudioFormat, ClientOptions, RecordingClient, RecordingMode, RecordingProfile, SliceLength,
//!     SplitStreamRecording, StartOptions, VideoFormat, resolution,
//! };
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60)
//!     .mode(RecordingMode::SingleAudioVideo)
//!     .video_resolution(resolution::R1280X720);
//! let profile = RecordingProfile::new(recording.into())?;
//!
//! let client = RecordingClient::from_env(ClientOptions::default())?;
//! let started = client.start("room1", "session-of-room1", &profile, StartOptions::default()).await?;
//! println!("{}", started.record_id);
//! # Ok(())
//! # }
//! ```

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
pub mod ffi;
pub mod ledger;
mod model;
mod options;
mod per_process;
mod protocol;
pub mod reach;
mod running;
pub mod runtime;
#[doc(hidden)]
pub mod surface;
mod time;
mod transport;

pub use client::{RecordingClient, blocking};
pub use credentials::Credentials;
pub use delivery::{ConnectionPolicy, FailoverPolicy, RetryPolicy};
pub use entry::{LedgerEntry, LedgerState};
pub use error::{
    Attempt, CallContext, Failure, FailureCause, FailureKind, OperationKind, RecordingError, Violation, codes,
};
pub use ledger::{LedgerOptions, LedgerRecording, LedgerStartOptions, OnUnknown, RecordingLedger};
pub use model::{
    ADVICE, Advice, AudioFormat, Corner, Host, Layout, LayoutUpdate, McuConfig, McuRecording, MediaType, Member, RULES,
    RecordType, RecordingConfig, RecordingMode, RecordingProfile, RecordingTarget, RenderMode, Room, Rule, SliceLength,
    SplitStreamRecording, Stream, StreamRef, VideoFormat, Window, mcu_mode, resolution,
};
pub use options::{
    ClientOptions, ENV_API_URL, ENV_APP_KEY, ENV_APP_SECRET, ENV_DATA_CENTER, ENV_LEDGER_URL, StartOptions,
};
pub use protocol::start::StartedRecording;
pub use protocol::{Acknowledged, HeaderStyle, RequestStamp, StampSource, service_codes, signature};
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

uniffi::setup_scaffolding!();
