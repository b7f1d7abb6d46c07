//! What a recording is: its config, layout and formats, and the rules they keep. Pure; no I/O.

mod config;
mod format;
mod json;
mod layout;
mod profile;
pub mod resolution;
mod rules;

pub use config::{McuConfig, McuRecording, RecordingConfig, SplitStreamRecording, mcu_mode};
pub use format::{AudioFormat, RecordingMode, RenderMode, SliceLength, VideoFormat};
pub use layout::{Host, Layout, Window};
pub use profile::RecordingProfile;
pub use rules::{RULES, Rule};
pub(crate) use rules::{check_call, check_header};
