//! The same ledger for code without async.

use std::fmt;
use std::sync::Arc;

use super::follow::{ONE_LOOK, Place};
use super::store::LedgerStore;
use super::{
    FollowedRecording, LedgerOptions, LedgerRecording, LedgerResolution, LedgerStartOptions, LedgerStatistics,
    OnUnknown, ReconcileReport, RecordingLedger as AsyncLedger, TakeError, TakenEvent,
};
use crate::callback::{CallbackReceiver, CallbackRequest, ReceivedRecordingEvent, ReceivedRoomEvent};
use crate::client::blocking::{RecordingClient, end_of};
use crate::entry::LedgerEntry;
use crate::error::{CallContext, OperationKind, RecordingError};
use crate::model::{RecordingProfile, RecordingTarget};
use crate::protocol::{Acknowledged, CallOptions};
use crate::running::Running;
use crate::runtime;
use crate::time::Span;
use crate::transport::Progress;

/// Starts, stops and follows recordings with one memory for all processes of an app, from code without async.
///
/// It guarantees what the [ledger for async code](AsyncLedger) does. The calls run on the
/// [shared runtime](crate::runtime) while the calling thread waits. Cheap to clone.
#[derive(Clone)]
pub struct RecordingLedger {
    ledger: AsyncLedger,
}

impl RecordingLedger {
    /// As [`RecordingLedger::open`](AsyncLedger::open).
    ///
    /// # Errors
    /// As there.
    pub fn open(
        client: &RecordingClient,
        on_unknown: OnUnknown,
        options: &LedgerOptions,
    ) -> Result<Self, RecordingError> {
        AsyncLedger::open(client.client().clone(), on_unknown, options).map(Self::from)
    }

    /// As [`RecordingLedger::new`](AsyncLedger::new).
    ///
    /// # Errors
    /// As there.
    pub fn new(
        client: &RecordingClient,
        store: Arc<dyn LedgerStore>,
        on_unknown: OnUnknown,
        options: &LedgerOptions,
    ) -> Result<Self, RecordingError> {
        AsyncLedger::new(client.client().clone(), store, on_unknown, options).map(Self::from)
    }

    /// As [`RecordingLedger::with_receiver`](AsyncLedger::with_receiver).
    #[must_use]
    pub fn with_receiver(self, receiver: Arc<CallbackReceiver>) -> Self {
        Self { ledger: self.ledger.with_receiver(receiver) }
    }

    /// As [`RecordingLedger::start`](AsyncLedger::start).
    ///
    /// # Errors
    /// As there.
    pub fn start(
        &self,
        room_id: &str,
        session_id: &str,
        profile: &RecordingProfile,
        options: LedgerStartOptions,
    ) -> Result<LedgerRecording, RecordingError> {
        let context = context(OperationKind::Start, room_id, session_id, options.extra.as_deref());
        let (room_id, session_id, profile) = (room_id.to_owned(), session_id.to_owned(), profile.clone());
        self.run(Some(&context), |ledger, progress| async move {
            ledger.start_observed(&room_id, &session_id, &profile, options, progress).await
        })
    }

    /// As [`RecordingLedger::start_in_room`](AsyncLedger::start_in_room).
    ///
    /// # Errors
    /// As there.
    pub fn start_in_room(
        &self,
        room_id: &str,
        profile: &RecordingProfile,
        options: LedgerStartOptions,
    ) -> Result<LedgerRecording, RecordingError> {
        let context = context(OperationKind::Start, room_id, "", options.extra.as_deref());
        let (room_id, profile) = (room_id.to_owned(), profile.clone());
        self.run(Some(&context), |ledger, progress| async move {
            ledger.start_in_room_observed(&room_id, &profile, options, progress).await
        })
    }

    /// As [`RecordingLedger::stop`](AsyncLedger::stop).
    ///
    /// # Errors
    /// As there.
    pub fn stop(
        &self,
        recording: impl Into<RecordingTarget>,
        options: impl Into<CallOptions>,
    ) -> Result<Acknowledged, RecordingError> {
        let (recording, options) = (recording.into(), options.into());
        let context = context(OperationKind::Stop, &recording.room_id, &recording.session_id, None);
        self.run(
            Some(&context),
            |ledger, progress| async move { ledger.stop_observed(recording, options, progress).await },
        )
    }

    /// As [`RecordingLedger::take`](AsyncLedger::take).
    ///
    /// # Errors
    /// As there.
    pub fn take(&self, request: impl Into<CallbackRequest>) -> Result<TakenEvent, TakeError> {
        let request = request.into();
        self.run(None, |ledger, _| async move { Ok(ledger.take(request).await) })?
    }

    /// As [`RecordingLedger::take_received`](AsyncLedger::take_received).
    ///
    /// # Errors
    /// As there.
    pub fn take_received(&self, received: ReceivedRecordingEvent) -> Result<TakenEvent, TakeError> {
        self.run(None, |ledger, _| async move { Ok(ledger.take_received(received).await) })?
    }

    /// As [`RecordingLedger::take_room_event`](AsyncLedger::take_room_event).
    ///
    /// # Errors
    /// As there.
    pub fn take_room_event(&self, request: impl Into<CallbackRequest>) -> Result<ReceivedRoomEvent, TakeError> {
        let request = request.into();
        self.run(None, |ledger, _| async move { Ok(ledger.take_room_event(request).await) })?
    }

    /// As [`RecordingLedger::get`](AsyncLedger::get).
    ///
    /// # Errors
    /// As there.
    pub fn get(&self, session_id: &str) -> Result<Option<FollowedRecording>, RecordingError> {
        let session_id = session_id.to_owned();
        self.run(None, |ledger, _| async move { ledger.get(&session_id).await })
    }

    /// As [`RecordingLedger::next_change`](AsyncLedger::next_change).
    ///
    /// # Errors
    /// As there.
    pub fn next_change(
        &self,
        session_id: &str,
        seen: i64,
        settle: Option<Span>,
        timeout: Span,
    ) -> Result<Option<FollowedRecording>, RecordingError> {
        let session_id = session_id.to_owned();
        self.run(None, |ledger, _| async move { ledger.next_change(&session_id, seen, settle, timeout).await })
    }

    /// As [`RecordingLedger::follow`](AsyncLedger::follow): each change, until nothing more is expected. Ends with the first
    /// error.
    pub fn follow(&self, session_id: &str, settle: Option<Span>) -> Follow {
        Follow { ledger: self.clone(), session_id: session_id.to_owned(), settle, place: Place::default() }
    }

    /// As [`RecordingLedger::wait_until_uploaded`](AsyncLedger::wait_until_uploaded).
    ///
    /// # Errors
    /// As there.
    pub fn wait_until_uploaded(
        &self,
        session_id: &str,
        settle: Option<Span>,
        timeout: Span,
    ) -> Result<Option<FollowedRecording>, RecordingError> {
        let session_id = session_id.to_owned();
        self.run(None, |ledger, _| async move { ledger.wait_until_uploaded(&session_id, settle, timeout).await })
    }

    /// As [`RecordingLedger::unresolved`](AsyncLedger::unresolved).
    ///
    /// # Errors
    /// As there.
    pub fn unresolved(&self, most: usize) -> Result<Vec<LedgerEntry>, RecordingError> {
        self.run(None, |ledger, _| async move { ledger.unresolved(most).await })
    }

    /// As [`RecordingLedger::entries`](AsyncLedger::entries).
    ///
    /// # Errors
    /// As there.
    pub fn entries(&self, most: usize) -> Result<Vec<LedgerEntry>, RecordingError> {
        self.run(None, |ledger, _| async move { ledger.entries(most).await })
    }

    /// As [`RecordingLedger::resolve`](AsyncLedger::resolve).
    ///
    /// # Errors
    /// As there.
    pub fn resolve(
        &self,
        session_id: &str,
        generation: i64,
        resolution: LedgerResolution,
    ) -> Result<LedgerEntry, RecordingError> {
        let session_id = session_id.to_owned();
        self.run(None, |ledger, _| async move { ledger.resolve(&session_id, generation, resolution).await })
    }

    /// As [`RecordingLedger::reconcile`](AsyncLedger::reconcile).
    ///
    /// # Errors
    /// As there.
    pub fn reconcile(&self, most: usize, wait: Option<Span>) -> Result<ReconcileReport, RecordingError> {
        self.run(None, |ledger, _| async move { ledger.reconcile(most, wait).await })
    }

    /// As [`RecordingLedger::keep_up`](AsyncLedger::keep_up).
    ///
    /// # Errors
    /// As there; `NotSent` where the shared runtime can't be had.
    pub fn keep_up(&self, interval: Span) -> Result<(), RecordingError> {
        runtime::spawn(self.ledger.keeping_up(interval)?).map(drop)
    }

    /// As [`RecordingLedger::statistics`](AsyncLedger::statistics).
    pub fn statistics(&self) -> LedgerStatistics {
        self.ledger.statistics()
    }

    /// As [`RecordingLedger::close`](AsyncLedger::close).
    pub fn close(&self) {
        self.ledger.close();
    }

    fn run<T, F>(
        &self,
        context: Option<&Arc<CallContext>>,
        call: impl FnOnce(AsyncLedger, Arc<Progress>) -> F,
    ) -> Result<T, RecordingError>
    where
        T: Clone + Send + 'static,
        F: Future<Output = Result<T, RecordingError>> + Send + 'static,
    {
        end_of(context.map(|context| &**context), || {
            Running::begin(context, |progress| call(self.ledger.clone(), progress))
        })
    }
}

impl From<AsyncLedger> for RecordingLedger {
    fn from(ledger: AsyncLedger) -> Self {
        Self { ledger }
    }
}

impl fmt::Debug for RecordingLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ledger.fmt(f)
    }
}

fn context(operation: OperationKind, room_id: &str, session_id: &str, extra: Option<&str>) -> Arc<CallContext> {
    CallContext::new(operation, room_id, session_id, extra.unwrap_or_default()).into()
}

/// The changes of a session's recording, one after another. Made by [`RecordingLedger::follow`].
#[derive(Debug)]
pub struct Follow {
    ledger: RecordingLedger,
    session_id: String,
    settle: Option<Span>,
    place: Place,
}

impl Iterator for Follow {
    type Item = Result<FollowedRecording, RecordingError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.place.has_ended {
            let found = self.ledger.next_change(&self.session_id, self.place.seen, self.settle, ONE_LOOK.into());
            if let Some(told) = self.place.told(found, self.ledger.ledger.is_closed()) {
                return Some(told);
            }
        }
        None
    }
}
