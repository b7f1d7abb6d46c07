//! A start under way, held in hand.

use std::time::Duration;

use crate::error::RecordingError;
use crate::protocol::start::StartedRecording;
use crate::running::Running;

/// A start under way. It is cancelled when the object goes.
#[derive(uniffi::Object)]
pub struct StartCall {
    running: Running<StartedRecording>,
}

impl StartCall {
    pub(super) fn new(running: Running<StartedRecording>) -> Self {
        Self { running }
    }
}

#[uniffi::export]
impl StartCall {
    /// Blocks until the call has ended, at most as long as given. Nothing, where it goes on.
    pub fn wait(&self, longest: Duration) -> Result<Option<StartedRecording>, RecordingError> {
        self.running.wait(longest).transpose()
    }

    /// Resolves when the call has ended.
    pub async fn ended(&self) -> Result<StartedRecording, RecordingError> {
        self.running.ended().await
    }

    /// Ends the call as `Cancelled`. Does nothing where it has ended already.
    pub fn cancel(&self) -> Result<(), RecordingError> {
        self.running.cancel();
        Ok(())
    }
}
