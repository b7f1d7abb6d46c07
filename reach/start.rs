//! Starts one recording with the settings of the environment.

use rongcloud_recording::{ClientOptions, RecordingClient, RecordingProfile, StartOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let profile =
        RecordingProfile::from_json(r#"{"mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 60}"#)?;
    let client = RecordingClient::from_env(ClientOptions::default())?;
    let started = client.start("room1", "aaa", &profile, StartOptions::default()).await?;
    println!("record id: {}", started.record_id);
    Ok(())
}
