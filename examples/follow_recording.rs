//! The whole life of a recording: asks for a room, starts, changes the layout, stops, and follows the callbacks up to
//! the uploaded files, with axum as the web server.
//!
//! `make demo-rust` runs it against the simulator. To talk to the service, set what `start_recording.rs` names, and
//! let the console's recording callback reach `http://<this machine>:<RONGCLOUD_CALLBACK_PORT>/recording`.

use std::env;
use std::error::Error;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::routing::post;
use rongcloud_recording::callback::{CallbackReceiver, RecordingEvent, RecordingPhase, RecordingTracker};
use rongcloud_recording::{
    AudioFormat, ClientOptions, Credentials, Host, Layout, LayoutUpdate, RecordingClient, RecordingMode,
    RecordingProfile, SliceLength, SplitStreamRecording, StartOptions, Timestamp, VideoFormat, resolution,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

const LONGEST_WAIT: Duration = Duration::from_secs(30);

struct Webhook {
    receiver: CallbackReceiver,
    events: mpsc::Sender<RecordingEvent>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let variable = |name: &str, default: &str| env::var(name).unwrap_or(default.to_owned());
    let room_id = variable("RONGCLOUD_ROOM_ID", "room1");
    let port: u16 = variable("RONGCLOUD_CALLBACK_PORT", "8700").parse()?;

    let credentials = Credentials::new(env::var("RONGCLOUD_APP_KEY")?, env::var("RONGCLOUD_APP_SECRET")?)?;
    let receiver = CallbackReceiver::new([credentials], None)?;
    let (events, mut arriving) = mpsc::channel(16);
    let webhook =
        Router::new().route("/recording", post(recording_callback)).with_state(Arc::new(Webhook { receiver, events }));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    tokio::spawn(async move { axum::serve(listener, webhook).await });

    let client = RecordingClient::from_env(ClientOptions::default())?;
    let room = client.query_room(&room_id, None).await?;
    let streams = room.video_streams();
    println!("room {} has session {} and {} video streams", room.room_id, room.session_id, streams.len());

    let main = streams.first().ok_or("nobody publishes video")?;
    let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60)
        .mode(RecordingMode::MixAudioVideo)
        .video_resolution(resolution::R1280X720)
        .layout(Layout::Floating)
        .host(Host::new(&main.user_id, &main.stream_id));
    let profile = RecordingProfile::new(recording)?;
    // No other start has this tag, which comes back in every callback of the recording.
    let extra = format!("{room_id}-{}", SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos());
    let tracker = RecordingTracker::by_extra(extra.clone(), Some(Timestamp::now()))?;
    match client.start(&room_id, &room.session_id, &profile, StartOptions::default().extra(extra)).await {
        Ok(started) => {
            println!("started {}", started.record_id);
            tracker.requested(&started, None)?;
        }
        // Never started again: whether it records, its callbacks will tell.
        Err(error) if error.may_be_recording() => eprintln!("{error}"),
        Err(error) => return Err(error.into()),
    }
    let recording = (room_id.as_str(), room.session_id.as_str());

    let grid = Layout::grid(&streams, Some(resolution::R1280X720))?;
    client.update_layout(recording, &LayoutUpdate::new(grid), None).await?;
    println!("changed to a grid");
    client.stop(recording, None).await?;
    println!("stopped");

    let follow = async {
        while let Some(event) = arriving.recv().await {
            println!("event {:?}: {}", event.kind, event.json);
            if let Err(error) = tracker.record(event) {
                // Another recording's, for there may be several.
                eprintln!("{error}");
            }
            let state = tracker.state(LONGEST_WAIT, None)?;
            match state.phase {
                RecordingPhase::Uploaded => return Ok(()),
                RecordingPhase::Failed => return Err(format!("the recording failed: {:?}", state.failures).into()),
                _ => {}
            }
        }
        Err::<(), Box<dyn Error>>("no more callbacks can come".into())
    };
    tokio::time::timeout(LONGEST_WAIT, follow).await??;
    println!("uploaded");
    Ok(())
}

/// Verifies a callback and passes it on, one that comes again too: the tracker takes equal events as one. A program that
/// must not lose an event when it ends stores it before it answers, as `webhook.rs` does.
async fn recording_callback(State(webhook): State<Arc<Webhook>>, head: Parts, body: Bytes) -> StatusCode {
    match webhook.receiver.recording_event((head, body)) {
        Ok(received) => match webhook.events.send(received.event).await {
            Ok(()) => StatusCode::OK,
            Err(_) => StatusCode::SERVICE_UNAVAILABLE,
        },
        Err(error) => {
            eprintln!("{error}");
            u16::try_from(error.http_status())
                .ok()
                .and_then(|status| StatusCode::from_u16(status).ok())
                .unwrap_or(StatusCode::UNAUTHORIZED)
        }
    }
}
