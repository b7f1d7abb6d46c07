//! The running simulator: its listener, its connections, and what a test in the same process does with it.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::builder::Builder;
use crate::callbacks::courier;
use crate::callbacks::delivery::Delivery;
use crate::callbacks::failures::{FailedEvent, Failures};
use crate::callbacks::outbox::{Job, Urls};
use crate::callbacks::target::Target;
use crate::callbacks::{Callback, InvalidCallback};
use crate::control;
use crate::door::{Door, DoorError, DoorOptions, Entrance};
use crate::executions::Executions;
use crate::record::Counts;
use crate::record::script::{InvalidStep, Script, Step};
use crate::record::seen::SeenRequest;
use crate::server::connection::Connections;
use crate::server::listen::listen;
use crate::server::visit::{self, Service};
use crate::wait::{self, WaitTimedOut};
use crate::world::recordings::Recording;
use crate::world::rooms::{Member, Room};

/// A running simulator. Dropping it ends it and all its connections.
pub struct Simulator {
    url: String,
    service: Arc<Service>,
    task: JoinHandle<()>,
    /// The server ends when this is dropped.
    stop: oneshot::Sender<Infallible>,
}

impl Simulator {
    /// Collects settings; [`Builder::start`] starts.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::new()
    }

    pub(crate) fn serve(
        listener: TcpListener,
        address: SocketAddr,
        service: Arc<Service>,
        (jobs, entrances): (UnboundedReceiver<Job>, UnboundedReceiver<Entrance>),
        with_control: bool,
    ) -> Self {
        let mut router = Router::new().fallback(visit::serve);
        if with_control {
            router = router.nest(control::ROOT, control::router(Arc::clone(&service)));
        }
        let (stop, stopped) = oneshot::channel();
        let router = router.with_state(Arc::clone(&service));
        let mut tasks = JoinSet::new();
        tasks.spawn(courier::deliver(Arc::clone(&service), jobs));
        let task =
            tokio::spawn(listen((listener, address.port()), Arc::clone(&service), router, tasks, entrances, stopped));
        Self { url: format!("http://{address}"), service, task, stop }
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Creates a room, or makes an existing one be like this: a session id for an empty one, or a whole [`Room`].
    /// With another session it is destroyed and created again, which ends its recordings.
    pub fn set_room(&self, room_id: impl AsRef<str>, room: impl Into<Room>) {
        self.service.state.world().set_room(room_id.as_ref(), room.into());
    }

    /// Removes a room, which ends its recordings; whether there was one.
    pub fn remove_room(&self, room_id: &str) -> bool {
        self.service.state.world().remove_room(room_id)
    }

    /// The room now.
    #[must_use]
    pub fn room(&self, room_id: &str) -> Option<Room> {
        self.service.state.world().room(room_id).cloned()
    }

    /// Lets someone into a room, or makes a member publish this instead; whether there is such a room.
    pub fn join(&self, room_id: &str, member: Member) -> bool {
        self.service.state.world().join(room_id, member)
    }

    /// Lets a member leave; whether there was one.
    pub fn leave(&self, room_id: &str, user_id: &str) -> bool {
        self.service.state.world().leave(room_id, user_id)
    }

    /// Makes a callback with all members of a room, as the service does from time to time; whether there is such a room.
    pub fn sync_room(&self, room_id: &str) -> bool {
        self.service.state.world().sync_room(room_id)
    }

    /// The callbacks made so far, oldest first; the last 10,000 are kept.
    #[must_use]
    pub fn callbacks(&self) -> Vec<Callback> {
        self.service.state.world().callbacks.all()
    }

    /// Forgets the callbacks so far. Those that are held or on their way are still delivered.
    pub fn forget_callbacks(&self) {
        self.service.state.world().callbacks.forget();
    }

    /// Sets where coming callbacks go, about recordings and about rooms; `None` makes none.
    ///
    /// # Errors
    ///
    /// [`InvalidCallback`] when one isn't an http URL of a loopback address; all is then as it was.
    pub fn set_callback_urls(&self, recording: Option<&str>, room: Option<&str>) -> Result<(), InvalidCallback> {
        let urls =
            Urls { recording: recording.map(Target::parse).transpose()?, room: room.map(Target::parse).transpose()? };
        self.service.state.world().callbacks.set_urls(urls);
        Ok(())
    }

    /// Sets how coming callbacks are delivered. Those that are held stay so.
    ///
    /// # Errors
    ///
    /// [`InvalidCallback`] when no callback can be delivered so; all is then as it was.
    pub fn set_delivery(&self, delivery: Delivery) -> Result<(), InvalidCallback> {
        delivery.check()?;
        self.service.state.world().callbacks.set_delivery(delivery);
        Ok(())
    }

    /// Replaces the failures that coming callbacks about recordings tell of: each callback takes one time of the first
    /// of its type that has any left.
    ///
    /// # Errors
    ///
    /// [`InvalidCallback`] when one is no failure; all is then as it was.
    pub fn fail_events(&self, failures: impl IntoIterator<Item = FailedEvent>) -> Result<(), InvalidCallback> {
        let failures = Failures::new(failures)?;
        self.service.state.world().callbacks.set_failures(failures);
        Ok(())
    }

    /// Delivers the callbacks that are held, and returns once none is on its way.
    pub async fn deliver_callbacks(&self) {
        self.service.state.deliver_callbacks().await;
    }

    /// Returns once no callback is on its way. Those that are held stay so.
    pub async fn flush_callbacks(&self) {
        self.service.state.flush_callbacks().await;
    }

    /// Moves the time in rooms and recordings ahead, at most by 30 days at once: slices close on the way. The
    /// timestamps of requests are still held against the clock.
    pub fn advance(&self, by: Duration) {
        self.service.state.world().advance(by);
    }

    /// The requests to the service so far, oldest first; the last 10,000 are kept.
    #[must_use]
    pub fn requests(&self) -> Vec<SeenRequest> {
        self.service.state.requests()
    }

    /// Forgets the requests so far, and counts from 0 again.
    pub fn forget_requests(&self) {
        self.service.state.forget_requests();
    }

    /// The recordings started so far, oldest first; the last 10,000 are kept.
    #[must_use]
    pub fn recordings(&self) -> Vec<Recording> {
        self.service.state.world().recordings()
    }

    /// How often each operation was executed, whether or not the reply reached the client.
    #[must_use]
    pub fn executions(&self) -> Executions {
        self.service.state.executions()
    }

    /// Replaces the script: each coming request takes one time of the first step that has any left.
    ///
    /// # Errors
    ///
    /// [`InvalidStep`] when no HTTP reply can be made of a step; the script is then as it was.
    pub fn next(&self, steps: impl IntoIterator<Item = Step>) -> Result<(), InvalidStep> {
        self.service.state.set_script(Script::new(steps)?);
        Ok(())
    }

    /// Sends the replies that are held now. Later ones are held as scripted.
    pub fn release(&self) {
        self.service.state.release();
    }

    /// Waits until `count` requests have been seen since the start, or since they were forgotten. Each has its
    /// verdict by then, and a held one can be released.
    ///
    /// # Errors
    ///
    /// [`WaitTimedOut`] after 10 s.
    pub async fn wait_for_requests(&self, count: u64) -> Result<(), WaitTimedOut> {
        let wanted = Counts { requests: count, abandoned: 0 };
        self.service.state.wait(wanted, wait::LIMIT).await.map(drop)
    }

    /// Waits until `count` requests have been abandoned since the start, or since they were forgotten.
    ///
    /// # Errors
    ///
    /// [`WaitTimedOut`] after 10 s.
    pub async fn wait_for_abandoned(&self, count: u64) -> Result<(), WaitTimedOut> {
        let wanted = Counts { requests: 0, abandoned: count };
        self.service.state.wait(wanted, wait::LIMIT).await.map(drop)
    }

    /// Moves the service's clock ahead of the one it was started with, or with a negative number behind it: the clock
    /// that timestamps are held against, that callbacks are signed with, and that the `Date` of every reply tells.
    /// Times in rooms and recordings stay as they are.
    pub fn set_skew_ms(&self, ms: i64) {
        self.service.settings.set_skew_ms(ms);
    }

    /// Opens a further address, where faults that lie below HTTP can be injected. At most 64 are open at once.
    ///
    /// # Errors
    ///
    /// [`DoorError`] when there are too many, or its port can't be listened on.
    pub fn open_door(&self, options: DoorOptions) -> Result<Door, DoorError> {
        self.service.doors.open(options, &self.service.authority)
    }

    /// The certificate of the CA that signs those of TLS doors, as PEM. It is another one at each start.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        self.service.authority.pem()
    }

    /// Closes a door for good: its port and all its connections; whether it was open.
    pub async fn close_door(&self, door: &Door) -> bool {
        self.service.doors.close(door.id()).await
    }

    /// How many connections the service has and had, through doors too.
    #[must_use]
    pub fn connections(&self) -> Connections {
        *self.service.state.connections.counts().borrow()
    }

    /// Waits until at most `open` connections of the service are open.
    ///
    /// # Errors
    ///
    /// [`WaitTimedOut`] after 10 s.
    pub async fn wait_for_open(&self, open: u64) -> Result<Connections, WaitTimedOut<Connections>> {
        wait::until(self.service.state.connections.counts(), wait::LIMIT, |counts| counts.open <= open).await
    }

    /// Ends it and all its connections, held replies too, and waits until its port is closed.
    pub async fn shutdown(self) {
        drop(self.stop);
        // An error would be a panic of the server, which has ended then, too.
        let _ = self.task.await;
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator").field("url", &self.url).finish_non_exhaustive()
    }
}
