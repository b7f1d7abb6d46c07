//! A layout as a picture, to be looked at before a recording starts: SVG without anything from outside.
//!
//! It shows what is documented, and says where the service decides: windows of a custom layout stand exactly where they
//! will be, floating and adaptive layouts are hatched.

mod svg;

use self::svg::{Area, Number, Svg, Text, colour};
use super::arrange::{camera_shape, shape};
use super::resolution::size;
use super::rules::{Value, check};
use super::{
    Host, Layout, LayoutUpdate, RecordingConfig, RecordingMode, RecordingProfile, RenderMode, SplitStreamRecording,
    Window,
};
use crate::error::{RecordingError, Violation, codes};

/// The canvas where no resolution is given.
const SIZE: (u32, u32) = (640, 480);

impl RecordingProfile {
    /// Draws what the recording's merged picture will look like, as an SVG document of the recording's resolution (640x480
    /// where none is set).
    ///
    /// Windows of a custom layout are drawn exactly, later ones in front, which the documentation doesn't say. A floating or
    /// adaptive layout is hatched: where the service puts whom is its decision, except for the host. With `cameras`, the
    /// shape of the cameras' pictures such as `16:9` or `640x480`, each window also shows what is left of them: how much is
    /// cropped, or how much of the window is bars.
    ///
    /// The same profile always makes the same document. It has no script and refers to nothing outside of it.
    ///
    /// # Errors
    /// `InvalidInput` if the cameras' shape is neither `WIDTH:HEIGHT` nor `WIDTHxHEIGHT`.
    pub fn to_svg(&self, cameras: Option<&str>) -> Result<String, RecordingError> {
        let mut found = Vec::new();
        let picture = Picture::of_config(self.config(), cameras, &mut found);
        RecordingError::from_violations(found)?;
        Ok(picture.draw())
    }
}

impl LayoutUpdate {
    /// Draws what the recording's picture will look like, as [`RecordingProfile::to_svg`] does. A host need not be named. The
    /// resolution is the recording's own; default: 640x480.
    ///
    /// # Errors
    /// `InvalidInput` if the update is not valid, or the resolution or the cameras' shape is malformed.
    pub fn to_svg(&self, resolution: Option<&str>, cameras: Option<&str>) -> Result<String, RecordingError> {
        let mut found = self.violations();
        // A change of layout needs one, and a picture doesn't.
        found.retain(|violation| violation.code != codes::HOST_REQUIRED);
        if let Some(text) = resolution {
            check("resolution", Value::Resolution(text), &mut found);
        }
        let size = resolution.and_then(size).unwrap_or(SIZE);
        let mut picture = Picture::of_layout(&self.layout, size, cameras, &mut found);
        RecordingError::from_violations(found)?;
        (picture.host, picture.render_mode) = (self.host.as_ref(), self.render_mode.unwrap_or_default());
        Ok(picture.draw())
    }
}

impl Layout {
    /// Draws the layout, as [`LayoutUpdate::to_svg`] does for an update to it.
    ///
    /// # Errors
    /// As there.
    pub fn to_svg(&self, resolution: Option<&str>, cameras: Option<&str>) -> Result<String, RecordingError> {
        LayoutUpdate::new(self.clone()).to_svg(resolution, cameras)
    }
}

/// What there is to be seen.
enum Scene<'a> {
    Layout(&'a Layout),
    /// There is no layout: what is said instead.
    None(String),
}

struct Picture<'a> {
    size: (u32, u32),
    scene: Scene<'a>,
    host: Option<&'a Host>,
    render_mode: RenderMode,
    /// The shape of the cameras' pictures, width by height, where it is known.
    cameras: Option<f64>,
}

impl<'a> Picture<'a> {
    fn of_config(config: &'a RecordingConfig, cameras: Option<&str>, found: &mut Vec<Violation>) -> Self {
        // A profile's resolution is valid.
        let canvas = |resolution: Option<&String>| resolution.and_then(|text| size(text)).unwrap_or(SIZE);
        let recording = match config {
            RecordingConfig::SplitStream { recording } => recording,
            RecordingConfig::Mcu { recording } => {
                let size = canvas(recording.mcu_config.as_ref().map(|config| &config.video_resolution));
                let mut picture = Self::of_layout(&Layout::Floating, size, cameras, found);
                picture.scene = Scene::None("the live stream's own layout".to_owned());
                return picture;
            }
        };
        let SplitStreamRecording { mode, layout, host, render_mode, video_resolution, .. } = recording;
        let layout = layout.as_ref().unwrap_or(&Layout::Floating);
        let mut picture = Self::of_layout(layout, canvas(video_resolution.as_ref()), cameras, found);
        match mode {
            Some(RecordingMode::MixAudioOnly) => picture.scene = Scene::None("mode 5: audio only".to_owned()),
            Some(mode) if !mode.takes_layout() => {
                picture.scene = Scene::None(format!("mode {}: each user is recorded apart", *mode as i32));
            }
            _ => {}
        }
        (picture.host, picture.render_mode) = (host.as_ref(), render_mode.unwrap_or_default());
        picture
    }

    fn of_layout(layout: &'a Layout, size: (u32, u32), cameras: Option<&str>, found: &mut Vec<Violation>) -> Self {
        let cameras = cameras.map(|cameras| camera_shape(Some(cameras), shape(size), found));
        Self { size, scene: Scene::Layout(layout), host: None, render_mode: RenderMode::default(), cameras }
    }

    fn draw(&self) -> String {
        let (width, height) = self.size;
        let title = format!("{}, {width}x{height}", self.title());
        let mut svg = Svg::new(self.size, &title);
        let canvas = svg.canvas();
        match &self.scene {
            Scene::Layout(Layout::Custom { windows }) => {
                for (index, window) in windows.iter().enumerate() {
                    self.draw_window(&mut svg, index, window);
                }
            }
            Scene::Layout(Layout::Floating) => {
                if self.host.is_some() {
                    svg.area(&canvas, Some(colour(0)));
                }
                let host = self.host_at("the whole canvas", "who fills the canvas");
                undecided(&mut svg, "floating", &[&host, "the others in small windows in front", DECIDES]);
            }
            Scene::Layout(Layout::Adaptive) => {
                let host = self.host_at("top left", "who is at the top left");
                undecided(&mut svg, "adaptive", &[&host, "equal cells for all", DECIDES]);
            }
            Scene::None(what) => undecided(&mut svg, what, &["nothing is arranged here"]),
        }
        svg.end()
    }

    fn host_at(&self, place: &str, question: &str) -> String {
        match self.host {
            Some(host) => format!("host {}: {place}", host.user_id),
            None => format!("no host is named: {question}"),
        }
    }

    fn title(&self) -> String {
        match &self.scene {
            Scene::Layout(Layout::Custom { windows }) if windows.len() == 1 => "Custom layout of 1 window".to_owned(),
            Scene::Layout(Layout::Custom { windows }) => format!("Custom layout of {} windows", windows.len()),
            Scene::Layout(Layout::Floating) => "Floating layout".to_owned(),
            Scene::Layout(Layout::Adaptive) => "Adaptive layout".to_owned(),
            Scene::None(what) => format!("No layout: {what}"),
        }
    }

    fn draw_window(&self, svg: &mut Svg, index: usize, window: &Window) {
        let (width, height) = (f64::from(self.size.0), f64::from(self.size.1));
        let area = Area {
            x: window.x * width,
            y: window.y * height,
            width: window.width * width,
            height: window.height * height,
        };
        let pixels = format!("{}×{}", Number(area.width.round()), Number(area.height.round()));
        let seen = self.cameras.map(|cameras| self.seen(&area, cameras));
        let told = seen.as_ref().map_or(String::new(), |(told, _)| format!(", {told}"));
        let Window { user_id, stream_id, x, y, .. } = window;
        let position = format!("x {}, y {}", Number(*x), Number(*y));
        let title = format!("{}: user {user_id}, stream {stream_id}, {position}, {pixels}{told}", index + 1);
        svg.begin_group(&title);
        svg.area(&area, Some(colour(index)));
        if let Some((_, Some(picture))) = &seen {
            svg.area(picture, None);
        }
        let mut lines = vec![Text::Name(user_id), Text::Line(&pixels)];
        lines.extend(seen.as_ref().map(|(told, _)| Text::Line(told)));
        svg.text(&area, &lines);
        svg.end_group();
    }

    /// How much of a camera's picture a window shows, or where in the window it lies.
    fn seen(&self, window: &Area, cameras: f64) -> (String, Option<Area>) {
        // How much of its width or height the picture has in common with its window.
        let ratio = cameras / (window.width / window.height);
        let common = ratio.min(1.0 / ratio);
        let percent = |part: f64| format!("{} %", Number((part * 100.0).round()));
        match self.render_mode {
            RenderMode::Fill => (format!("{} cropped", percent(1.0 - common)), None),
            RenderMode::Fit => {
                let (width, height) = match ratio > 1.0 {
                    true => (window.width, window.height * common),
                    false => (window.width * common, window.height),
                };
                let (x, y) = (window.x + (window.width - width) / 2.0, window.y + (window.height - height) / 2.0);
                (format!("{} bars", percent(1.0 - common)), Some(Area { x, y, width, height }))
            }
        }
    }
}

const DECIDES: &str = "the service decides where";

fn undecided(svg: &mut Svg, name: &str, lines: &[&str]) {
    svg.hatch();
    let lines = lines.iter().copied().map(Text::Line);
    svg.text(&svg.canvas(), &std::iter::once(Text::Name(name)).chain(lines).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests;
