//! Trackers of recordings.

use crate::callback::{RecordingEvent, RecordingTracker, TrackedRecording};
use crate::error::RecordingError;
use crate::protocol::start::StartedRecording;
use crate::time::{Span, Timestamp};

#[uniffi::export]
impl RecordingTracker {
    /// Creates a tracker of one recording.
    ///
    /// Errors: `InvalidInput` if the id is empty.
    ///
    /// Arguments:
    /// - record_id: its `recordId`, from the start's reply or from any callback. Not empty.
    #[uniffi::constructor(name = "new")]
    fn exported_new(record_id: String) -> Result<Self, RecordingError> {
        Self::new(record_id)
    }

    /// Creates a tracker of one recording from the `extra` of its start, for a start whose outcome is unknown. No other
    /// start may have the same `extra`. The tracker learns the `recordId` from the first event that has the tag, or
    /// from the start's reply.
    ///
    /// Errors: `InvalidInput` if the tag is empty.
    ///
    /// Arguments:
    /// - extra: the tag. Not empty.
    /// - since: when the start was sent, as its error's call says. From then on the recording may become stale.
    ///   Default: nothing is stale before the first news.
    #[uniffi::constructor(name = "by_extra", default(since = None))]
    fn exported_by_extra(extra: String, since: Option<Timestamp>) -> Result<Self, RecordingError> {
        Self::by_extra(extra, since)
    }

    /// Restores a tracker from a snapshot.
    ///
    /// Errors: `InvalidInput` if the text is not a snapshot.
    ///
    /// Arguments:
    /// - snapshot: what `snapshot` returned, in this version or an earlier one.
    #[uniffi::constructor(name = "restore")]
    fn exported_restore(snapshot: String) -> Result<Self, RecordingError> {
        Self::restore(snapshot)
    }

    /// Records that the service accepted the start, and when.
    ///
    /// Errors: `InvalidInput` if it is another recording.
    ///
    /// Arguments:
    /// - started: what the start returned.
    /// - at: when it was accepted. Default: now.
    #[uniffi::method(name = "requested", default(at = None))]
    fn exported_requested(&self, started: StartedRecording, at: Option<Timestamp>) -> Result<(), RecordingError> {
        self.requested(&started, at)
    }

    /// Records an event. Returns true if it is new.
    ///
    /// Errors: `InvalidInput` if the event is another recording's, or if it was made by hand and its `json` doesn't
    /// agree with its fields: a snapshot keeps the `json`.
    ///
    /// Arguments:
    /// - event: an event as a receiver returned it, or as it was read again from your store.
    #[uniffi::method(name = "record")]
    fn exported_record(&self, event: RecordingEvent) -> Result<bool, RecordingError> {
        self.record(event)
    }

    /// Adds everything that another tracker of the same recording has recorded. This is a union: the order doesn't
    /// matter, and nothing is lost. The other tracker stays unchanged.
    ///
    /// Errors: `InvalidInput` if the other tracker is another recording's, or if nothing shows that it is the same one.
    ///
    /// Arguments:
    /// - other: the other tracker.
    #[uniffi::method(name = "merge")]
    fn exported_merge(&self, other: &RecordingTracker) -> Result<(), RecordingError> {
        self.merge(other)
    }

    /// Returns what is known now.
    ///
    /// Errors: `InvalidInput` for a negative `stale_after`.
    ///
    /// Arguments:
    /// - stale_after: how long you wait for news before you look into it. Not negative.
    /// - now: the time that counts as now. Default: this machine's.
    #[uniffi::method(name = "state", default(now = None))]
    fn exported_state(&self, stale_after: Span, now: Option<Timestamp>) -> Result<TrackedRecording, RecordingError> {
        self.state(stale_after, now)
    }

    /// Everything recorded so far, as a text that you can store and pass to `restore`. Equal facts give equal texts.
    ///
    /// Errors: none are expected, but every call across the language boundary may report `Internal`.
    #[uniffi::method(name = "snapshot")]
    fn exported_snapshot(&self) -> Result<String, RecordingError> {
        self.snapshot()
    }
}
