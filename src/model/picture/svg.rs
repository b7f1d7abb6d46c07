//! Writes SVG: areas, hatching, and text that stays within its area.

use std::fmt;

use super::super::window_overlap::ROUNDING;

/// What is under everything, and what is written on it.
const CANVAS: &str = "#15191e";
const INK: &str = "#ffffff";
const LINES: &str = "#4a5663";
/// Each with a contrast to the ink that can be read: 4.5 and more.
const COLOURS: [&str; 6] = ["#2f6690", "#3a7541", "#8a4f7d", "#96560f", "#5b5f97", "#a23e48"];
/// How much a window lets through of what lies behind it.
const OPACITY: &str = "0.9";
/// A character's width by the size of its font, as an estimate: the fonts of whoever looks at it are not known.
const NARROW: f64 = 0.6;
const WIDE: f64 = 1.0;
/// A line's height by the size of its font.
const LINE: f64 = 1.3;
/// How much smaller than there is room for by its height a text becomes at most. Where that isn't enough, it is shortened.
const SMALLEST: f64 = 0.6;
/// How much of an area's width and height text takes at most.
const FILLED: f64 = 0.92;

/// The colour of the window of this number.
pub(super) fn colour(index: usize) -> &'static str {
    COLOURS[index % COLOURS.len()]
}

/// A part of the canvas, in pixels.
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A line of text.
pub(super) enum Text<'a> {
    Name(&'a str),
    Line(&'a str),
}

/// A number with at most two decimals.
pub(super) struct Number(pub(super) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.2}", self.0);
        let text = text.trim_end_matches('0').trim_end_matches('.');
        f.write_str(if text == "-0" { "0" } else { text })
    }
}

/// A text as SVG can hold it: without markup, and without characters that XML has no way to write.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => f.write_str("\u{fffd}"),
            character if character.is_control() => f.write_str("\u{fffd}"),
            character => fmt::Write::write_char(f, character),
        })
    }
}

/// A document that is being written.
pub(super) struct Svg {
    text: String,
    size: (f64, f64),
    /// The width of lines.
    stroke: f64,
}

impl Svg {
    pub(super) fn new((width, height): (u32, u32), title: &str) -> Self {
        let size = (f64::from(width), f64::from(height));
        let mut svg = Self { text: String::new(), size, stroke: size.0.min(size.1) / 240.0 };
        svg.push(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\" font-family=\"system-ui, sans-serif\" text-anchor=\"middle\">"
        ));
        svg.push(&format!("<title>{}</title>", Escaped(title)));
        let canvas = svg.canvas();
        svg.area(&canvas, Some(CANVAS));
        svg
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// The whole of it.
    pub(super) fn canvas(&self) -> Area {
        Area { x: 0.0, y: 0.0, width: self.size.0, height: self.size.1 }
    }

    pub(super) fn begin_group(&mut self, title: &str) {
        self.push(&format!("<g><title>{}</title>", Escaped(title)));
    }

    pub(super) fn end_group(&mut self) {
        self.push("</g>");
    }

    /// A rectangle of a colour, or a dashed one that lets everything through.
    pub(super) fn area(&mut self, area: &Area, colour: Option<&str>) {
        let Area { x, y, width, height } = area;
        let place = format!(
            "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"",
            Number(*x),
            Number(*y),
            Number(*width),
            Number(*height)
        );
        let (stroke, dash) = (Number(self.stroke), Number(self.stroke * 4.0));
        let look = match colour {
            Some(CANVAS) => format!("fill=\"{CANVAS}\""),
            Some(colour) => {
                format!("fill=\"{colour}\" fill-opacity=\"{OPACITY}\" stroke=\"{CANVAS}\" stroke-width=\"{stroke}\"")
            }
            None => format!(
                "fill=\"none\" stroke=\"{INK}\" stroke-opacity=\"0.6\" stroke-width=\"{stroke}\" stroke-dasharray=\"{dash}\""
            ),
        };
        self.push(&format!("<rect {place} {look}/>"));
    }

    /// Slanting lines: what is here is not known.
    pub(super) fn hatch(&mut self) {
        let (width, height) = self.size;
        let step = width.min(height) / 12.0;
        // From one edge to the other, along x + y = at.
        let mut at = step;
        let mut lines = String::new();
        while at < width + height {
            let (from, to) = ((at.min(width), (at - width).max(0.0)), ((at - height).max(0.0), at.min(height)));
            lines.push_str(&format!("M{} {}L{} {}", Number(from.0), Number(from.1), Number(to.0), Number(to.1)));
            at += step;
        }
        self.push(&format!("<path d=\"{lines}\" stroke=\"{LINES}\" stroke-width=\"{}\"/>", Number(self.stroke)));
    }

    /// Lines in the middle of an area, as large as fits there and no larger than is needed.
    pub(super) fn text(&mut self, area: &Area, lines: &[Text<'_>]) {
        let largest = self.size.0.min(self.size.1) / 16.0;
        let by_height = largest.min(area.height * FILLED / (LINE * lines.len() as f64));
        let (longest, width) = (lines.iter().map(|line| ems(line.content())).fold(1.0, f64::max), area.width * FILLED);
        let font = by_height.min(width / longest).max(by_height * SMALLEST);
        let middle = area.x + area.width / 2.0;
        // The first line's base line: the letters stand on it.
        let mut y = area.y + (area.height - LINE * font * lines.len() as f64) / 2.0 + font;
        for line in lines {
            let text = shortened(line.content(), width / font);
            let weight = if matches!(line, Text::Name(_)) { " font-weight=\"600\"" } else { "" };
            self.push(&format!(
                "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{INK}\"{weight}>{}</text>",
                Number(middle),
                Number(y),
                Number(font),
                Escaped(&text)
            ));
            y += LINE * font;
        }
    }

    pub(super) fn end(mut self) -> String {
        self.push("</svg>");
        self.text
    }
}

impl Text<'_> {
    fn content(&self) -> &str {
        match self {
            Self::Name(text) | Self::Line(text) => text,
        }
    }
}

/// As much of a text as there is room for, by the size of its font.
fn shortened(text: &str, room: f64) -> String {
    if ems(text) <= room + ROUNDING {
        return text.to_owned();
    }
    let mut rest = room - WIDE;
    let fits = |character: &char| {
        rest -= em(*character);
        rest >= 0.0
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// How wide a text is, by the size of its font.
fn ems(text: &str) -> f64 {
    text.chars().map(em).sum()
}

fn em(character: char) -> f64 {
    if character.is_ascii() { NARROW } else { WIDE }
}
