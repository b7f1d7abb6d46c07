//! What every type of the surface can do: go to another thread, be shared, and be shown.

use std::fmt::Debug;
use std::future::Future;

use rongcloud_recording::callback::{
    CallbackError, CallbackReceiver, CallbackRequest, MemoryReplayGuard, ReceivedRecordingEvent, RecordingTracker,
};
use rongcloud_recording::ledger::store::{MemoryStore, PostgresStore, RedisStore, SqliteStore};
use rongcloud_recording::ledger::{Follow, LedgerOptions, RecordingLedger, TakeError};
use rongcloud_recording::{
    ClientOptions, Credentials, Failure, RecordingClient, RecordingError, RecordingProfile, StartedRecording, blocking,
    ledger,
};

fn is_shared_and_shown<T: Send + Sync + Debug + 'static>() {}

fn is_sent<T: Send>(_: impl Future<Output = T> + Send) {}

/// The limit from which on clippy warns of each function that returns it.
const LARGE_ERROR: usize = 128;

#[test]
fn objects_go_to_other_threads_and_have_a_debug_text() {
    is_shared_and_shown::<(Credentials, RecordingProfile, RecordingClient, blocking::RecordingClient)>();
    is_shared_and_shown::<(CallbackReceiver, CallbackRequest, RecordingTracker, MemoryReplayGuard)>();
    is_shared_and_shown::<(RecordingLedger, ledger::blocking::RecordingLedger, Follow)>();
    is_shared_and_shown::<(MemoryStore, SqliteStore, PostgresStore, RedisStore)>();
    is_shared_and_shown::<(ClientOptions, LedgerOptions, StartedRecording, ReceivedRecordingEvent)>();
    is_shared_and_shown::<(RecordingError, CallbackError, TakeError, Failure)>();
}

#[test]
fn futures_of_calls_go_to_other_threads() {
    #[allow(dead_code, reason = "it compiles, or it doesn't")]
    fn calls(client: &RecordingClient, ledger: &RecordingLedger, profile: &RecordingProfile, request: CallbackRequest) {
        is_sent(client.start("room1", "aaa", profile, None));
        is_sent(client.start_in_room("room1", profile, None));
        is_sent(client.stop(("room1", "aaa"), None));
        is_sent(ledger.start_in_room("room1", profile, Default::default()));
        is_sent(ledger.take(request));
        is_sent(ledger.follow("aaa", None).next());
    }
}

#[test]
fn errors_are_small_enough_to_be_returned_everywhere() {
    for size in [size_of::<RecordingError>(), size_of::<CallbackError>(), size_of::<TakeError>()] {
        assert!(size < LARGE_ERROR, "{size}");
    }
}
