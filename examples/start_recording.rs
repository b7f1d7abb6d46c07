//! Starts the documentation's example recording: two users side by side on a custom layout, merged into one file.
//!
//! `make demo-rust` runs it against the simulator. To talk to the service, set `RONGCLOUD_APP_KEY`,
//! `RONGCLOUD_APP_SECRET`, `RONGCLOUD_DATA_CENTER` (or `RONGCLOUD_API_URL`), `RONGCLOUD_ROOM_ID` and
//! `RONGCLOUD_SESSION_ID`.

use std::env;

use rongcloud_recording::{
    AudioFormat, ClientOptions, Host, Layout, RecordingClient, RecordingError, RecordingMode, RecordingProfile,
    RenderMode, SliceLength, SplitStreamRecording, StartOptions, VideoFormat, Window, resolution,
};
use tracing_subscriber::filter::LevelFilter;

#[tokio::main]
async fn main() -> Result<(), RecordingError> {
    // The library's debug log shows each request as it is sent, without its secrets.
    tracing_subscriber::fmt().with_max_level(LevelFilter::DEBUG).without_time().with_ansi(false).init();

    let windows = vec![
        Window::new("111", "111_RongCloudRTC", (0.0, 0.0), (0.5, 0.5)),
        Window::new("2222", "2222_RongCloudRTC", (0.5, 0.5), (0.5, 0.5)),
    ];
    let recording = SplitStreamRecording::new(VideoFormat::Mkv, AudioFormat::Aac, SliceLength::Minutes60)
        .mode(RecordingMode::MixAudioVideo)
        .video_resolution(resolution::R640X480)
        .layout(Layout::Custom { windows })
        .render_mode(RenderMode::Fill)
        .host(Host::new("abc", "111_RongCloudRTC"));
    // Validated once; a server keeps it for all its rooms.
    let profile = RecordingProfile::new(recording)?;

    let room_id = env::var("RONGCLOUD_ROOM_ID").unwrap_or("room1".to_owned());
    let session_id = env::var("RONGCLOUD_SESSION_ID").unwrap_or("aaa".to_owned());

    let client = RecordingClient::from_env(ClientOptions::default())?;
    match client.start(&room_id, &session_id, &profile, StartOptions::default()).await {
        Ok(started) => {
            println!("record id: {}", started.record_id);
            Ok(())
        }
        Err(error) => {
            // Whether to call again is decided by what is known of the request, not by its status.
            let advice = if error.is_retryable() {
                "calling again is safe"
            } else if error.may_be_recording() {
                "it may be recording: wait for its callback, or stop the session's recording"
            } else if error.maybe_sent() {
                "the service refused it: nothing was started"
            } else {
                "nothing was sent: correct the input first"
            };
            eprintln!("{advice}");
            Err(error)
        }
    }
}
