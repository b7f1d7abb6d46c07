//! Windows of a custom layout that get in each other's way.

use super::Window;
use super::rules::is_fraction;

/// Sums of fractions such as 2/3 + 1/3 may pass an edge by a rounding error.
pub(super) const ROUNDING: f64 = 1e-9;

/// The first of the earlier windows that shows the same stream as a window.
pub(super) fn first_of_stream(index: usize, windows: &[Window]) -> Option<usize> {
    let (earlier, rest) = windows.split_at_checked(index)?;
    let window = rest.first()?;
    earlier.iter().position(|other| (&other.user_id, &other.stream_id) == (&window.user_id, &window.stream_id))
}

/// The first of the earlier windows that a window overlaps, unless one of the two is a picture in the other's.
///
/// A window with a number that is no fraction of the canvas has a violation of its own and is in nobody's way.
pub(super) fn first_overlapped(index: usize, windows: &[Window]) -> Option<usize> {
    let (earlier, rest) = windows.split_at_checked(index)?;
    let window = rest.first().filter(|window| is_on_canvas(window))?;
    earlier.iter().position(|other| is_on_canvas(other) && overlap(window, other) && !is_picture_in(window, other))
}

fn is_on_canvas(window: &Window) -> bool {
    [window.x, window.y, window.width, window.height].into_iter().all(is_fraction)
}

fn overlap(one: &Window, other: &Window) -> bool {
    is_past(one.x + one.width, other.x)
        && is_past(other.x + other.width, one.x)
        && is_past(one.y + one.height, other.y)
        && is_past(other.y + other.height, one.y)
}

/// Whether one lies wholly inside the other. Two of the same place and size don't: one would hide the other.
fn is_picture_in(one: &Window, other: &Window) -> bool {
    holds(one, other) != holds(other, one)
}

fn holds(outer: &Window, inner: &Window) -> bool {
    !is_past(outer.x, inner.x)
        && !is_past(outer.y, inner.y)
        && !is_past(inner.x + inner.width, outer.x + outer.width)
        && !is_past(inner.y + inner.height, outer.y + outer.height)
}

fn is_past(value: f64, edge: f64) -> bool {
    value > edge + ROUNDING
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overlapped(one: [f64; 4], other: [f64; 4]) -> bool {
        let [one, other] = [one, other].map(|[x, y, width, height]| Window::new("u", "s", (x, y), (width, height)));
        let found = first_overlapped(1, &[one.clone(), other.clone()]).is_some();
        assert_eq!(first_overlapped(1, &[other, one]).is_some(), found, "it does not matter which comes first");
        found
    }

    #[test]
    fn windows_may_touch() {
        assert!(!overlapped([0.0, 0.0, 0.5, 1.0], [0.5, 0.0, 0.5, 1.0]));
        assert!(!overlapped([0.0, 0.0, 1.0, 1.0 / 3.0], [0.0, 1.0 / 3.0, 1.0, 2.0 / 3.0]));
    }

    #[test]
    fn a_window_may_lie_inside_another_and_touch_its_edge() {
        assert!(!overlapped([0.0, 0.0, 1.0, 1.0], [0.7, 0.7, 0.2, 0.2]));
        assert!(!overlapped([0.0, 0.0, 1.0, 1.0], [0.75, 0.75, 0.25, 0.25]));
    }

    #[test]
    fn windows_that_cover_a_part_of_each_other_overlap() {
        assert!(overlapped([0.0, 0.0, 0.6, 1.0], [0.5, 0.0, 0.5, 1.0]));
        assert!(overlapped([0.0, 0.4, 1.0, 0.2], [0.4, 0.0, 0.2, 1.0]));
    }

    #[test]
    fn two_windows_in_the_same_place_overlap() {
        assert!(overlapped([0.25, 0.25, 0.5, 0.5], [0.25, 0.25, 0.5, 0.5]));
    }

    #[test]
    fn a_window_off_the_canvas_is_in_nobodys_way() {
        assert!(!overlapped([0.0, 0.0, 0.6, 1.0], [0.5, f64::NAN, 0.5, 1.0]));
        assert!(!overlapped([0.0, 0.0, 0.6, 1.0], [-0.5, 0.0, 0.5, 1.0]));
    }
}
