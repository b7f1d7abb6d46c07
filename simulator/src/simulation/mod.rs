//! A simulation, with all that can be done to it: by tests, over HTTP, and by the clients of the service.

mod plan;
mod play;
mod verbs;
mod view;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Method, request};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;

use crate::callbacks::{Courier, Outbox, Urls};
use crate::counts::{Connections, Counts, OpenConnection, Register, WaitTimedOut, until};
use crate::door::{Authority, Door, Doors, Entrance, Failure};
use crate::operations;
use crate::random;
use crate::record::{Record, SeenRequest, Verdict};
use crate::reply::{Answer, Code, Refusal};
use crate::request::{MAX_BODY, Nonces, Signed, signature};
use crate::revision::Revision;
use crate::scenario::{Action, Scenario};
use crate::script::{Script, Step};
use crate::settings::Settings;
use crate::shared::Shared;
use crate::world::{Room, Time, World};

use plan::{Journal, Plan};
pub(crate) use view::RecordingWithFiles;

/// What a [`Simulator`](crate::Simulator) serves as long as it runs. All clones are the same simulation.
#[derive(Clone)]
pub struct Simulation(Arc<Parts>);

struct Parts {
    id: String,
    revision: Revision,
    settings: Arc<Settings>,
    nonces: Shared<Nonces>,
    script: Script,
    world: Shared<World>,
    outbox: Shared<Outbox>,
    record: Record,
    connections: Register,
    doors: Doors,
    authority: Authority,
    plan: Plan,
    journal: Shared<Journal>,
}

/// What its server and the control API do beside that.
impl Simulation {
    /// With it comes what must run beside it: the delivery of its callbacks with what is planned, and the entrances of its
    /// doors.
    pub(crate) fn new(
        settings: Settings,
        rooms: BTreeMap<String, Room>,
        urls: Urls,
    ) -> Result<(Self, impl Future<Output = ()> + Send + 'static, UnboundedReceiver<Entrance>), Failure> {
        let settings = Arc::new(settings);
        let time = Time::new(Arc::clone(&settings.clock));
        let revision = Revision::default();
        let (outbox, jobs) = Outbox::new(Arc::clone(&settings), revision.clone());
        let outbox = Shared::new(outbox);
        let journal = Journal::new(time.now(), Scenario { rooms: rooms.clone(), ..Scenario::new() });
        let urls_at_first = urls.told();
        let mut world = World::new(time.clone(), outbox.clone(), revision.clone());
        for (room_id, room) in rooms {
            world.change(|rooms, now| Some(rooms.set(&room_id, room, now)));
        }
        outbox.lock().urls = urls;
        let courier = Courier { settings: Arc::clone(&settings), outbox: outbox.clone(), time: time.clone() };
        let (doors, entrances) = Doors::new(settings.host);
        let simulation = Self(Arc::new(Parts {
            id: random::hex(),
            record: Record::new(revision.clone()),
            revision,
            settings,
            nonces: Shared::default(),
            script: Script::default(),
            world: Shared::new(world),
            outbox,
            connections: Register::default(),
            doors,
            authority: Authority::new("rongcloud-simulator test CA")?,
            plan: Plan::default(),
            journal: Shared::new(journal),
        }));
        simulation.note_settings(urls_at_first);
        let plan = simulation.clone().follow_plan(time);
        let beside = async move {
            tokio::join!(courier.deliver(jobs), plan);
        };
        Ok((simulation, beside, entrances))
    }

    /// What it was started with belongs to its scenario, too.
    fn note_settings(&self, [recording, room]: [Option<String>; 2]) {
        if recording.is_some() || room.is_some() {
            self.note(Action::CallbackUrls { recording, room });
        }
        let ms = self.0.settings.skew_ms();
        if ms != 0 {
            self.note(Action::Skew { ms });
        }
    }

    /// The service's answer to a request, which is executed where it is right.
    pub(crate) fn answer(&self, head: &request::Parts, body: &[u8], too_long: bool) -> Answer {
        let path = head.uri.path();
        let Some(operation) = operations::find(path) else {
            return Err(Refusal::new(Code::NoSuchPath, path.escape_debug().to_string()));
        };
        if head.method != Method::POST {
            return Err(Refusal::new(Code::Method, format!("{} instead of POST", head.method)));
        }
        let app_key = signature::check(&head.headers, &self.0.settings, &self.0.nonces)?;
        if too_long {
            return Err(Refusal::new(Code::TooLong, format!("body has more than {MAX_BODY} bytes")));
        }
        let answer = (operation.endpoint.answer)(&Signed { app_key, headers: &head.headers, body }, &self.0.world);
        if answer.is_ok() {
            self.0.record.executed(operation.count);
        }
        answer
    }

    pub(crate) fn next_step(&self) -> Step {
        self.0.script.next()
    }

    /// Changes at the first release after this call.
    pub(crate) fn gate(&self) -> watch::Receiver<()> {
        self.0.script.gate.subscribe()
    }

    /// Remembers a request, which its ticket then names.
    pub(crate) fn record(&self, seen: &SeenRequest) -> u64 {
        let ticket = self.0.record.add(seen.clone());
        self.0.settings.log(|| seen.to_string());
        ticket
    }

    /// What became of a request that was held.
    pub(crate) fn settle(&self, ticket: u64, verdict: Verdict, duration_ms: u64) {
        if let Some(seen) = self.0.record.settle(ticket, verdict, duration_ms) {
            self.0.settings.log(|| seen.to_string());
        }
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The number of the next connection, on whatever address.
    pub(crate) fn next_connection(&self) -> u64 {
        self.0.connections.next_number()
    }

    pub(crate) fn open_connection(&self) -> OpenConnection {
        self.0.connections.open()
    }

    pub(crate) async fn wait(&self, wanted: Counts, limit: Duration) -> Result<Counts, WaitTimedOut> {
        let reached = |it: Counts| it.requests >= wanted.requests && it.abandoned >= wanted.abandoned;
        until(self.0.record.counts(), limit, reached).await
    }

    pub(crate) async fn wait_for_at_most(
        &self,
        open: u64,
        limit: Duration,
    ) -> Result<Connections, WaitTimedOut<Connections>> {
        until(self.0.connections.counts(), limit, |counts| counts.open <= open).await
    }

    pub(crate) fn door(&self, id: u64) -> Option<Door> {
        self.0.doors.find(id)
    }
}
