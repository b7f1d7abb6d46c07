//! Layouts made from streams, for languages that can't call a type's own functions across the boundary.

use crate::error::RecordingError;
use crate::model::{Advice, Corner, Layout, LayoutUpdate, Room, StreamRef};

/// Equal cells in rows and columns, in which the cameras' pictures are as large as can be without being cropped; a last
/// row that isn't full is centred.
///
/// The cameras are taken to be 16:9, and on a high canvas 9:16, as those of phones held upright: so four make 2×2 and nine
/// 3×3 on both.
///
/// Errors: `InvalidInput` without streams, for a stream that is given twice, or for a resolution or shape that is none.
///
/// Arguments:
/// - streams: whom it shows, in reading order. At least one.
/// - resolution: the recording's, `WIDTHxHEIGHT`. Default: 640x480.
/// - cameras: the shape of the cameras' pictures, `4:3` for instance, or their resolution; it is taken as it is, also on a
///   high canvas. Default: 16:9, on a high canvas 9:16.
#[uniffi::export(default(resolution = None, cameras = None))]
pub fn grid_layout(
    streams: Vec<StreamRef>,
    resolution: Option<String>,
    cameras: Option<String>,
) -> Result<Layout, RecordingError> {
    Layout::grid_of(&streams, resolution.as_deref(), cameras.as_deref())
}

/// One large picture and a strip of the others: at the right of a wide canvas, at the bottom of a high one.
///
/// Errors: `InvalidInput` for a stream that is given twice, or for a resolution that is none.
///
/// Arguments:
/// - main: whom the large picture shows.
/// - others: whom the strip shows, in its order. May be empty.
/// - resolution: the recording's, `WIDTHxHEIGHT`. Default: 640x480.
#[uniffi::export(default(resolution = None))]
pub fn spotlight_layout(
    main: StreamRef,
    others: Vec<StreamRef>,
    resolution: Option<String>,
) -> Result<Layout, RecordingError> {
    Layout::spotlight(&main, &others, resolution.as_deref())
}

/// Equal columns of a wide canvas, equal rows of a high one.
///
/// Errors: `InvalidInput` without streams, for a stream that is given twice, or for a resolution that is none.
///
/// Arguments:
/// - streams: whom it shows, from the left or the top. At least one.
/// - resolution: the recording's, `WIDTHxHEIGHT`. Default: 640x480.
#[uniffi::export(default(resolution = None))]
pub fn side_by_side_layout(streams: Vec<StreamRef>, resolution: Option<String>) -> Result<Layout, RecordingError> {
    Layout::side_by_side(&streams, resolution.as_deref())
}

/// One picture over the whole canvas and a small one in a corner, above it.
///
/// That later windows lie above earlier ones is inferred: the documentation doesn't say.
///
/// Errors: `InvalidInput` where both are the same stream.
///
/// Arguments:
/// - main: whom the large picture shows.
/// - inset: whom the small one shows.
/// - corner: where the small one is.
#[uniffi::export]
pub fn picture_in_picture_layout(main: StreamRef, inset: StreamRef, corner: Corner) -> Result<Layout, RecordingError> {
    Layout::picture_in_picture(&main, &inset, corner)
}

/// The video streams of all members of a room, in their order, each once: what a layout arranges.
#[uniffi::export]
pub fn video_streams(room: Room) -> Result<Vec<StreamRef>, RecordingError> {
    Ok(room.video_streams())
}

/// What is allowed in a layout update and may still not be what was meant, in the order of the API's fields. Nothing of it
/// stops the update.
#[uniffi::export]
pub fn layout_update_advice(update: LayoutUpdate) -> Result<Vec<Advice>, RecordingError> {
    Ok(update.advice())
}
