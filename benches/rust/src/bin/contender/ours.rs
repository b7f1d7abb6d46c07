//! This library, as its book shows it.

use std::sync::Arc;

use rongcloud_recording::{
    ClientOptions, Credentials, LayoutUpdate, RecordingClient, RecordingProfile, RecordingTarget, StartOptions,
};
use rongcloud_recording_benches::recording;

use crate::by_hand::{APP_KEY, APP_SECRET, Operation, ROOM, SESSION};
use crate::{Contender, Failure, Target};

#[derive(Clone)]
pub struct Ours {
    pub client: RecordingClient,
    pub profile: Arc<RecordingProfile>,
    pub operation: Operation,
    pub recording: RecordingTarget,
    pub update: Arc<LayoutUpdate>,
}

impl Ours {
    pub fn new(target: &Target) -> Result<Self, Failure> {
        // A further CA comes by SSL_CERT_FILE, which the driver sets.
        let options = ClientOptions::default().api_url(&target.url);
        let client = RecordingClient::new(Credentials::new(APP_KEY, APP_SECRET)?, options)?;
        let example = recording(2);
        let mut update = LayoutUpdate::new(example.layout.clone().ok_or("no layout")?);
        (update.render_mode, update.host) = (example.render_mode, example.host.clone());
        Ok(Self {
            client,
            profile: Arc::new(RecordingProfile::new(example)?),
            operation: target.operation,
            recording: (ROOM, SESSION).into(),
            update: Arc::new(update),
        })
    }
}

impl Contender for Ours {
    async fn call(&mut self) -> Result<(), Failure> {
        let is_whole = match self.operation {
            Operation::Start => {
                let started = self.client.start(ROOM, SESSION, &self.profile, StartOptions::default()).await?;
                !started.record_id.is_empty()
            }
            Operation::Stop => !self.client.stop(self.recording.clone(), None).await?.request_id.is_empty(),
            Operation::Layout => {
                let changed = self.client.update_layout(self.recording.clone(), &self.update, None).await?;
                !changed.request_id.is_empty()
            }
            Operation::Query => !self.client.query_room(ROOM, None).await?.session_id.is_empty(),
        };
        if is_whole { Ok(()) } else { Err("no whole answer".into()) }
    }
}
