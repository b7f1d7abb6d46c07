//! How the pictures of a merged recording are arranged.

/// The arrangement of pictures in a merged recording: `config.mixLayout` and, for a custom one, `config.input`.
///
/// Source: record/start, `config.mixLayout`; record/change-layout, `mixLayout`.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum Layout {
    /// `1`, custom: every window is placed by hand. At least one is needed.
    Custom {
        /// The windows: `config.input.video`. How many the service takes at most is not documented, nor which of
        /// two overlapping ones is in front: better keep them apart, or the smaller one wholly inside the other.
        windows: Vec<Window>,
    },
    /// `2`, floating, the documented default: the host fills the canvas, the others float above in small windows.
    Floating,
    /// `3`, adaptive: equal cells, the host's at the top left.
    Adaptive,
}

/// One window of a custom layout: `config.input.video[i]`.
///
/// Positions and sizes are fractions of the recording's resolution (`videoResolution`), measured from the
/// top left corner: `x = 0.5` is the middle. That they run from 0 to 1 and from the top left is inferred from
/// the documentation's examples. Source: record/start, `config.input`.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Window {
    /// The user whose picture it shows: `userId`. Not empty.
    pub user_id: String,
    /// The stream it shows: `streamId`, in the documentation's examples `<userId>_RongCloudRTC`. Not empty.
    pub stream_id: String,
    /// The left edge: `x`, 0 to 1.
    pub x: f64,
    /// The top edge: `y`, 0 to 1.
    pub y: f64,
    /// The width: `width`, above 0; `x + width` is at most 1.
    pub width: f64,
    /// The height: `height`, above 0; `y + height` is at most 1.
    pub height: f64,
}

/// The user in the main place of a layout: the full background when floating, the top left when adaptive.
///
/// Source: record/start, `config.hostUserId` and `config.hostStreamId`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct Host {
    /// The host: `hostUserId`. Not empty.
    pub user_id: String,
    /// The stream shown in the main place: `hostStreamId`. Not empty.
    pub stream_id: String,
}

impl Window {
    /// A window over the given part of the canvas, all four numbers as fractions of it.
    pub fn new(
        user_id: impl Into<String>,
        stream_id: impl Into<String>,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
    ) -> Self {
        Self { user_id: user_id.into(), stream_id: stream_id.into(), x, y, width, height }
    }
}

impl Host {
    /// A host and the stream to show.
    pub fn new(user_id: impl Into<String>, stream_id: impl Into<String>) -> Self {
        Self { user_id: user_id.into(), stream_id: stream_id.into() }
    }
}

impl Layout {
    /// What `mixLayout` says of it.
    pub(crate) fn kind(&self) -> LayoutKind {
        match self {
            Self::Custom { .. } => LayoutKind::Custom,
            Self::Floating => LayoutKind::Floating,
            Self::Adaptive => LayoutKind::Adaptive,
        }
    }
}

/// What `mixLayout` says of a layout.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum LayoutKind {
    Custom = 1,
    Floating = 2,
    Adaptive = 3,
}
