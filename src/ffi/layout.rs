//! Layouts made from streams, for languages that can't call a type's own functions across the boundary.

use crate::error::RecordingError;
use crate::model::{Advice, Corner, Host, Layout, LayoutUpdate, RenderMode, Room, StreamRef};

/// Arranges streams in equal cells, in rows and columns, so that the cameras' pictures are as large as possible without
/// being cropped. A last row that isn't full is centred.
///
/// Cameras are assumed to be 16:9, or 9:16 on a portrait canvas, as phones held upright are: four streams make 2×2 and
/// nine make 3×3 on either canvas.
///
/// Errors: `InvalidInput` if there are no streams, if a stream is given twice, or if the resolution or the shape is
/// malformed.
///
/// Arguments:
/// - streams: the streams to show, in reading order. At least one.
/// - resolution: the recording's resolution, `WIDTHxHEIGHT`. Default: 640x480.
/// - cameras: the shape of the cameras' pictures, for example `4:3`, or their resolution. It is used as given, even on
///   a portrait canvas. Default: 16:9, or 9:16 on a portrait canvas.
#[uniffi::export(default(resolution = None, cameras = None))]
pub fn grid_layout(
    streams: Vec<StreamRef>,
    resolution: Option<String>,
    cameras: Option<String>,
) -> Result<Layout, RecordingError> {
    Layout::grid_of(&streams, resolution.as_deref(), cameras.as_deref())
}

/// Arranges one large picture and a strip of the others: at the right of a landscape canvas, at the bottom of a
/// portrait one.
///
/// Errors: `InvalidInput` if a stream is given twice, or if the resolution is malformed.
///
/// Arguments:
/// - main: the stream of the large picture.
/// - others: the streams of the strip, in order. May be empty.
/// - resolution: the recording's resolution, `WIDTHxHEIGHT`. Default: 640x480.
#[uniffi::export(default(resolution = None))]
pub fn spotlight_layout(
    main: StreamRef,
    others: Vec<StreamRef>,
    resolution: Option<String>,
) -> Result<Layout, RecordingError> {
    Layout::spotlight(&main, &others, resolution.as_deref())
}

/// Arranges streams in equal columns on a landscape canvas, in equal rows on a portrait one.
///
/// Errors: `InvalidInput` if there are no streams, if a stream is given twice, or if the resolution is malformed.
///
/// Arguments:
/// - streams: the streams to show, from the left or from the top. At least one.
/// - resolution: the recording's resolution, `WIDTHxHEIGHT`. Default: 640x480.
#[uniffi::export(default(resolution = None))]
pub fn side_by_side_layout(streams: Vec<StreamRef>, resolution: Option<String>) -> Result<Layout, RecordingError> {
    Layout::side_by_side(&streams, resolution.as_deref())
}

/// Arranges one picture over the whole canvas and a small one in a corner, in front of it.
///
/// That later windows are in front of earlier ones is inferred; the documentation doesn't say.
///
/// Errors: `InvalidInput` if both are the same stream.
///
/// Arguments:
/// - main: the stream of the large picture.
/// - inset: the stream of the small picture.
/// - corner: the corner of the small picture.
#[uniffi::export]
pub fn picture_in_picture_layout(main: StreamRef, inset: StreamRef, corner: Corner) -> Result<Layout, RecordingError> {
    Layout::picture_in_picture(&main, &inset, corner)
}

/// The video streams of all members of a room, in order and each once, ready to be arranged in a layout.
#[uniffi::export]
pub fn video_streams(room: Room) -> Result<Vec<StreamRef>, RecordingError> {
    Ok(room.video_streams())
}

/// Advice on a layout update: what is allowed but may not be what you meant, in the order of the API's fields. Advice
/// never stops the update.
#[uniffi::export]
pub fn layout_update_advice(update: LayoutUpdate) -> Result<Vec<Advice>, RecordingError> {
    Ok(update.advice())
}

/// Draws a layout as an SVG document, for a look at it before anything is recorded.
///
/// Windows of a custom layout are drawn exactly, later ones in front, which the documentation doesn't say. A floating or
/// adaptive layout is hatched: the service decides where it puts whom, except for the host. The same layout always makes
/// the same document, which has no script and refers to nothing outside of it.
///
/// Errors: `InvalidInput` if a window is not valid, or if the resolution or the shape is malformed.
///
/// Arguments:
/// - layout: the layout.
/// - resolution: the recording's resolution, `WIDTHxHEIGHT`. Default: 640x480.
/// - host: the user in the main position. Default: nobody is named.
/// - render_mode: how pictures are fitted into their windows. Default: fit.
/// - cameras: the shape of the cameras' pictures, for example `16:9`, or their resolution. Each window then also shows what
///   is left of them: how much is cropped, or how much of the window is bars. Default: not shown.
#[uniffi::export(default(resolution = None, host = None, render_mode = None, cameras = None))]
pub fn layout_to_svg(
    layout: Layout,
    resolution: Option<String>,
    host: Option<Host>,
    render_mode: Option<RenderMode>,
    cameras: Option<String>,
) -> Result<String, RecordingError> {
    LayoutUpdate { layout, render_mode, host }.to_svg(resolution.as_deref(), cameras.as_deref())
}
