//! The closed value lists of a recording. Each variant's number is the API's own.

use std::borrow::Cow;

use super::RecordType;
use super::json::{Scalar, Tree};
use super::layout::LayoutKind;

/// What a split-stream recording contains: `config.mode`.
///
/// *Single* modes record each user separately; *mix* modes merge all users into one file. Source: record/start,
/// `config.mode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[repr(i32)]
pub enum RecordingMode {
    /// `0`: each user separately, audio and video.
    SingleAudioVideo = 0,
    /// `1`: each user separately, video only.
    SingleVideoOnly = 1,
    /// `2`: each user separately, audio only.
    SingleAudioOnly = 2,
    /// `3`: all users merged, audio and video.
    MixAudioVideo = 3,
    /// `4`: all users merged, video only.
    MixVideoOnly = 4,
    /// `5`: all users merged, audio only.
    MixAudioOnly = 5,
    /// `6`: one user's audio and video merged into one file.
    SingleUserMix = 6,
}

/// The file format of recorded video: `config.videoFormat`.
///
/// Some combinations of video and audio formats play without sound in some players, so test yours before you rely on
/// it. Source: record/start, `config.videoFormat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum VideoFormat {
    /// `mkv`: Matroska.
    Mkv,
    /// `mp4`: MPEG-4.
    Mp4,
    /// `flv`: Flash Video.
    Flv,
    /// `hls`: HTTP Live Streaming.
    Hls,
}

/// The file format of recorded audio: `config.audioFormat`.
///
/// Source: record/start, `config.audioFormat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum AudioFormat {
    /// `aac`: Advanced Audio Coding.
    Aac,
    /// `mp3`: MPEG audio layer III.
    Mp3,
}

/// The length of one file (slice) of the recording: `config.sliceMin`, in minutes. The next file begins when it is
/// reached.
///
/// Source: record/start, `config.sliceMin`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[repr(i32)]
pub enum SliceLength {
    /// `30` minutes.
    Minutes30 = 30,
    /// `60` minutes.
    Minutes60 = 60,
    /// `90` minutes.
    Minutes90 = 90,
    /// `120` minutes.
    Minutes120 = 120,
}

/// How a picture is fitted into its window: `config.renderMode`.
///
/// Source: record/change-layout, `renderMode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[repr(i32)]
pub enum RenderMode {
    /// `1`: scaled to fill the window; the parts that don't fit are cropped.
    Fill = 1,
    /// `2`: scaled to fit into the window, with bars where the aspect ratios differ. The documented default.
    #[default]
    Fit = 2,
}

/// What the API calls the values of a closed list.
macro_rules! listed {
    ($type:ident, $kind:literal: $($variant:ident = $word:expr),+ $(; $default:ident)?) => {
        impl Scalar for $type {
            const TYPE: &'static str = $kind;
            const ALL: &'static [(Self, Tree)] = &[$((Self::$variant, $word)),+];
            $(const DEFAULT: Option<Self> = Some(Self::$default);)?
        }
    };
}

macro_rules! numbered {
    ($type:ident: $($variant:ident),+ $(; $default:ident)?) => {
        listed!($type, "a whole number": $($variant = Tree::Integer($type::$variant as i64)),+ $(; $default)?);
    };
}

/// The known numbers of an open list, with `Other` for all others.
macro_rules! known_numbers {
    ($type:ident: $($variant:ident = $number:literal),+) => {
        impl $type {
            pub(crate) const NUMBERS: [(Self, i64); [$($number),+].len()] = [$((Self::$variant, $number)),+];

            pub(crate) fn of_number(number: i64) -> Self {
                let known = Self::NUMBERS.iter().find(|(_, known)| *known == number);
                known.map_or(Self::Other, |(variant, _)| *variant)
            }
        }
    };
}
pub(crate) use known_numbers;

macro_rules! named {
    ($type:ident: $($variant:ident = $name:literal),+) => {
        listed!($type, "a string": $($variant = Tree::Text(Cow::Borrowed($name))),+);
    };
}

numbered!(RecordType: SplitStream, Mcu);
numbered!(RecordingMode: SingleAudioVideo, SingleVideoOnly, SingleAudioOnly, MixAudioVideo, MixVideoOnly, MixAudioOnly, SingleUserMix);
numbered!(LayoutKind: Custom, Floating, Adaptive);
numbered!(SliceLength: Minutes30, Minutes60, Minutes90, Minutes120);
numbered!(RenderMode: Fill, Fit; Fit);
named!(VideoFormat: Mkv = "mkv", Mp4 = "mp4", Flv = "flv", Hls = "hls");
named!(AudioFormat: Aac = "aac", Mp3 = "mp3");

impl RecordingMode {
    /// Whether all users' pictures are merged into one, so that a layout arranges them.
    pub(super) fn mixes_video(self) -> bool {
        matches!(self, Self::MixAudioVideo | Self::MixVideoOnly)
    }

    /// Whether the documentation gives the layout a meaning in this mode (3, 4, 5 and 6).
    pub(super) fn takes_layout(self) -> bool {
        self as i32 >= Self::MixAudioVideo as i32
    }
}
