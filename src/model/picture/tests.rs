#![allow(clippy::unwrap_used)]

use super::super::{AudioFormat, McuRecording, RecordingMode, SliceLength, VideoFormat};
use super::*;

fn windows() -> Layout {
    Layout::Custom {
        windows: vec![
            Window::new("alice", "alice_RongCloudRTC", (0.0, 0.0), (0.5, 1.0)),
            Window::new("bob", "bob_RongCloudRTC", (0.5, 0.25), (0.5, 0.5)),
        ],
    }
}

fn recording() -> SplitStreamRecording {
    SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60)
}

fn picture(config: impl Into<RecordingConfig>) -> String {
    RecordingProfile::new(config).unwrap().to_svg(None).unwrap()
}

/// The rectangles of a picture: left, top, width and height, as they are written.
fn rectangles(svg: &str) -> Vec<[String; 4]> {
    let value = |line: &str, name: &str| {
        line.split(&format!(" {name}=\"")).nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let lines = svg.lines().filter(|line| line.starts_with("<rect"));
    lines.map(|line| ["x", "y", "width", "height"].map(|name| value(line, name))).collect()
}

#[test]
fn windows_stand_exactly_where_they_will_be_in_pixels_of_the_resolution() {
    let svg = windows().to_svg(Some("1280x720"), None).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("viewBox=\"0 0 1280 720\"") && svg.ends_with("</svg>\n"));
    assert_eq!(rectangles(&svg)[1..], [["0", "0", "640", "720"], ["640", "180", "640", "360"]]);
    assert!(svg.contains("2: user bob, stream bob_RongCloudRTC, x 0.5, y 0.25, 640×360"), "{svg}");
}

#[test]
fn a_profile_is_drawn_with_its_own_resolution_and_an_update_with_the_given_one() {
    let high = picture(recording().video_resolution("480x640").layout(windows()));
    let update = LayoutUpdate::new(windows()).to_svg(Some("480x640"), None).unwrap();
    assert_eq!(high, update);
    assert!(picture(recording()).contains("viewBox=\"0 0 640 480\""));
}

#[test]
fn where_the_service_decides_it_says_so_and_names_the_host() {
    let host = Host::new("carol", "carol_RongCloudRTC");
    for (layout, place) in [(Layout::Floating, "the whole canvas"), (Layout::Adaptive, "top left")] {
        let svg = picture(recording().layout(layout.clone()).host(host.clone()));
        assert!(svg.contains(&format!("host carol: {place}")) && svg.contains(DECIDES), "{svg}");
        assert!(picture(recording().layout(layout)).contains("no host is named"));
    }
}

#[test]
fn what_has_no_layout_is_not_drawn_as_if_it_had() {
    let apart = picture(recording().mode(RecordingMode::SingleAudioVideo).layout(windows()));
    assert!(apart.contains("each user is recorded apart") && !apart.contains("alice"), "{apart}");
    assert!(picture(recording().mode(RecordingMode::MixAudioOnly).layout(windows())).contains("audio only"));
    let live = picture(McuRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60));
    assert!(live.contains("the live stream&#39;s own layout"), "{live}");
}

#[test]
fn what_is_left_of_the_cameras_pictures_is_said() {
    let fitted = LayoutUpdate::new(windows());
    let svg = fitted.to_svg(Some("1280x720"), Some("16:9")).unwrap();
    // 640 by 720 holds a picture of 640 by 360.
    assert!(svg.contains("50 % bars") && svg.contains("0 % bars"), "{svg}");
    assert_eq!(rectangles(&svg)[2], ["0", "180", "640", "360"]);
    let filled = LayoutUpdate::new(windows()).render_mode(RenderMode::Fill);
    assert!(filled.to_svg(Some("1280x720"), Some("1280x720")).unwrap().contains("50 % cropped"));
}

#[test]
fn no_name_becomes_markup() {
    let name = "<script>&'\"\u{0}\u{1b}\u{ffff}\n";
    let windows = vec![Window::new(name, name, (0.0, 0.0), (1.0, 1.0))];
    let svg = Layout::Custom { windows }.to_svg(None, None).unwrap();
    assert!(svg.contains("&lt;script&gt;&amp;&#39;&quot;\u{fffd}\u{fffd}\u{fffd}\u{fffd}") && !svg.contains("<script"));
}

#[test]
fn a_name_that_is_too_long_is_shortened_to_its_window_rather_than_made_too_small_to_read() {
    let windows = vec![Window::new("名".repeat(200), "s", (0.0, 0.0), (0.25, 0.25))];
    let svg = Layout::Custom { windows }.to_svg(None, None).unwrap();
    let line = svg.lines().find(|line| line.starts_with("<text")).unwrap();
    let font: f64 = line.split("font-size=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    let shown = line.matches('名').count();
    assert!(line.ends_with("名…</text>") && font >= 10.0 && (shown as f64 + 1.0) * font <= 160.0, "{line}");
    assert!(svg.contains(&"名".repeat(200)), "its title says all of it");
}

#[test]
fn what_is_wrong_is_said_at_once() {
    let windows = vec![Window::new("u", "s", (f64::NAN, 0.0), (2.0, 1.0))];
    let error = Layout::Custom { windows }.to_svg(Some("big"), Some("round")).unwrap_err().to_string();
    for code in ["out_of_range", "invalid_resolution", "invalid_shape"] {
        assert!(error.contains(&format!("[{code}]")), "{error}");
    }
    assert!(Layout::Adaptive.to_svg(None, None).is_ok());
}
