//! Calls begun on the shared runtime, for code without async and for the other languages.

use super::RecordingClient;
use crate::error::{CallContext, OperationKind, RecordingError};
use crate::model::RecordingProfile;
use crate::options::StartOptions;
use crate::protocol::Operation;
use crate::protocol::start::StartedRecording;
use crate::running::Running;

impl RecordingClient {
    /// Begins an operation on the shared runtime.
    pub(crate) fn begin<T: Clone + Send + 'static>(
        &self,
        operation: Operation<T>,
    ) -> Result<Running<T>, RecordingError> {
        let client = self.clone();
        let context = operation.context.clone();
        Running::begin(&context, |progress| async move { client.run(operation, &progress).await })
    }

    /// Begins `start_in_room` on the shared runtime.
    pub(crate) fn begin_start_in_room(
        &self,
        room_id: String,
        profile: RecordingProfile,
        options: StartOptions,
    ) -> Result<Running<StartedRecording>, RecordingError> {
        let client = self.clone();
        let context = CallContext::new(OperationKind::Start, &room_id, "", options.extra_or_empty());
        Running::begin(&context, |progress| async move {
            client.start_in_room_observed(&room_id, &profile, options, &progress).await
        })
    }
}
