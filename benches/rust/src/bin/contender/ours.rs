//! This library, as its book shows it.

use std::sync::Arc;

use rongcloud_recording::{ClientOptions, Credentials, RecordingClient, RecordingProfile, StartOptions};
use rongcloud_recording_benches::recording;

use crate::by_hand::{APP_KEY, APP_SECRET, ROOM, SESSION};
use crate::{Contender, Failure, Target};

#[derive(Clone)]
pub struct Ours {
    pub client: RecordingClient,
    pub profile: Arc<RecordingProfile>,
}

impl Ours {
    pub fn new(target: &Target) -> Result<Self, Failure> {
        // A further CA comes by SSL_CERT_FILE, which the driver sets.
        let options = ClientOptions::default().api_url(&target.url);
        let client = RecordingClient::new(Credentials::new(APP_KEY.to_owned(), APP_SECRET.to_owned())?, options)?;
        Ok(Self { client, profile: Arc::new(RecordingProfile::new(recording(2).into())?) })
    }
}

impl Contender for Ours {
    async fn start(&mut self) -> Result<(), Failure> {
        let started = self.client.start(ROOM, SESSION, &self.profile, StartOptions::default()).await?;
        if started.record_id.is_empty() { Err("no recordId".into()) } else { Ok(()) }
    }
}
