//! Windows drawn with the terminal's lines.

use unicode_width::UnicodeWidthChar;

use crate::text::fitted;

const UP: u8 = 1;
const RIGHT: u8 = 2;
const DOWN: u8 = 4;
const LEFT: u8 = 8;
/// For each set of the four directions, the character whose lines go there.
const LINES: [char; 16] = [' ', '╵', '╶', '└', '╷', '│', '┌', '├', '╴', '┘', '─', '┴', '┐', '┤', '┬', '┼'];
/// A character of a terminal is about twice as high as it is wide.
const CHARACTER: f64 = 2.0;

/// A picture in characters. What is drawn later is in front.
pub struct Canvas {
    columns: usize,
    rows: usize,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy)]
enum Cell {
    Line(u8),
    Text(char),
    /// The second half of a wide character.
    Taken,
}

impl Canvas {
    /// An empty one with a frame, of the shape given.
    pub fn new(columns: usize, (width, height): (f64, f64)) -> Self {
        let columns = columns.clamp(20, 160) - 1;
        let rows = ((columns as f64) * height / width / CHARACTER).round().clamp(6.0, 60.0) as usize;
        let mut canvas = Self { columns, rows, cells: vec![Cell::Line(0); (columns + 1) * (rows + 1)] };
        canvas.frame((0, 0), (columns, rows));
        canvas
    }

    /// Draws a window: its place and size are fractions of the picture.
    pub fn window(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), label: &[String]) {
        let at = |fraction: f64, all: usize| (fraction.clamp(0.0, 1.0) * all as f64).round() as usize;
        let (left, right) = (at(x, self.columns), at(x + width, self.columns));
        let (top, bottom) = (at(y, self.rows), at(y + height, self.rows));
        for row in top + 1..bottom {
            for column in left + 1..right {
                self.put(column, row, Cell::Line(0));
            }
        }
        self.frame((left, top), (right, bottom));
        let room = (right - left).saturating_sub(1);
        for (text, row) in label.iter().zip(top + 1..bottom) {
            self.write(left + 1, row, &fitted(text, room));
        }
    }

    /// The picture, line by line.
    pub fn lines(&self) -> Vec<String> {
        let shown = |cell: &Cell| match cell {
            Cell::Line(directions) => Some(LINES[usize::from(directions & 15)]),
            Cell::Text(character) => Some(*character),
            Cell::Taken => None,
        };
        let rows = self.cells.chunks(self.columns + 1);
        rows.map(|row| row.iter().filter_map(shown).collect::<String>().trim_end().to_owned()).collect()
    }

    fn frame(&mut self, (left, top): (usize, usize), (right, bottom): (usize, usize)) {
        for row in [top, bottom] {
            for column in left..right {
                self.join(column, row, RIGHT);
                self.join(column + 1, row, LEFT);
            }
        }
        for column in [left, right] {
            for row in top..bottom {
                self.join(column, row, DOWN);
                self.join(column, row + 1, UP);
            }
        }
    }

    fn join(&mut self, column: usize, row: usize, direction: u8) {
        let before = match self.cell(column, row) {
            Some(Cell::Line(directions)) => *directions,
            _ => 0,
        };
        self.put(column, row, Cell::Line(before | direction));
    }

    fn write(&mut self, column: usize, row: usize, text: &str) {
        let mut column = column;
        for character in text.chars() {
            self.put(column, row, Cell::Text(character));
            let width = character.width().unwrap_or_default();
            if width > 1 {
                self.put(column + 1, row, Cell::Taken);
            }
            column += width;
        }
    }

    fn cell(&self, column: usize, row: usize) -> Option<&Cell> {
        self.cells.get(row * (self.columns + 1) + column)
    }

    fn put(&mut self, column: usize, row: usize, cell: Cell) {
        if let Some(place) = self.cells.get_mut(row * (self.columns + 1) + column) {
            *place = cell;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_that_touch_share_a_line() {
        let mut canvas = Canvas::new(21, (4.0, 1.2));
        canvas.window((0.0, 0.0), (0.5, 1.0), &["0 a".to_owned()]);
        canvas.window((0.5, 0.0), (0.5, 0.5), &["1 录制录制录制".to_owned()]);
        let expected = [
            "┌─────────┬─────────┐",
            "│0 a      │1 录制录…│",
            "│         │         │",
            "│         ├─────────┤",
            "│         │         │",
            "│         │         │",
            "└─────────┴─────────┘",
        ];
        assert_eq!(canvas.lines(), expected);
    }

    #[test]
    fn what_is_drawn_later_is_in_front() {
        let mut canvas = Canvas::new(21, (4.0, 1.2));
        canvas.window((0.0, 0.0), (1.0, 1.0), &["0 behind, and long".to_owned()]);
        canvas.window((0.5, 0.0), (0.5, 0.5), &["1 before".to_owned()]);
        assert_eq!(canvas.lines()[1], "│0 behind,│1 before │");
    }
}
