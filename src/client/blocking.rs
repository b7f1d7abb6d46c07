//! The same operations for code without async.

use std::convert::identity;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::coop::poll_proceed;

use super::{ClientStatistics, RecordingClient as AsyncClient};
use crate::credentials::Credentials;
use crate::error::{CallContext, FailureCause, OperationKind, RecordingError};
use crate::model::RecordingProfile;
use crate::options::{ClientOptions, StartOptions};
use crate::protocol::start::StartedRecording;
use crate::protocol::{Answer, Operation};
use crate::running::Running;

/// Starts, changes and stops recordings, from code without async.
///
/// Calls run on the [shared runtime](crate::runtime) while the calling thread waits. Cloning is cheap. On the thread of
/// a current-thread tokio runtime, which a blocked thread would bring to a standstill, calls fail at once as `NotSent`
/// with the cause `Local`.
///
/// ```no_run
/// use rongcloud_recording::{ClientOptions, Credentials, DataCenter, RecordingProfile, blocking};
///
/// # fn run(profile: RecordingProfile) -> Result<(), rongcloud_recording::RecordingError> {
/// let credentials = Credentials::new("app-key", "AppSecret")?;
/// let options = ClientOptions::default().data_center(DataCenter::Beijing);
/// let client = blocking::RecordingClient::new(credentials, options)?;
/// let started = client.start_in_room("room1", &profile, None)?;
/// client.stop(&started, None)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct RecordingClient {
    client: AsyncClient,
}

impl RecordingClient {
    /// Creates a client as [`RecordingClient::new`](AsyncClient::new) does.
    ///
    /// # Errors
    /// The same.
    pub fn new(credentials: impl Into<Arc<Credentials>>, options: ClientOptions) -> Result<Self, RecordingError> {
        AsyncClient::new(credentials, options).map(Self::from)
    }

    /// Creates a client as [`RecordingClient::from_env`](AsyncClient::from_env) does.
    ///
    /// # Errors
    /// The same.
    pub fn from_env(options: ClientOptions) -> Result<Self, RecordingError> {
        AsyncClient::from_env(options).map(Self::from)
    }

    /// Starts a recording as [`RecordingClient::start_in_room`](AsyncClient::start_in_room) does. Returns within the
    /// timeout.
    ///
    /// # Errors
    /// The same.
    pub fn start_in_room(
        &self,
        room_id: &str,
        profile: &RecordingProfile,
        options: impl Into<Option<StartOptions>>,
    ) -> Result<StartedRecording, RecordingError> {
        let options = options.into().unwrap_or_default();
        let context = CallContext::new(OperationKind::Start, room_id, "", options.extra_or_empty());
        end_of(Some(&context), || {
            self.client.begin_start_in_room(room_id.to_owned(), profile.clone(), options, identity)
        })
    }

    /// What this client has done in this process, as [`RecordingClient::statistics`](AsyncClient::statistics) says.
    pub fn statistics(&self) -> ClientStatistics {
        self.client.statistics()
    }

    /// Closes the client after its calls as [`RecordingClient::drain`](AsyncClient::drain) does.
    ///
    /// # Errors
    /// `NotSent` if the runtime was shut down, or would stand still meanwhile.
    pub fn drain(&self, longest: Duration) -> Result<bool, RecordingError> {
        end_of(None, || self.client.begin_drain(longest, identity))
    }

    /// Closes the client as [`RecordingClient::close`](AsyncClient::close) does.
    pub fn close(&self) {
        self.client.close();
    }

    pub(crate) fn client(&self) -> &AsyncClient {
        &self.client
    }

    pub(super) fn run<T: Answer + Clone + Send + 'static>(&self, operation: Operation<T>) -> Result<T, RecordingError> {
        let context = operation.context.clone();
        end_of(Some(&context), || self.client.begin(operation, identity))
    }
}

impl From<AsyncClient> for RecordingClient {
    fn from(client: AsyncClient) -> Self {
        Self { client }
    }
}

/// Waits for the end of a call that is begun now. The context says what it asks of the service, where it does.
pub(crate) fn end_of<T: Clone + Send + 'static>(
    context: Option<&CallContext>,
    begin: impl FnOnce() -> Result<Running<T>, RecordingError>,
) -> Result<T, RecordingError> {
    if holds_up_its_runtime() {
        let reason = "the blocking client was called on the only thread of a tokio runtime, which would stand still \
                      meanwhile: use the async client, or call it in spawn_blocking";
        let error = RecordingError::not_sent(FailureCause::Local, reason);
        return Err(match context {
            Some(context) => error.about(context),
            None => error,
        });
    }
    // The call's own timeout ends it, so there is none to give here.
    begin()?.wait(Duration::MAX).unwrap_or_else(|| Err(RecordingError::internal("a wait without end ended")))
}

/// Whether this thread is the one that a current-thread runtime runs its tasks on.
///
/// tokio doesn't say so, but only there has a task a budget that is used up; a thread of `spawn_blocking` has none.
fn holds_up_its_runtime() -> bool {
    let is_current_thread =
        Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::CurrentThread);
    let mut steps = Vec::new();
    let holds_up = is_current_thread
        && (0..MORE_THAN_A_BUDGET).any(|_| match poll_proceed(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(step) => {
                steps.push(step);
                false
            }
            Poll::Pending => true,
        });
    // Each gives back what was left before it, so the first one goes last.
    while steps.pop().is_some() {}
    holds_up
}

/// tokio's is 128, and a number of eight bits.
const MORE_THAN_A_BUDGET: usize = 256;
