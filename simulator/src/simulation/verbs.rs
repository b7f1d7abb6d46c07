//! What a test does to a simulation.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Simulation;
use crate::callbacks::{Callback, Delivery, FailedEvent, Failures, ResendError, RetrySignature, Urls};
use crate::counts::{Connections, Counts, LIMIT, WaitTimedOut};
use crate::door::{Door, DoorError, DoorOptions};
use crate::invalid::{InvalidCallback, InvalidStep};
use crate::operations::Executions;
use crate::record::SeenRequest;
use crate::scenario::Action;
use crate::script::Step;
use crate::settings::millis;
use crate::world::{MAX_ADVANCE, Member, Recording, Room};

impl Simulation {
    /// Creates a room, or makes an existing one be like this: a session id for an empty one, or a whole [`Room`].
    /// With another session it is destroyed and created again, which ends its recordings.
    pub fn set_room(&self, room_id: impl AsRef<str>, room: impl Into<Room>) {
        let (room_id, room) = (room_id.as_ref(), room.into());
        self.note(Action::SetRoom { room: room_id.to_owned(), to: room.clone() });
        self.0.world.lock().change(|rooms, now| Some(rooms.set(room_id, room, now)));
    }

    /// Removes a room, which ends its recordings; whether there was one.
    pub fn remove_room(&self, room_id: &str) -> bool {
        let done = self.0.world.lock().change(|rooms, now| rooms.remove(room_id, now));
        self.note_if(done, || Action::RemoveRoom { room: room_id.to_owned() })
    }

    /// The room now.
    #[must_use]
    pub fn room(&self, room_id: &str) -> Option<Room> {
        self.0.world.lock().rooms().get(room_id).cloned()
    }

    /// All rooms there are, by id.
    #[must_use]
    pub fn rooms(&self) -> BTreeMap<String, Room> {
        self.0.world.lock().rooms().all()
    }

    /// Lets someone into a room, or makes a member publish this instead; whether there is such a room.
    pub fn join(&self, room_id: &str, member: Member) -> bool {
        let joins = member.clone();
        let done = self.0.world.lock().change(|rooms, now| rooms.join(room_id, joins, now));
        self.note_if(done, || Action::Join { room: room_id.to_owned(), member })
    }

    /// Lets a member leave; whether there was one.
    pub fn leave(&self, room_id: &str, user_id: &str) -> bool {
        let done = self.0.world.lock().change(|rooms, now| rooms.leave(room_id, user_id, now));
        self.note_if(done, || Action::Leave { room: room_id.to_owned(), user: user_id.to_owned() })
    }

    /// Makes a callback with all members of a room, as the service does from time to time; whether there is such a room.
    pub fn sync_room(&self, room_id: &str) -> bool {
        let done = self.0.world.lock().change(|rooms, _| rooms.sync(room_id));
        self.note_if(done, || Action::SyncRoom { room: room_id.to_owned() })
    }

    /// The callbacks made so far, oldest first; the last 10,000 are kept.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Callback> {
        self.0.outbox.lock().all()
    }

    /// Forgets the callbacks so far. Those that are held or on their way are still delivered.
    pub fn forget_callbacks(&self) {
        self.0.outbox.lock().forget();
    }

    /// Sets where coming callbacks go, about recordings and about rooms; `None` makes none.
    ///
    /// # Errors
    ///
    /// [`InvalidCallback`] when one isn't an http URL of a loopback address; all is then as it was.
    pub fn set_callback_urls(&self, recording: Option<&str>, room: Option<&str>) -> Result<(), InvalidCallback> {
        self.0.outbox.lock().urls = Urls::parse(recording, room)?;
        let [recording, room] = [recording, room].map(|url| url.map(str::to_owned));
        self.note(Action::CallbackUrls { recording, room });
        Ok(())
    }

    /// Sets how coming callbacks are delivered. Those that are held stay so.
    ///
    /// # Errors
    ///
    /// [`InvalidCallback`] when no callback can be delivered so; all is then as it was.
    pub fn set_delivery(&self, delivery: Delivery) -> Result<(), InvalidCallback> {
        delivery.check()?;
        self.0.outbox.lock().set_delivery(delivery.clone());
        self.note(Action::Delivery(delivery));
        Ok(())
    }

    /// Replaces the failures that coming callbacks about recordings tell of: each callback takes one time of the first
    /// of its type that has any left.
    ///
    /// # Errors
    ///
    /// [`InvalidCallback`] when one is no failure; all is then as it was.
    pub fn fail_events(&self, failures: impl IntoIterator<Item = FailedEvent>) -> Result<(), InvalidCallback> {
        let failures: Vec<FailedEvent> = failures.into_iter().collect();
        self.0.outbox.lock().failures = Failures::new(failures.clone())?;
        self.note(Action::Failures(failures));
        Ok(())
    }

    /// Loses so many of the callbacks to come: they are never sent. It adds nothing to what an earlier call has left.
    pub fn lose_callbacks(&self, times: u64) {
        self.0.outbox.lock().lose_next(times);
        self.note(Action::LoseCallbacks { times });
    }

    /// Sends a callback once more, to where it was sent: signed anew, or with the very bytes of its latest attempt. Its
    /// state is then that of this attempt.
    ///
    /// # Errors
    ///
    /// [`ResendError`] when there is no such callback, it is still to be sent, or has no bytes to repeat.
    pub fn resend_callback(&self, number: u64, signature: RetrySignature) -> Result<(), ResendError> {
        self.0.outbox.lock().resend(number, signature)
    }

    /// Delivers the callbacks that are held, and returns once none is on its way.
    pub async fn deliver_callbacks(&self) {
        self.send_held_callbacks();
        self.flush_callbacks().await;
    }

    pub(super) fn send_held_callbacks(&self) {
        self.0.outbox.lock().deliver();
        self.note(Action::DeliverCallbacks);
    }

    /// Returns once no callback is on its way. Those that are held stay so.
    pub async fn flush_callbacks(&self) {
        let mut pending = self.0.outbox.lock().pending();
        // Fails only when the simulator ends.
        let _ = pending.wait_for(|pending| *pending == 0).await;
    }

    /// Moves the time in rooms and recordings ahead, at most by 30 days at once: slices close on the way, and what a
    /// scenario has planned happens. The timestamps of requests are still held against the clock.
    pub fn advance(&self, by: Duration) {
        let left = self.note_advance(by);
        self.pass(left);
    }

    /// By how many milliseconds the time is moved, at most.
    pub(super) fn note_advance(&self, by: Duration) -> u64 {
        let ms = millis(by.min(MAX_ADVANCE));
        self.note(Action::Advance { ms });
        ms
    }

    /// The requests to the service so far, oldest first; the last 10,000 are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.0.record.requests()
    }

    /// The request with a number, if it is still kept.
    #[must_use]
    pub fn request(&self, number: u64) -> Option<SeenRequest> {
        self.0.record.request(number)
    }

    /// Forgets the requests so far, and counts from 0 again.
    pub fn forget_requests(&self) {
        self.0.record.forget();
        self.0.connections.forget();
    }

    /// The recordings started so far, oldest first; the last 10,000 are kept.
    #[must_use]
    pub fn recordings(&self) -> Vec<Recording> {
        self.0.world.lock().recordings().all()
    }

    /// How often each operation was executed, whether or not the reply reached the client.
    #[must_use]
    pub fn executions(&self) -> Executions {
        self.0.record.executions()
    }

    /// Replaces the script: each coming request takes one time of the first step that has any left.
    ///
    /// # Errors
    ///
    /// [`InvalidStep`] when no HTTP reply can be made of a step; the script is then as it was.
    pub fn next(&self, steps: impl IntoIterator<Item = Step>) -> Result<(), InvalidStep> {
        let steps: Vec<Step> = steps.into_iter().collect();
        self.0.script.set(steps.clone())?;
        self.note(Action::Next(steps));
        Ok(())
    }

    /// Adds to the end of the script.
    ///
    /// # Errors
    ///
    /// [`InvalidStep`] when no HTTP reply can be made of a step; the script is then as it was.
    pub fn then(&self, steps: impl IntoIterator<Item = Step>) -> Result<(), InvalidStep> {
        let steps: Vec<Step> = steps.into_iter().collect();
        self.0.script.append(steps.clone())?;
        self.note(Action::Then(steps));
        Ok(())
    }

    /// Sends the replies that are held now. Later ones are held as scripted.
    pub fn release(&self) {
        self.0.script.gate.send_replace(());
        self.note(Action::Release);
    }

    /// Waits until `count` requests have been seen since the start, or since they were forgotten. Each has its
    /// verdict by then, and a held one can be released.
    ///
    /// # Errors
    ///
    /// [`WaitTimedOut`] after 10 s.
    pub async fn wait_for_requests(&self, count: u64) -> Result<(), WaitTimedOut> {
        self.wait(Counts { requests: count, abandoned: 0 }, LIMIT).await.map(drop)
    }

    /// Waits until `count` requests have been abandoned since the start, or since they were forgotten.
    ///
    /// # Errors
    ///
    /// [`WaitTimedOut`] after 10 s.
    pub async fn wait_for_abandoned(&self, count: u64) -> Result<(), WaitTimedOut> {
        self.wait(Counts { requests: 0, abandoned: count }, LIMIT).await.map(drop)
    }

    /// Moves the service's clock ahead of the one it was started with, or with a negative number behind it: the clock
    /// that timestamps are held against, that callbacks are signed with, and that the `Date` of every reply tells.
    /// Times in rooms and recordings stay as they are.
    pub fn set_skew_ms(&self, ms: i64) {
        self.0.settings.set_skew_ms(ms);
        self.note(Action::Skew { ms });
    }

    /// Opens a further address, where faults that lie below HTTP can be injected. At most 64 are open at once.
    ///
    /// # Errors
    ///
    /// [`DoorError`] when there are too many, or its port can't be listened on.
    pub fn open_door(&self, options: DoorOptions) -> Result<Door, DoorError> {
        self.0.doors.open(options, &self.0.authority)
    }

    /// The certificate of the CA that signs those of TLS doors, as PEM. It is another one at each start.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        self.0.authority.pem()
    }

    /// Closes a door for good: its port and all its connections; whether it was open.
    pub async fn close_door(&self, door: &Door) -> bool {
        self.0.doors.close(door.id()).await
    }

    /// How many connections the service has and had, through doors too.
    #[must_use]
    pub fn connections(&self) -> Connections {
        *self.0.connections.counts().borrow()
    }

    /// Waits until at most `open` connections of the service are open.
    ///
    /// # Errors
    ///
    /// [`WaitTimedOut`] after 10 s.
    pub async fn wait_for_open(&self, open: u64) -> Result<Connections, WaitTimedOut<Connections>> {
        self.wait_for_at_most(open, LIMIT).await
    }
}
