//! `show`: a config's layout, drawn with the terminal's own lines.

use std::path::PathBuf;

use clap::Args;
use rongcloud_recording::{Layout, RecordingConfig, RecordingProfile, RenderMode, SplitStreamRecording, Window, codes};
use serde_json::{Value, json};

use crate::canvas::Canvas;
use crate::failure::Failure;
use crate::input;
use crate::json;
use crate::output::{Line, Output};
use crate::picture;

/// Of the drawing, where COLUMNS says nothing.
const USUAL_COLUMNS: usize = 72;
/// Where a config names no size: the shape of most pictures.
const USUAL_SHAPE: (f64, f64) = (16.0, 9.0);

/// Draws the layout of a config: windows exactly, and what the service decides as that
#[derive(Debug, Args)]
pub struct Show {
    /// The config as JSON, or the whole body of start.json; - is stdin
    #[arg(value_name = "FILE")]
    file: String,

    /// Shape of the cameras, such as 16:9: says how much of each is cropped, or of each window is bars
    #[arg(long, value_name = "SHAPE", value_parser = shape)]
    source: Option<Shape>,

    /// Where to write the same as SVG
    #[arg(long, value_name = "PATH")]
    svg: Option<PathBuf>,

    /// Where to write the same as PNG, a pixel for each of the recording's; text needs a font of this machine
    #[arg(long, value_name = "PATH")]
    png: Option<PathBuf>,
}

/// A shape as it was given, and as width by height.
#[derive(Debug, Clone)]
struct Shape(String, f64);

fn shape(text: &str) -> Result<Shape, String> {
    let parts = text.split_once([':', 'x']);
    let number = |text: &str| text.parse::<u32>().ok().filter(|number| *number > 0).map(f64::from);
    let shape = parts.and_then(|(width, height)| Some(number(width)? / number(height)?));
    shape
        .map(|shape| Shape(text.to_owned(), shape))
        .ok_or_else(|| format!("{text:?} is no shape such as 16:9 or 1280x720"))
}

impl Show {
    pub fn run(self, output: Output) -> Result<(), Failure> {
        let profile = RecordingProfile::from_json(input::text(&self.file)?)?;
        let drawing = Drawing::of(profile.config());
        let source = self.source.as_ref().map(|Shape(_, source)| *source);
        if source.is_some() && drawing.size.is_none() {
            let reason = "is needed to say what a --source is cropped by";
            return Err(Failure::input("config.videoResolution", codes::REQUIRED, reason));
        }
        if self.svg.is_some() || self.png.is_some() {
            let svg = profile.to_svg(self.source.as_ref().map(|Shape(text, _)| text.as_str()))?;
            if let Some(path) = &self.png {
                picture::write(path, &picture::png(&svg)?)?;
            }
            if let Some(path) = &self.svg {
                picture::write(path, svg.as_bytes())?;
            }
        }
        output.data(|| drawing.json(source), || drawing.lines(source))?;
        for advice in profile.advice() {
            output.note(&format!("advice: {advice}"));
        }
        Ok(())
    }
}

/// What a config says of the picture.
struct Drawing<'a> {
    size: Option<(f64, f64)>,
    recording: Option<&'a SplitStreamRecording>,
}

impl<'a> Drawing<'a> {
    fn of(config: &'a RecordingConfig) -> Self {
        match config {
            RecordingConfig::SplitStream { recording } => {
                Self { size: recording.video_resolution.as_deref().and_then(size), recording: Some(recording) }
            }
            RecordingConfig::Mcu { recording } => {
                let resolution = recording.mcu_config.as_ref().map(|config| config.video_resolution.as_str());
                Self { size: resolution.and_then(size), recording: None }
            }
        }
    }

    fn windows(&self) -> &[Window] {
        match self.recording.and_then(|recording| recording.layout.as_ref()) {
            Some(Layout::Custom { windows }) => windows,
            _ => &[],
        }
    }

    fn layout(&self) -> &'static str {
        match self.recording.map(|recording| &recording.layout) {
            None => "mcu",
            Some(Some(Layout::Custom { .. })) => "custom",
            Some(Some(Layout::Adaptive)) => "adaptive",
            Some(_) => "floating",
        }
    }

    fn render_mode(&self) -> RenderMode {
        self.recording.and_then(|recording| recording.render_mode).unwrap_or_default()
    }

    fn host(&self) -> Option<&str> {
        self.recording?.host.as_ref().map(|host| host.user_id.as_str())
    }

    fn json(&self, source: Option<f64>) -> Value {
        let windows = self.windows().iter().map(|window| {
            let mut value = json!({
                "user_id": window.user_id,
                "stream_id": window.stream_id,
                "x": window.x,
                "y": window.y,
                "width": window.width,
                "height": window.height,
            });
            if let Some(lost) = source.and_then(|source| self.lost(window, source)) {
                value[self.loss()] = json!(lost);
            }
            value
        });
        json!({
            "layout": self.layout(),
            "decided_by": if self.layout() == "custom" { "config" } else { "service" },
            "width": self.size.map(|(width, _)| width as u32),
            "height": self.size.map(|(_, height)| height as u32),
            "render_mode": json::name(self.render_mode()),
            "host": self.host(),
            "windows": windows.collect::<Value>(),
        })
    }

    fn lines(&self, source: Option<f64>) -> Vec<Line> {
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(USUAL_COLUMNS);
        let mut canvas = Canvas::new(columns, self.size.unwrap_or(USUAL_SHAPE));
        for (index, window) in self.windows().iter().enumerate() {
            let mut label = vec![format!("{index} {}", window.user_id)];
            label.extend(self.pixels(window));
            canvas.window((window.x, window.y), (window.width, window.height), &label);
        }
        if self.layout() != "custom" {
            canvas.window((0.0, 0.0), (1.0, 1.0), &self.decided_elsewhere());
        }
        let mut lines: Vec<Line> = canvas.lines().into_iter().map(Line::new).collect();
        lines.push(Line::new(self.caption()));
        for (index, window) in self.windows().iter().enumerate() {
            if let Some(lost) = source.and_then(|source| self.lost(window, source)) {
                let what = if self.render_mode() == RenderMode::Fill {
                    "of the camera is cropped"
                } else {
                    "of the window is bars"
                };
                lines.push(Line::new(format!("window {index}: {:.0} % {what}", lost * 100.0)));
            }
        }
        lines
    }

    fn decided_elsewhere(&self) -> Vec<String> {
        let host = self.host().unwrap_or("not named");
        let (what, of_host) = match self.layout() {
            "floating" => ("floating", format!("host {host}: fills the picture")),
            "adaptive" => ("adaptive", format!("host {host}: at the top left")),
            _ => ("MCU", "as viewers of the live stream see it".to_owned()),
        };
        vec![format!("{what}: the service decides"), of_host]
    }

    fn caption(&self) -> String {
        let size = self.size.map_or_else(|| "no size given".to_owned(), |(width, height)| format!("{width}x{height}"));
        let mode = self.recording.and_then(|recording| recording.mode);
        let mode = mode.map(|mode| format!(", mode {} ({})", mode as i32, json::name(mode))).unwrap_or_default();
        let render = match self.render_mode() {
            RenderMode::Fill => "fills windows and crops",
            RenderMode::Fit => "shows all, with bars",
        };
        let render = if self.recording.is_some() { format!(", {render}") } else { String::new() };
        format!("{size}, {}{mode}{render}", self.layout())
    }

    fn pixels(&self, window: &Window) -> Option<String> {
        let (width, height) = self.size?;
        Some(format!("{:.0}x{:.0}", window.width * width, window.height * height))
    }

    fn loss(&self) -> &'static str {
        if self.render_mode() == RenderMode::Fill { "cropped" } else { "bars" }
    }

    /// The share of a camera that is cropped or, where all is shown, of its window that is bars.
    fn lost(&self, window: &Window, source: f64) -> Option<f64> {
        let (width, height) = self.size?;
        let shape = (window.width * width) / (window.height * height);
        Some(1.0 - (shape / source).min(source / shape))
    }
}

/// A resolution's numbers. That it has two was checked before.
fn size(resolution: &str) -> Option<(f64, f64)> {
    let (width, height) = resolution.split_once('x')?;
    Some((width.parse().ok()?, height.parse().ok()?))
}
