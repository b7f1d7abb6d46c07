//! Custom layouts that users would otherwise compute by hand: grid, spotlight, side by side, picture in picture.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::resolution::{ratio, size};
use super::rules::{Value, check};
use super::{Layout, Window};
use crate::error::{RecordingError, Violation};

/// One user's stream, to be placed in a layout.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StreamRef {
    /// The user: `userId`.
    pub user_id: String,
    /// The stream: `streamId`.
    pub stream_id: String,
}

/// A corner of the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
pub enum Corner {
    /// The top left.
    TopLeft,
    /// The top right.
    TopRight,
    /// The bottom left.
    BottomLeft,
    /// The bottom right.
    BottomRight,
}

/// The shape of most cameras' pictures, lying. On a high canvas they are taken to stand: 9:16.
const CAMERA_SHAPE: f64 = 16.0 / 9.0;
/// The canvas' shape where no resolution is given: 640x480.
const CANVAS_SHAPE: f64 = 4.0 / 3.0;
/// How much of the canvas' longer side the spotlight takes, beside the strip.
const SPOTLIGHT: f64 = 0.8;
/// How much of each side the inset picture takes, and how far it stays from the edges.
const INSET: f64 = 0.25;
const MARGIN: f64 = 0.025;

impl StreamRef {
    /// Creates a reference to a user's stream.
    pub fn new(user_id: impl Into<String>, stream_id: impl Into<String>) -> Self {
        Self { user_id: user_id.into(), stream_id: stream_id.into() }
    }

    fn at(&self, (x, y): (f64, f64), (width, height): (f64, f64)) -> Window {
        Window::new(self.user_id.clone(), self.stream_id.clone(), (x, y), (width, height))
    }
}

impl Layout {
    /// Arranges streams in equal cells, in rows and columns, so that the cameras' pictures are as large as possible
    /// without being cropped. A last row that isn't full is centred. If two divisions show the pictures equally large,
    /// the one with fewer empty cells is used, then the one with more cells along the canvas' longer side.
    ///
    /// Cameras are assumed to be 16:9, or 9:16 on a portrait canvas, as phones held upright are: four streams make 2×2
    /// and nine make 3×3 on either canvas. For other cameras, use [`grid_for`](Self::grid_for).
    ///
    /// # Errors
    /// `InvalidInput` if there are no streams, if a stream is given twice, or if the resolution is not `WIDTHxHEIGHT`.
    pub fn grid(streams: &[StreamRef], resolution: Option<&str>) -> Result<Self, RecordingError> {
        Self::grid_of(streams, resolution, None)
    }

    /// Arranges streams as [`grid`](Self::grid) does, for cameras of another shape: an aspect ratio such as `4:3`, or a
    /// resolution such as `640x480`. The shape is used as given, even on a portrait canvas.
    ///
    /// # Errors
    /// As for [`grid`](Self::grid), and if the shape is neither `WIDTH:HEIGHT` nor `WIDTHxHEIGHT`.
    pub fn grid_for(streams: &[StreamRef], resolution: Option<&str>, cameras: &str) -> Result<Self, RecordingError> {
        Self::grid_of(streams, resolution, Some(cameras))
    }

    pub(crate) fn grid_of(
        streams: &[StreamRef],
        resolution: Option<&str>,
        cameras: Option<&str>,
    ) -> Result<Self, RecordingError> {
        let mut found = violations_of(streams);
        let canvas = canvas_shape(resolution, &mut found);
        let cameras = camera_shape(cameras, canvas, &mut found);
        RecordingError::from_violations(found)?;
        let columns = best_columns(streams.len(), canvas, cameras);
        let rows = streams.len().div_ceil(columns);
        let (width, height) = (1.0 / columns as f64, 1.0 / rows as f64);
        let windows = streams
            .iter()
            .enumerate()
            .map(|(index, stream)| {
                let (row, column) = (index / columns, index % columns);
                let in_row = if row + 1 == rows { streams.len() - row * columns } else { columns };
                let indent = (columns - in_row) as f64 / 2.0;
                stream.at(((column as f64 + indent) * width, row as f64 * height), (width, height))
            })
            .collect();
        Ok(Self::Custom { windows })
    }

    /// Arranges one large picture and a strip of the others: at the right of a landscape canvas, at the bottom of a
    /// portrait one.
    ///
    /// # Errors
    /// `InvalidInput` if a stream is given twice, or if the resolution is not `WIDTHxHEIGHT`.
    pub fn spotlight(main: &StreamRef, others: &[StreamRef], resolution: Option<&str>) -> Result<Self, RecordingError> {
        let places = std::iter::once(("main".to_owned(), main));
        let others_places = others.iter().enumerate().map(|(index, stream)| (format!("others[{index}]"), stream));
        let mut found = repeated(places.chain(others_places));
        let shape = canvas_shape(resolution, &mut found);
        RecordingError::from_violations(found)?;
        let is_wide = shape >= 1.0;
        let main_size = match (others, is_wide) {
            ([], _) => (1.0, 1.0),
            (_, true) => (SPOTLIGHT, 1.0),
            (_, false) => (1.0, SPOTLIGHT),
        };
        let windows =
            std::iter::once(main.at((0.0, 0.0), main_size)).chain(strip(others, is_wide, SPOTLIGHT)).collect();
        Ok(Self::Custom { windows })
    }

    /// Arranges streams in equal columns on a landscape canvas, in equal rows on a portrait one.
    ///
    /// # Errors
    /// `InvalidInput` if there are no streams, if a stream is given twice, or if the resolution is not `WIDTHxHEIGHT`.
    pub fn side_by_side(streams: &[StreamRef], resolution: Option<&str>) -> Result<Self, RecordingError> {
        let mut found = violations_of(streams);
        let shape = canvas_shape(resolution, &mut found);
        RecordingError::from_violations(found)?;
        Ok(Self::Custom { windows: strip(streams, shape < 1.0, 0.0).collect() })
    }

    /// Arranges one picture over the whole canvas and a small one in a corner, in front of it.
    ///
    /// That later windows are in front of earlier ones is inferred; the documentation doesn't say.
    ///
    /// # Errors
    /// `InvalidInput` if both are the same stream.
    pub fn picture_in_picture(main: &StreamRef, inset: &StreamRef, corner: Corner) -> Result<Self, RecordingError> {
        RecordingError::from_violations(repeated([("main".to_owned(), main), ("inset".to_owned(), inset)]))?;
        let far = 1.0 - INSET - MARGIN;
        let position = match corner {
            Corner::TopLeft => (MARGIN, MARGIN),
            Corner::TopRight => (far, MARGIN),
            Corner::BottomLeft => (MARGIN, far),
            Corner::BottomRight => (far, far),
        };
        Ok(Self::Custom { windows: vec![main.at((0.0, 0.0), (1.0, 1.0)), inset.at(position, (INSET, INSET))] })
    }
}

/// Equal cells one below the other, or else side by side, from `start` on to the canvas' right or lower edge.
fn strip(streams: &[StreamRef], is_column: bool, start: f64) -> impl Iterator<Item = Window> {
    let cell = 1.0 / streams.len() as f64;
    streams.iter().enumerate().map(move |(index, stream)| {
        let (along, depth) = (index as f64 * cell, 1.0 - start);
        if is_column { stream.at((start, along), (depth, cell)) } else { stream.at((along, start), (cell, depth)) }
    })
}

/// What is wrong with a list of streams.
fn violations_of(streams: &[StreamRef]) -> Vec<Violation> {
    let mut found = Vec::new();
    check("streams", Value::Streams(streams.len()), &mut found);
    found.extend(repeated(streams.iter().enumerate().map(|(index, stream)| (format!("streams[{index}]"), stream))));
    found
}

/// A violation for each stream that was given before.
fn repeated<'a>(streams: impl IntoIterator<Item = (String, &'a StreamRef)>) -> Vec<Violation> {
    let mut first: HashMap<&StreamRef, String> = HashMap::new();
    let mut found = Vec::new();
    for (path, stream) in streams {
        match first.entry(stream) {
            Entry::Vacant(place) => drop(place.insert(path)),
            Entry::Occupied(earlier) => check(&path, Value::Repeated(earlier.get()), &mut found),
        }
    }
    found
}

/// The canvas' shape, width by height. What is wrong with it is added to what was found.
fn canvas_shape(resolution: Option<&str>, found: &mut Vec<Violation>) -> f64 {
    let Some(text) = resolution else { return CANVAS_SHAPE };
    check("resolution", Value::Resolution(text), found);
    size(text).map_or(CANVAS_SHAPE, shape)
}

/// The shape of the cameras' pictures, width by height. What is wrong with it is added to what was found.
pub(super) fn camera_shape(cameras: Option<&str>, canvas: f64, found: &mut Vec<Violation>) -> f64 {
    let Some(text) = cameras else { return if canvas < 1.0 { 1.0 / CAMERA_SHAPE } else { CAMERA_SHAPE } };
    check("cameras", Value::Shape(text), found);
    ratio(text).or_else(|| size(text)).map_or(CAMERA_SHAPE, shape)
}

pub(super) fn shape((width, height): (u32, u32)) -> f64 {
    f64::from(width) / f64::from(height)
}

/// How many columns show pictures of the cameras' shape the largest.
fn best_columns(count: usize, canvas: f64, cameras: f64) -> usize {
    // Sums that differ by a rounding error are a tie.
    const TIE: f64 = 1e-9;
    // A picture's width on a canvas that is 1 high.
    let picture = |columns: usize| {
        let rows = count.div_ceil(columns);
        (canvas / columns as f64).min(cameras / rows as f64)
    };
    let empty = |columns: usize| columns * count.div_ceil(columns) - count;
    let is_better = |columns: usize, best: usize| {
        let (one, other) = (picture(columns), picture(best));
        let is_tie = (one - other).abs() <= TIE * other;
        if !is_tie {
            return one > other;
        }
        // `columns` is the larger number.
        empty(columns) < empty(best) || (empty(columns) == empty(best) && canvas >= 1.0)
    };
    (2..=count).fold(1, |best, columns| if is_better(columns, best) { columns } else { best })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::LayoutUpdate;
    use super::*;

    fn streams(count: usize) -> Vec<StreamRef> {
        (0..count).map(|index| StreamRef::new(format!("u{index}"), format!("u{index}_RongCloudRTC"))).collect()
    }

    fn windows(layout: Layout) -> Vec<Window> {
        match layout {
            Layout::Custom { windows } => windows,
            _ => Vec::new(),
        }
    }

    const RESOLUTIONS: [Option<&str>; 5] = [None, Some("1280x720"), Some("720x1280"), Some("99999x1"), Some("1x99999")];

    #[test]
    fn every_arrangement_is_valid_for_any_count_and_resolution_and_nothing_overlaps() {
        for count in 1..=60 {
            for resolution in RESOLUTIONS {
                let (main, others) = (StreamRef::new("m", "m_RongCloudRTC"), streams(count));
                for layout in [
                    Layout::grid(&others, resolution).unwrap(),
                    Layout::side_by_side(&others, resolution).unwrap(),
                    Layout::spotlight(&main, &others, resolution).unwrap(),
                ] {
                    let update = LayoutUpdate::new(layout);
                    assert_eq!((update.violations(), update.advice()), (vec![], vec![]), "{count} {resolution:?}");
                }
            }
        }
    }

    /// Columns by rows.
    fn division(layout: Layout) -> (usize, usize) {
        let first = &windows(layout)[0];
        ((1.0 / first.width).round() as usize, (1.0 / first.height).round() as usize)
    }

    fn grid(count: usize, resolution: &str) -> (usize, usize) {
        division(Layout::grid(&streams(count), Some(resolution)).unwrap())
    }

    #[test]
    fn four_make_two_by_two_and_nine_three_by_three_on_wide_and_high_canvases() {
        for resolution in ["1280x720", "720x1280", "640x480", "480x640", "480x320", "320x480", "1920x1080"] {
            assert_eq!((grid(4, resolution), grid(9, resolution)), ((2, 2), (3, 3)), "{resolution}");
        }
    }

    #[test]
    fn a_grid_of_any_count_is_known() {
        let wide =
            [(1, 1), (2, 1), (2, 2), (2, 2), (3, 2), (3, 2), (3, 3), (3, 3), (3, 3), (4, 3), (4, 3), (4, 3), (4, 4)];
        for (index, (columns, rows)) in wide.into_iter().enumerate() {
            assert_eq!(grid(index + 1, "1280x720"), (columns, rows), "{} on a wide canvas", index + 1);
        }
        assert_eq!([2, 3, 5, 6, 7].map(|count| grid(count, "720x1280")), [(1, 2), (2, 2), (2, 3), (2, 3), (3, 3)]);
    }

    #[test]
    fn no_division_shows_larger_pictures_than_the_grid() {
        for (width, height) in [(1280, 720), (640, 480), (720, 1280), (480, 640)] {
            // In whole numbers: a picture's width for one division, in pixels.
            let cameras = if width > height { (16, 9) } else { (9, 16) };
            let picture = |columns: usize, rows: usize| (width / columns).min(height * cameras.0 / cameras.1 / rows);
            for count in 1..=25_usize {
                let (columns, rows) = grid(count, &format!("{width}x{height}"));
                let best = (1..=count).map(|columns| picture(columns, count.div_ceil(columns))).max().unwrap();
                assert_eq!(picture(columns, rows), best, "{count} on {width}x{height}");
            }
        }
    }

    #[test]
    fn cameras_that_are_told_are_taken_as_they_are() {
        let grid = |count, cameras| division(Layout::grid_for(&streams(count), Some("720x1280"), cameras).unwrap());
        assert_eq!((grid(4, "16:9"), grid(4, "9:16"), grid(4, "720x1280")), ((1, 4), (2, 2), (2, 2)));
    }

    #[test]
    fn a_shape_of_cameras_is_two_numbers() {
        for wrong in ["", "16", "16:", ":9", "0:9", "16:0", "16/9", "-16:9", "1.78:1", "16:9 "] {
            let error = Layout::grid_for(&streams(1), None, wrong).unwrap_err();
            assert!(error.to_string().contains("[invalid_shape]"), "{wrong:?}: {error}");
        }
    }

    #[test]
    fn a_stream_that_is_given_twice_is_refused_by_every_arrangement() {
        let (one, two) = (StreamRef::new("u", "s"), StreamRef::new("u", "t"));
        let found = |layout: Result<Layout, RecordingError>| layout.unwrap_err().to_string();
        let both = [one.clone(), two.clone(), one.clone()];
        for (layout, sentence) in [
            (Layout::grid(&both, None), "streams[2]: is the same stream as streams[0]: give each one once"),
            (Layout::side_by_side(&both, None), "streams[2]: is the same stream as streams[0]"),
            (Layout::spotlight(&one, &both[1..], None), "others[1]: is the same stream as main"),
            (Layout::spotlight(&one, &[two.clone(), two.clone()], None), "others[1]: is the same stream as others[0]"),
            (Layout::picture_in_picture(&two, &two, Corner::TopLeft), "inset: is the same stream as main"),
        ] {
            let text = found(layout);
            assert!(text.contains(sentence) && text.contains("[duplicate_stream]"), "{text}");
        }
    }

    #[test]
    fn the_last_row_of_a_grid_is_centred() {
        let windows = windows(Layout::grid(&streams(3), Some("640x480")).unwrap());
        assert_eq!((windows[2].x, windows[2].y), (0.25, 0.5));
    }

    #[test]
    fn a_picture_in_picture_lies_in_its_corner() {
        let two = streams(2);
        let windows = windows(Layout::picture_in_picture(&two[0], &two[1], Corner::BottomRight).unwrap());
        assert_eq!((windows[0].width, windows[1].x, windows[1].width), (1.0, 0.725, 0.25));
    }

    #[test]
    fn no_streams_and_a_wrong_resolution_are_said_at_once() {
        let error = Layout::grid(&[], Some("big")).unwrap_err();
        assert_eq!(error.to_string().matches('[').count(), 2, "{error}");
    }
}
