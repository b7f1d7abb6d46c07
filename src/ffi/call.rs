//! Calls under way, held in hand: awaited, waited for in slices, or cancelled. One type for each kind of answer,
//! because UniFFI has no generics.

use std::time::Duration;

use crate::error::RecordingError;
use crate::model::Room;
use crate::protocol::Acknowledged;
use crate::protocol::start::StartedRecording;
use crate::running::Running;

macro_rules! call {
    ($(#[$doc:meta])* $name:ident, $answer:ty) => {
        $(#[$doc])*
        #[derive(uniffi::Object)]
        pub struct $name {
            running: Running<$answer>,
        }

        impl $name {
            pub(super) fn new(running: Running<$answer>) -> Self {
                Self { running }
            }
        }

        #[uniffi::export]
        impl $name {
            /// Blocks until the call has ended, at most as long as given. Nothing, where it goes on.
            pub fn wait(&self, longest: Duration) -> Result<Option<$answer>, RecordingError> {
                self.running.wait(longest).transpose()
            }

            /// Resolves when the call has ended.
            pub async fn ended(&self) -> Result<$answer, RecordingError> {
                self.running.ended().await
            }

            /// The number by which its log records name it.
            pub fn number(&self) -> Result<i64, RecordingError> {
                Ok(self.running.number())
            }

            /// Ends the call, and tells what is known of it: `Cancelled`, or its outcome where it has ended already.
            pub fn cancel(&self) -> Result<$answer, RecordingError> {
                self.running.cancel()
            }
        }
    };
}

call! {
    /// A start under way. It is cancelled when the object goes.
    StartCall, StartedRecording
}

call! {
    /// A stop or a change of layout under way. It is cancelled when the object goes.
    AcknowledgedCall, Acknowledged
}

call! {
    /// A room query under way. It is cancelled when the object goes.
    RoomCall, Room
}
