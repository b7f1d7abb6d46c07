//! The config of a recording: what `config` of `start.json` says, as types that can't contradict themselves.

use super::{AudioFormat, Host, Layout, RecordingMode, RenderMode, SliceLength, VideoFormat};

/// What to record: `config` of `start.json`, as one of the two kinds the service knows (`config.recordType`).
///
/// Source: record/start, `config.recordType`.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum RecordingConfig {
    /// `recordType` 1: the users' own streams, each apart or merged with a layout.
    SplitStream {
        /// The recording.
        recording: SplitStreamRecording,
    },
    /// `recordType` 2: the live stream that the server mixes, as viewers see it. RTC live streaming must be enabled.
    Mcu {
        /// The recording.
        recording: McuRecording,
    },
}

/// A recording of the users' own streams: `recordType` 1.
///
/// Source: record/start, `config`.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct SplitStreamRecording {
    /// What is written, and whether users are merged: `mode`.
    /// Default: not sent. The service then chooses, and its choice is not documented: better say it.
    #[uniffi(default = None)]
    pub mode: Option<RecordingMode>,
    /// The picture's size: `videoResolution`, `WIDTHxHEIGHT` (see the known resolutions).
    /// Default: not sent; the service's own default is not documented.
    #[uniffi(default = None)]
    pub video_resolution: Option<String>,
    /// The file format of video: `videoFormat`. Required, also for audio-only modes.
    pub video_format: VideoFormat,
    /// The file format of audio: `audioFormat`. Required, also for video-only modes.
    pub audio_format: AudioFormat,
    /// The arrangement of pictures: `mixLayout` and `input`. It has a meaning in modes 3 to 6.
    /// Default: floating (2), as documented; it is always sent, because the documentation requires it.
    #[uniffi(default = None)]
    pub layout: Option<Layout>,
    /// The length of one file: `sliceMin`. Required.
    pub slice_length: SliceLength,
    /// How pictures are fitted into their windows: `renderMode`. Default: fit (2), as documented; always sent.
    #[uniffi(default = None)]
    pub render_mode: Option<RenderMode>,
    /// The user in the main place: `hostUserId` and `hostStreamId`. Better named for a floating or adaptive layout in
    /// modes 3 and 4: whom the service takes otherwise is not documented. Default: none.
    #[uniffi(default = None)]
    pub host: Option<Host>,
}

/// A recording of the live stream that the server mixes: `recordType` 2.
///
/// Its layout is the live stream's own and can't be set or changed here. Source: record/start, `config`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct McuRecording {
    /// The file format of video: `videoFormat`. Required.
    pub video_format: VideoFormat,
    /// The file format of audio: `audioFormat`. Required.
    pub audio_format: AudioFormat,
    /// The length of one file: `sliceMin`. Required.
    pub slice_length: SliceLength,
    /// How pictures are fitted: `renderMode`. Default: fit (2), as documented; always sent.
    #[uniffi(default = None)]
    pub render_mode: Option<RenderMode>,
    /// What is particular to this kind: `mcuConfig`. Default: not sent.
    #[uniffi(default = None)]
    pub mcu_config: Option<McuConfig>,
}

/// The settings of an MCU recording: `config.mcuConfig`.
///
/// Source: record/start, `config.mcuConfig`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct McuConfig {
    /// The MCU recording mode: `mcuConfig.mode`. Its values are not publicly known, so any number passes.
    /// Default: not sent.
    #[uniffi(default = None)]
    pub mode: Option<i32>,
    /// The picture's size: `mcuConfig.videoResolution`, `WIDTHxHEIGHT`. Required.
    pub video_resolution: String,
}

/// What is known of `mcuConfig.mode`.
pub mod mcu_mode {
    crate::constant::constants! {
        DECLARED: numbers;
        /// The number in the documentation's example. What it means is not publicly known.
        DOCUMENTED_EXAMPLE = 6;
    }
}

impl SplitStreamRecording {
    /// A recording with the three values that have no default; the other fields as documented.
    pub fn new(video_format: VideoFormat, audio_format: AudioFormat, slice_length: SliceLength) -> Self {
        Self {
            mode: None,
            video_resolution: None,
            video_format,
            audio_format,
            layout: None,
            slice_length,
            render_mode: None,
            host: None,
        }
    }

    /// Sets what is written.
    #[must_use]
    pub fn mode(mut self, mode: RecordingMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Sets the picture's size, `WIDTHxHEIGHT`.
    #[must_use]
    pub fn video_resolution(mut self, resolution: impl Into<String>) -> Self {
        self.video_resolution = Some(resolution.into());
        self
    }

    /// Sets the arrangement of pictures.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = Some(layout);
        self
    }

    /// Sets how pictures are fitted into their windows.
    #[must_use]
    pub fn render_mode(mut self, render_mode: RenderMode) -> Self {
        self.render_mode = Some(render_mode);
        self
    }

    /// Sets the user in the main place.
    #[must_use]
    pub fn host(mut self, host: Host) -> Self {
        self.host = Some(host);
        self
    }
}

impl McuRecording {
    /// A recording with the three values that have no default.
    pub fn new(video_format: VideoFormat, audio_format: AudioFormat, slice_length: SliceLength) -> Self {
        Self { video_format, audio_format, slice_length, render_mode: None, mcu_config: None }
    }

    /// Sets how pictures are fitted.
    #[must_use]
    pub fn render_mode(mut self, render_mode: RenderMode) -> Self {
        self.render_mode = Some(render_mode);
        self
    }

    /// Sets what is particular to this kind.
    #[must_use]
    pub fn mcu_config(mut self, mcu_config: McuConfig) -> Self {
        self.mcu_config = Some(mcu_config);
        self
    }
}

impl From<SplitStreamRecording> for RecordingConfig {
    fn from(recording: SplitStreamRecording) -> Self {
        Self::SplitStream { recording }
    }
}

impl From<McuRecording> for RecordingConfig {
    fn from(recording: McuRecording) -> Self {
        Self::Mcu { recording }
    }
}
