//! Calls begun on the shared runtime, for code without async and for the other languages.

use std::sync::Arc;
use std::time::Duration;

use super::RecordingClient;
use crate::error::{CallContext, OperationKind, RecordingError};
use crate::model::RecordingProfile;
use crate::options::StartOptions;
use crate::protocol::start::StartedRecording;
use crate::protocol::{Answer, Operation};
use crate::running::Running;

impl RecordingClient {
    /// Begins an operation on the shared runtime. `told` makes the outcome of what the service answers.
    pub(crate) fn begin<T: Answer + Send + 'static, R: Clone + Send + 'static>(
        &self,
        operation: Operation<T>,
        told: fn(T) -> R,
    ) -> Result<Running<R>, RecordingError> {
        let client = self.clone();
        let context = operation.context.clone();
        Running::begin(&context, |progress| async move { client.run(operation, &progress).await.map(told) })
    }

    /// Begins to close the client after its calls. `told` is as there.
    pub(crate) fn begin_drain<R: Clone + Send + 'static>(
        &self,
        longest: Duration,
        told: fn(bool) -> R,
    ) -> Result<Running<R>, RecordingError> {
        let client = self.clone();
        Running::begin(None, |_| async move { Ok(told(client.drain(longest).await)) })
    }

    /// Begins `start_in_room` on the shared runtime. `told` is as there.
    pub(crate) fn begin_start_in_room<R: Clone + Send + 'static>(
        &self,
        room_id: String,
        profile: RecordingProfile,
        options: StartOptions,
        told: fn(StartedRecording) -> R,
    ) -> Result<Running<R>, RecordingError> {
        let client = self.clone();
        let context = Arc::new(CallContext::new(OperationKind::Start, &room_id, "", options.extra_or_empty()));
        Running::begin(&context, |progress| async move {
            client.start_in_room_observed(&room_id, &profile, options, &progress).await.map(told)
        })
    }
}
