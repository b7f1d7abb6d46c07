//! The recording that everything here starts.

use rongcloud_recording::{
    AudioFormat, Host, Layout, RecordingMode, RenderMode, SliceLength, SplitStreamRecording, VideoFormat, Window,
    resolution,
};

/// The documentation's example, with any number of windows. Docs: record/start.
#[must_use]
pub fn recording(windows: u32) -> SplitStreamRecording {
    let windows = (0..windows)
        .map(|number| {
            let user = format!("user{number}");
            let stream = format!("{user}_RongCloudRTC");
            Window::new(user, stream, (0.0, 0.0), (0.5, 0.5))
        })
        .collect();
    SplitStreamRecording::new(VideoFormat::Mkv, AudioFormat::Aac, SliceLength::Minutes60)
        .mode(RecordingMode::MixAudioVideo)
        .video_resolution(resolution::R640X480)
        .layout(Layout::Custom { windows })
        .render_mode(RenderMode::Fill)
        .host(Host::new("user0", "user0_RongCloudRTC"))
}
