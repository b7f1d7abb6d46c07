//! How the pictures of a merged recording are arranged.

/// How the pictures of a merged recording are arranged: `config.mixLayout` and, for a custom layout, `config.input`.
///
/// Source: record/start, `config.mixLayout`; record/change-layout, `mixLayout`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Layout {
    /// `1`, custom: you place every window yourself. At least one window is required.
    Custom {
        /// The windows: `config.input.video`. Neither the maximum number of windows nor which of two overlapping
        /// windows is in front is documented. Keep windows apart, or place the smaller one wholly inside the other.
        windows: Vec<Window>,
    },
    /// `2`, floating, the documented default: the host fills the canvas, and the others float above in small windows.
    Floating,
    /// `3`, adaptive: equal cells, with the host at the top left.
    Adaptive,
}

/// One window of a custom layout: `config.input.video[i]`.
///
/// Positions and sizes are fractions of the recording's resolution (`videoResolution`), measured from the top left
/// corner: `x = 0.5` is the middle. The range from 0 to 1 and the origin at the top left are inferred from the
/// documentation's examples. Source: record/start, `config.input`.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct Window {
    /// The user whose picture the window shows: `userId`. Not empty.
    pub user_id: String,
    /// The stream that the window shows: `streamId`. In the documentation's examples it is `<userId>_RongCloudRTC`. Not
    /// empty.
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

/// The user in the main position of a layout: the full background of a floating layout, the top left of an adaptive
/// one.
///
/// Source: record/start, `config.hostUserId` and `config.hostStreamId`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct Host {
    /// The host: `hostUserId`. Not empty.
    pub user_id: String,
    /// The stream shown in the main position: `hostStreamId`. Not empty.
    pub stream_id: String,
}

impl Window {
    /// Creates a window over the given part of the canvas. All four numbers are fractions of the canvas.
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
    /// Creates a host from a user and the stream to show.
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
