//! The config of a recording: what `config` of `start.json` says, as types that can't contradict themselves.

use super::{AudioFormat, Host, Layout, RecordingMode, RenderMode, SliceLength, VideoFormat};

/// What to record: the `config` object of `start.json`. The service knows two kinds of recording (`config.recordType`).
///
/// Source: record/start, `config.recordType`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum RecordingConfig {
    /// `recordType` 1: the users' own streams, each recorded separately or merged by a layout.
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
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct SplitStreamRecording {
    /// What is recorded (audio, video or both), and whether the users are merged: `mode`. Default: not sent. The
    /// service then chooses a mode, and its choice is not documented, so it is better to set one.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub mode: Option<RecordingMode>,
    /// The size of the picture: `videoResolution`, `WIDTHxHEIGHT` (see the known resolutions; any other comes with
    /// advice, because the service may not know it). Default: not sent; the service's own default is not documented.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub video_resolution: Option<String>,
    /// The file format of video: `videoFormat`. Required, even for audio-only modes.
    pub video_format: VideoFormat,
    /// The file format of audio: `audioFormat`. Required, even for video-only modes.
    pub audio_format: AudioFormat,
    /// How the pictures are arranged: `mixLayout` and `input`. It has an effect only in modes 3 to 6. Default: floating
    /// (2), as documented; always sent, because the documentation requires it.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub layout: Option<Layout>,
    /// The length of one file: `sliceMin`. Required.
    pub slice_length: SliceLength,
    /// How pictures are fitted into their windows: `renderMode`. Default: fit (2), as documented; always sent.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub render_mode: Option<RenderMode>,
    /// The user in the main position: `hostUserId` and `hostStreamId`. It is better to set one for a floating or
    /// adaptive layout in modes 3 and 4: which user the service shows there otherwise is not documented. Default: none.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub host: Option<Host>,
}

/// A recording of the live stream that the server mixes: `recordType` 2.
///
/// Its layout is the live stream's own and can't be set or changed here. Source: record/start, `config`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct McuRecording {
    /// The file format of video: `videoFormat`. Required.
    pub video_format: VideoFormat,
    /// The file format of audio: `audioFormat`. Required.
    pub audio_format: AudioFormat,
    /// The length of one file: `sliceMin`. Required.
    pub slice_length: SliceLength,
    /// How pictures are fitted: `renderMode`. Default: fit (2), as documented; always sent.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub render_mode: Option<RenderMode>,
    /// The settings that only this kind of recording has: `mcuConfig`. Default: not sent.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub mcu_config: Option<McuConfig>,
}

/// The settings of an MCU recording: `config.mcuConfig`.
///
/// Source: record/start, `config.mcuConfig`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[non_exhaustive]
pub struct McuConfig {
    /// The MCU recording mode: `mcuConfig.mode`. Its values are not publicly known, so any number is accepted. Default:
    /// not sent.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub mode: Option<i32>,
    /// The size of the picture: `mcuConfig.videoResolution`, `WIDTHxHEIGHT` (see the known resolutions; any other comes
    /// with advice, because the service may not know it). Required.
    pub video_resolution: String,
}

/// The known values of `mcuConfig.mode`.
pub mod mcu_mode {
    crate::constant::constants! {
        DECLARED: numbers;
        /// The number in the documentation's example. Its meaning is not publicly known.
        DOCUMENTED_EXAMPLE = 6;
    }
}

impl SplitStreamRecording {
    /// Creates a recording from the three values that have no default. The other fields keep their documented defaults.
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

    /// Sets the recording mode.
    #[must_use]
    pub fn mode(mut self, mode: RecordingMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Sets the size of the picture, `WIDTHxHEIGHT`.
    #[must_use]
    pub fn video_resolution(mut self, resolution: impl Into<String>) -> Self {
        self.video_resolution = Some(resolution.into());
        self
    }

    /// Sets how the pictures are arranged.
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

    /// Sets the user in the main position.
    #[must_use]
    pub fn host(mut self, host: Host) -> Self {
        self.host = Some(host);
        self
    }
}

impl McuRecording {
    /// Creates a recording from the three values that have no default.
    pub fn new(video_format: VideoFormat, audio_format: AudioFormat, slice_length: SliceLength) -> Self {
        Self { video_format, audio_format, slice_length, render_mode: None, mcu_config: None }
    }

    /// Sets how pictures are fitted.
    #[must_use]
    pub fn render_mode(mut self, render_mode: RenderMode) -> Self {
        self.render_mode = Some(render_mode);
        self
    }

    /// Sets the settings that only MCU recordings have.
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
