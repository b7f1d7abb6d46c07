//! Custom layouts that users would otherwise compute by hand: grid, spotlight, side by side, picture in picture.

use super::resolution::size;
use super::{Layout, Window};
use crate::error::{RecordingError, Violation, codes, shown};

/// One user's stream, to be given a place in a layout.
#[derive(Debug, Clone, PartialEq, Eq, Hash, uniffi::Record)]
pub struct StreamRef {
    /// The user: `userId`.
    pub user_id: String,
    /// The stream: `streamId`.
    pub stream_id: String,
}

/// A corner of the canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, uniffi::Enum)]
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

/// The shape of a picture that cells are made to come near: between a phone's and a desktop camera's.
const CELL_SHAPE: f64 = 4.0 / 3.0;
/// The canvas' shape where no resolution is given: 640x480.
const CANVAS_SHAPE: f64 = 4.0 / 3.0;
/// How much of the canvas' longer side the spotlight takes, beside the strip.
const SPOTLIGHT: f64 = 0.8;
/// How much of each side the inset picture takes, and how far it stays from the edges.
const INSET: f64 = 0.25;
const MARGIN: f64 = 0.025;

impl StreamRef {
    /// A user's stream.
    pub fn new(user_id: impl Into<String>, stream_id: impl Into<String>) -> Self {
        Self { user_id: user_id.into(), stream_id: stream_id.into() }
    }

    fn at(&self, (x, y): (f64, f64), (width, height): (f64, f64)) -> Window {
        Window::new(self.user_id.clone(), self.stream_id.clone(), (x, y), (width, height))
    }
}

impl Layout {
    /// Equal cells in rows and columns, as near to 4:3 as the canvas allows; a last row that isn't full is centred.
    ///
    /// # Errors
    /// `InvalidInput` without streams, or for a resolution that is not `WIDTHxHEIGHT`.
    pub fn grid(streams: &[StreamRef], resolution: Option<&str>) -> Result<Self, RecordingError> {
        let shape = checked(streams.len(), resolution)?;
        let columns = best_columns(streams.len(), shape);
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

    /// One large picture and a strip of the others: at the right of a wide canvas, at the bottom of a high one.
    ///
    /// # Errors
    /// `InvalidInput` for a resolution that is not `WIDTHxHEIGHT`.
    pub fn spotlight(main: &StreamRef, others: &[StreamRef], resolution: Option<&str>) -> Result<Self, RecordingError> {
        let shape = checked(1, resolution)?;
        if others.is_empty() {
            return Self::grid(std::slice::from_ref(main), resolution);
        }
        let cell = 1.0 / others.len() as f64;
        let is_wide = shape >= 1.0;
        let place = |index: usize| {
            let (strip, along) = (SPOTLIGHT, index as f64 * cell);
            if is_wide { ((strip, along), (1.0 - strip, cell)) } else { ((along, strip), (cell, 1.0 - strip)) }
        };
        let main_size = if is_wide { (SPOTLIGHT, 1.0) } else { (1.0, SPOTLIGHT) };
        let strip = others.iter().enumerate().map(|(index, stream)| {
            let (position, size) = place(index);
            stream.at(position, size)
        });
        let windows = std::iter::once(main.at((0.0, 0.0), main_size)).chain(strip).collect();
        Ok(Self::Custom { windows })
    }

    /// Equal columns of a wide canvas, equal rows of a high one.
    ///
    /// # Errors
    /// `InvalidInput` without streams, or for a resolution that is not `WIDTHxHEIGHT`.
    pub fn side_by_side(streams: &[StreamRef], resolution: Option<&str>) -> Result<Self, RecordingError> {
        let shape = checked(streams.len(), resolution)?;
        let cell = 1.0 / streams.len() as f64;
        let windows = streams
            .iter()
            .enumerate()
            .map(|(index, stream)| {
                let along = index as f64 * cell;
                if shape >= 1.0 { stream.at((along, 0.0), (cell, 1.0)) } else { stream.at((0.0, along), (1.0, cell)) }
            })
            .collect();
        Ok(Self::Custom { windows })
    }

    /// One picture over the whole canvas and a small one in a corner, above it.
    ///
    /// That later windows lie above earlier ones is inferred: the documentation doesn't say.
    pub fn picture_in_picture(main: &StreamRef, inset: &StreamRef, corner: Corner) -> Self {
        let far = 1.0 - INSET - MARGIN;
        let position = match corner {
            Corner::TopLeft => (MARGIN, MARGIN),
            Corner::TopRight => (far, MARGIN),
            Corner::BottomLeft => (MARGIN, far),
            Corner::BottomRight => (far, far),
        };
        Self::Custom { windows: vec![main.at((0.0, 0.0), (1.0, 1.0)), inset.at(position, (INSET, INSET))] }
    }
}

/// The canvas' shape, width by height, or what is wrong with the input.
fn checked(streams: usize, resolution: Option<&str>) -> Result<f64, RecordingError> {
    let mut found = Vec::new();
    if streams == 0 {
        found.push(Violation::new("streams", codes::WINDOWS_REQUIRED, "a layout needs at least one stream"));
    }
    let shape = match resolution.map(|text| (text, size(text))) {
        None => CANVAS_SHAPE,
        Some((_, Some((width, height)))) => f64::from(width) / f64::from(height),
        Some((text, None)) => {
            let reason = format!("{} is not WIDTHxHEIGHT with a small x, such as 640x480", shown(text));
            found.push(Violation::new("resolution", codes::INVALID_RESOLUTION, reason));
            CANVAS_SHAPE
        }
    };
    RecordingError::from_violations(found).map(|()| shape)
}

/// How many columns bring the cells nearest to their shape without more empty cells than a row has.
fn best_columns(count: usize, canvas: f64) -> usize {
    let distance = |columns: &usize| {
        let rows = count.div_ceil(*columns) as f64;
        let cell = canvas * rows / *columns as f64;
        (cell / CELL_SHAPE).ln().abs()
    };
    (1..=count).min_by(|one, other| distance(one).total_cmp(&distance(other))).unwrap_or(1)
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
                    assert_eq!(LayoutUpdate::new(layout.clone()).violations(), [], "{count} {resolution:?}");
                }
            }
        }
    }

    #[test]
    fn a_grid_follows_the_shape_of_the_canvas() {
        let columns = |count, resolution| {
            let windows = windows(Layout::grid(&streams(count), Some(resolution)).unwrap());
            (1.0 / windows[0].width).round() as usize
        };
        assert_eq!(
            [columns(2, "1280x720"), columns(2, "720x1280"), columns(4, "640x480"), columns(9, "640x480")],
            [2, 1, 2, 3]
        );
    }

    #[test]
    fn the_last_row_of_a_grid_is_centred() {
        let windows = windows(Layout::grid(&streams(3), Some("640x480")).unwrap());
        assert_eq!((windows[2].x, windows[2].y), (0.25, 0.5));
    }

    #[test]
    fn a_picture_in_picture_lies_in_its_corner() {
        let two = streams(2);
        let windows = windows(Layout::picture_in_picture(&two[0], &two[1], Corner::BottomRight));
        assert_eq!((windows[0].width, windows[1].x, windows[1].width), (1.0, 0.725, 0.25));
    }

    #[test]
    fn no_streams_and_a_wrong_resolution_are_said_at_once() {
        let error = Layout::grid(&[], Some("big")).unwrap_err();
        assert_eq!(error.to_string().matches('[').count(), 2, "{error}");
    }
}
