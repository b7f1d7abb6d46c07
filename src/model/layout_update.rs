//! A change of the layout while a recording runs.

use super::json::{advice_of_layout_update, check_layout_update};
use super::{Advice, Host, Layout, RenderMode};
use crate::error::Violation;

/// A new arrangement of pictures for a running split-stream recording: the body of `config.json` without its session.
///
/// Source: record/change-layout.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
pub struct LayoutUpdate {
    /// How the pictures are arranged: `mixLayout` and, for a custom layout, `input`.
    pub layout: Layout,
    /// How pictures are fitted into their windows: `renderMode`. Default: fit (2), as documented; always sent.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub render_mode: Option<RenderMode>,
    /// The user in the main position: `hostUserId` and `hostStreamId`. Required for floating and adaptive layouts.
    /// Default: none.
    #[cfg_attr(feature = "ffi", uniffi(default = None))]
    pub host: Option<Host>,
}

impl LayoutUpdate {
    /// Creates an update to the given layout.
    pub fn new(layout: Layout) -> Self {
        Self { layout, render_mode: None, host: None }
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

    /// Returns advice: what is allowed but may not be what you meant, in the order of the API's fields. Advice never
    /// stops the update.
    pub fn advice(&self) -> Vec<Advice> {
        advice_of_layout_update(self)
    }

    pub(crate) fn violations(&self) -> Vec<Violation> {
        check_layout_update(self)
    }
}
