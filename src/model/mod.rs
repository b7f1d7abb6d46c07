//! What a recording is: its config, layout and formats, and the rules they keep. Pure; no I/O.

mod advice;
mod arrange;
mod config;
mod format;
mod json;
mod layout;
mod layout_update;
mod picture;
mod profile;
pub mod resolution;
mod room;
mod rules;
#[cfg(feature = "serde")]
mod spelled;
mod target;
mod window_overlap;

pub use advice::{ADVICE, Advice};
pub use arrange::{Corner, StreamRef};
pub use config::{McuConfig, McuRecording, RecordingConfig, SplitStreamRecording, mcu_mode};
pub(crate) use format::known_numbers;
pub use format::{AudioFormat, RecordingMode, RenderMode, SliceLength, VideoFormat};
pub(crate) use json::{Scalar, Tree, WireLayout};
pub use layout::{Host, Layout, Window};
pub use layout_update::LayoutUpdate;
pub use profile::RecordingProfile;
pub use room::{MediaType, Member, Room, Stream};
pub use rules::{RULES, Rule};
pub(crate) use rules::{Value, check, check_call, check_request_id, check_room};
pub use target::{RecordType, RecordingTarget};
