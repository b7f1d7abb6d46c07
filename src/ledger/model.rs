//! The ledger's model: all that three workers, two reconcilers, a user, the store, the service and its callbacks can do to
//! one session, in every order, over the functions that the library itself uses.
//!
//! Time is a free choice: a start is lost at any moment, because the hosts' clocks may be wrong. Only that no request
//! outlives the grace is taken for granted, as the ledger's promise does. A crash needs no step of its own: whoever never
//! does anything more, in any of these states, has crashed; and a request that is refused without anybody's hearing of
//! it is one that was lost.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;

use stateright::{Checker, Expectation, HasDiscoveries, Model, Property};

use super::document::Document;
use super::news::{fold, heard};
use super::options::OnUnknown;
use super::store::SessionKey;
use super::tag;
use super::transition::{Claim, Input, LedgerResolution, Step, step};
use crate::callback::{RecordingEvent, parse_recording_event};
use crate::entry::LedgerState;
use crate::time::Timestamp;

/// One clock stands still, and every deadline has passed by it.
const NOW: Timestamp = Timestamp(1);
const DEADLINE: Timestamp = Timestamp(0);
/// Whatever is stored has this version: what expects another one, came too late.
const VERSION: i64 = 2;
const WORKERS: usize = 3;
const RECONCILERS: usize = 2;
/// What the console's trigger starts has this number in the place of a worker's.
const CONSOLE: usize = WORKERS;

const STARTED_ONCE: &str = "one effective start, and one more for each decision";
const GIVEN_UP: &str = "a claim that was given up is not in place";
const ONE_ACTS: &str = "of those who have seen an unknown outcome, one acts";
const NEVER_DOUBLED: &str = "no two at the same time without somebody's decision";

type StepFunction = fn(&SessionKey, Option<&Document>, &Input, Timestamp) -> Step;

/// A fleet, and how much may happen to it.
#[derive(Debug, Clone)]
struct Fleet {
    step: StepFunction,
    on_unknown: OnUnknown,
    has_tags: bool,
    reconcilers: usize,
    /// How many answers of the store are lost.
    losses: u8,
    /// How many of each happen: decisions, restarts by the policy, a user's stops, recordings of the console's trigger, and
    /// callbacks.
    decisions: u8,
    restarts: u8,
    stops: u8,
    foreign: u8,
    callbacks: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct World {
    document: Option<Document>,
    /// A compare-and-set that is still on its way to the store, and whether it is a decision. A change of the document
    /// makes it void.
    late: Option<(Document, bool)>,
    workers: [Worker; WORKERS],
    requests: [Request; WORKERS],
    recordings: Vec<Recording>,
    /// Counts what the service did, as its clock.
    time: i64,
    is_session_gone: bool,
    reconcilers: [Reconciler; RECONCILERS],
    /// What is to be put on record of a stop that the service has answered.
    user: Option<Input>,
    lost: u8,
    /// What let another start be sent: by somebody, and by the policy.
    decided: u8,
    restarted: u8,
    stopped: u8,
    /// Whether somebody has declared what may run to be over.
    is_declared_over: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Worker {
    Idle,
    /// Its claim's answer was lost.
    Claiming {
        after: bool,
    },
    Granted,
    Sent,
    Reporting(Outcome),
    Gone,
    /// It has put on record that it will never send its start.
    GivenUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Outcome {
    NotStarted,
    Abandoned,
    Started,
    Unknown,
}

/// A start's request, with its generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Request {
    None,
    OnItsWay(i64),
    Started(i64),
    Refused(i64),
    /// Nobody will ever hear its answer.
    Forsaken(i64),
}

/// What the service records.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Recording {
    by: usize,
    started_at: i64,
    ended_at: Option<i64>,
    /// Which callbacks of it are in the inbox: of its start, its end and its upload.
    reported: [bool; 3],
    /// Whether somebody was told that it is on record.
    is_told: bool,
}

/// Whoever deals with an unknown outcome. `is_unchanged`: whether the document is as it was when it looked, or changed it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Reconciler {
    Idle,
    /// It has seen the unknown outcome, and waits for the grace.
    Watching {
        is_unchanged: bool,
    },
    /// It may act, and sends a stop.
    Acting {
        is_unchanged: bool,
    },
    /// The service has answered its stop.
    Answered {
        record_id: Option<String>,
        is_unchanged: bool,
    },
}

impl Reconciler {
    fn is_acting(&self) -> bool {
        matches!(self, Self::Acting { .. })
    }

    fn note_change(&mut self) {
        match self {
            Self::Idle => {}
            Self::Watching { is_unchanged } | Self::Acting { is_unchanged } | Self::Answered { is_unchanged, .. } => {
                *is_unchanged = false;
            }
        }
    }
}

/// The version that somebody names who has seen it so.
fn version(is_unchanged: bool) -> i64 {
    if is_unchanged { VERSION } else { VERSION - 1 }
}

/// What becomes of a change in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Swap {
    Answered,
    /// It is done, and the answer is lost.
    Lost,
    /// It will be done, or never.
    Late,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Action {
    Claim { worker: usize, after: bool, swap: Swap },
    Abandon(usize),
    Send(usize),
    Reach(usize),
    Refuse(usize),
    Reply(usize),
    Forsake(usize),
    Report(usize, Swap),
    Arrive,
    Expire,
    StartByConsole,
    Callback(usize, usize),
    Fold,
    See(usize),
    Act(usize, Swap),
    StopUnknown(usize),
    FailToStop(usize),
    Settle(usize),
    EndSession,
    FindGone,
    Stop,
    NoteStop,
    Resolve(LedgerResolution),
}

fn key() -> SessionKey {
    SessionKey { app_key: "app".to_owned(), session_id: "aaa".to_owned() }
}

fn permit(worker: usize) -> String {
    format!("{worker:032x}")
}

fn record_id(by: usize) -> String {
    format!("r{by}")
}

impl Fleet {
    fn extra(&self, by: usize) -> String {
        if self.has_tags && by != CONSOLE { tag::of(&permit(by)) } else { String::new() }
    }

    fn claim(&self, worker: usize, after: Option<i64>) -> Input {
        Input::Claim(Claim {
            permit: permit(worker),
            holder: String::new(),
            room_id: "room1".to_owned(),
            fingerprint: String::new(),
            extra: String::new(),
            sent_extra: self.extra(worker),
            quiet_for: 1,
            longest_send: 1,
            deadline: DEADLINE,
            after,
        })
    }

    fn step(&self, world: &World, input: &Input) -> Step {
        (self.step)(&key(), world.document.as_ref(), input, NOW)
    }

    fn event(&self, recording: &Recording, kind: usize) -> RecordingEvent {
        let at = if kind == 0 { recording.started_at } else { recording.ended_at.unwrap_or_default() };
        let (id, extra, kind) = (record_id(recording.by), self.extra(recording.by), [1, 3, 4][kind]);
        let body = format!(
            r#"{{"type":{kind},"timestamp":{at},"appKey":"app","sessionId":"aaa","roomId":"room1","recordId":"{id}","extra":"{extra}"}}"#
        );
        parse_recording_event(body).unwrap()
    }
}

impl World {
    fn state(&self) -> LedgerState {
        self.document.as_ref().map_or(LedgerState::Free, |document| document.entry.state)
    }

    fn generation(&self) -> i64 {
        self.document.as_ref().map_or(0, |document| document.entry.generation)
    }

    /// What the store does with a change. True where whoever asked for it is told so.
    fn write(&mut self, mut document: Document, is_decision: bool, swap: Swap) -> bool {
        document.entry.version = VERSION;
        match swap {
            Swap::Late => self.late = Some((document, is_decision)),
            Swap::Answered | Swap::Lost => {
                self.document = Some(document);
                self.decided += u8::from(is_decision);
                self.late = None;
                self.reconcilers.iter_mut().for_each(Reconciler::note_change);
            }
        }
        self.lost += u8::from(swap != Swap::Answered);
        swap == Swap::Answered
    }

    /// Whether the start of this permit may reach the service yet.
    fn may_come(&self, permit_of: Option<&String>) -> bool {
        (0..WORKERS).filter(|worker| permit_of == Some(&permit(*worker))).any(|worker| {
            matches!(self.workers[worker], Worker::Claiming { .. } | Worker::Granted)
                || matches!(self.requests[worker], Request::OnItsWay(_))
        })
    }

    /// Ends what runs, as a stop or the end of the session does. The latest of it is named by a stop's answer.
    fn end_all(&mut self) -> Option<String> {
        let mut latest = None;
        for recording in self.recordings.iter_mut().filter(|recording| recording.ended_at.is_none()) {
            self.time += 1;
            recording.ended_at = Some(self.time);
            latest = Some(record_id(recording.by));
        }
        latest
    }

    fn begin(&mut self, by: usize) {
        self.time += 1;
        let recording = Recording { by, started_at: self.time, ended_at: None, reported: [false; 3], is_told: false };
        self.recordings.push(recording);
    }

    fn by_workers(&self) -> impl Iterator<Item = &Recording> {
        self.recordings.iter().filter(|recording| recording.by != CONSOLE)
    }

    fn is_on_record(&self, id: &String) -> bool {
        self.document.as_ref().is_some_and(|document| {
            document.entry.record_id.as_ref() == Some(id) || document.entry.other_record_ids.contains(id)
        })
    }
}

impl Model for Fleet {
    type State = World;
    type Action = Action;

    fn init_states(&self) -> Vec<World> {
        vec![World {
            document: None,
            late: None,
            workers: [Worker::Idle; WORKERS],
            requests: [Request::None; WORKERS],
            recordings: Vec::new(),
            time: 0,
            is_session_gone: false,
            reconcilers: [const { Reconciler::Idle }; RECONCILERS],
            user: None,
            lost: 0,
            decided: 0,
            restarted: 0,
            stopped: 0,
            is_declared_over: false,
        }]
    }

    fn actions(&self, world: &World, actions: &mut Vec<Action>) {
        let mut swaps = vec![Swap::Answered];
        if world.lost < self.losses {
            swaps.push(Swap::Lost);
            swaps.extend(world.late.is_none().then_some(Swap::Late));
        }
        let may_decide = world.decided < self.decisions;
        for worker in 0..WORKERS {
            match world.workers[worker] {
                // Idle workers are alike: they begin in their order.
                Worker::Idle if worker > 0 && world.workers[worker - 1] == Worker::Idle => {}
                Worker::Idle => {
                    let afters = if may_decide && world.state().is_over() { vec![false, true] } else { vec![false] };
                    actions.extend(
                        afters.into_iter().flat_map(|after| {
                            swaps.iter().map(move |swap| Action::Claim { worker, after, swap: *swap })
                        }),
                    );
                }
                Worker::Claiming { after } => {
                    actions.extend(swaps.iter().map(|swap| Action::Claim { worker, after, swap: *swap }));
                    actions.push(Action::Abandon(worker));
                }
                Worker::Granted => actions.extend([Action::Send(worker), Action::Abandon(worker)]),
                Worker::Sent => {
                    if matches!(world.requests[worker], Request::Started(_) | Request::Refused(_)) {
                        actions.push(Action::Reply(worker));
                    }
                    actions.push(Action::Forsake(worker));
                }
                Worker::Reporting(_) => {
                    actions.extend(swaps.iter().map(|swap| Action::Report(worker, *swap)));
                }
                Worker::Gone | Worker::GivenUp => {}
            }
            if matches!(world.requests[worker], Request::OnItsWay(_)) {
                actions.push(Action::Refuse(worker));
                actions.extend((!world.is_session_gone).then_some(Action::Reach(worker)));
            }
        }
        actions.extend(world.late.is_some().then_some(Action::Arrive));
        actions.extend((world.state() == LedgerState::Sending).then_some(Action::Expire));
        let of_console = world.recordings.len() - world.by_workers().count();
        actions.extend(
            (!world.is_session_gone && of_console < usize::from(self.foreign)).then_some(Action::StartByConsole),
        );
        let reported = world.recordings.iter().flat_map(|recording| recording.reported).filter(|is_so| *is_so).count();
        for (index, recording) in world.recordings.iter().enumerate() {
            let has_happened = [true, recording.ended_at.is_some(), recording.ended_at.is_some()];
            let to_come = (0..3).filter(|kind| has_happened[*kind] && !recording.reported[*kind]);
            if reported < usize::from(self.callbacks) {
                actions.extend(to_come.map(|kind| Action::Callback(index, kind)));
            }
        }
        // Somebody folds what was appended, the same host or another one, once or again.
        actions.extend((reported > 0).then_some(Action::Fold));
        if let Some(document) = &world.document {
            let is_settled = !world.may_come(document.permit.as_ref());
            let is_unknown = world.state() == LedgerState::Unknown && is_settled;
            self.reconcile(world, &swaps, actions);
            let may_be_gone = is_unknown || world.state() == LedgerState::Running;
            actions.extend((world.is_session_gone && may_be_gone).then_some(Action::FindGone));
            let may_stop = world.stopped < self.stops && world.user.is_none();
            actions.extend(may_stop.then_some(Action::Stop));
            if world.state().is_unresolved() {
                actions.extend(may_decide.then_some(Action::Resolve(LedgerResolution::NotStarted)));
                let record_id = None;
                actions.extend(may_decide.then_some(Action::Resolve(LedgerResolution::Started { record_id })));
                actions.extend(may_decide.then_some(Action::Resolve(LedgerResolution::Over)));
            }
        }
        actions.extend(world.user.is_some().then_some(Action::NoteStop));
        actions.extend((!world.is_session_gone && !world.recordings.is_empty()).then_some(Action::EndSession));
    }

    fn next_state(&self, last: &World, action: Action) -> Option<World> {
        let mut world = last.clone();
        match action {
            Action::Claim { worker, after, swap } => {
                let input = self.claim(worker, after.then(|| world.generation()));
                world.workers[worker] = match self.step(&world, &input) {
                    Step::Write(document) => {
                        let is_told = world.write(*document, after, swap);
                        if is_told { Worker::Granted } else { Worker::Claiming { after } }
                    }
                    Step::Keep => Worker::Granted,
                    Step::Denied if world.workers[worker] == Worker::Idle => return None,
                    Step::Denied => Worker::Reporting(Outcome::NotStarted),
                };
            }
            Action::Abandon(worker) => world.workers[worker] = Worker::Reporting(Outcome::Abandoned),
            Action::Send(worker) => {
                world.workers[worker] = Worker::Sent;
                // What its claim was told, or has read.
                world.requests[worker] = Request::OnItsWay(last.granted(worker));
            }
            Action::Reach(worker) => {
                world.requests[worker] = Request::Started(world.requests[worker].generation());
                world.begin(worker);
            }
            Action::Refuse(worker) => world.requests[worker] = Request::Refused(world.requests[worker].generation()),
            Action::Reply(worker) => {
                let is_started = matches!(world.requests[worker], Request::Started(_));
                let outcome = if is_started { Outcome::Started } else { Outcome::NotStarted };
                world.workers[worker] = Worker::Reporting(outcome);
            }
            Action::Forsake(worker) => world.workers[worker] = Worker::Reporting(Outcome::Unknown),
            Action::Report(worker, swap) => self.report(&mut world, worker, swap)?,
            Action::Arrive => {
                let (document, is_decision) = world.late.take()?;
                world.write(document, is_decision, Swap::Answered);
            }
            Action::Expire => self.happen(&mut world, &Input::Lost, false)?,
            Action::StartByConsole => world.begin(CONSOLE),
            Action::Callback(recording, kind) => world.recordings[recording].reported[kind] = true,
            Action::Fold => self.fold(&mut world),
            Action::See(of) => world.reconcilers[of] = Reconciler::Watching { is_unchanged: true },
            Action::Act(of, swap) => self.act(&mut world, of, swap)?,
            Action::StopUnknown(of) => {
                let Reconciler::Acting { is_unchanged } = world.reconcilers[of] else { return None };
                let record_id = world.end_all();
                world.reconcilers[of] = Reconciler::Answered { record_id, is_unchanged };
            }
            Action::FailToStop(of) => world.reconcilers[of] = Reconciler::Idle,
            Action::Settle(of) => {
                let answered = std::mem::replace(&mut world.reconcilers[of], Reconciler::Idle);
                let Reconciler::Answered { record_id, is_unchanged } = answered else { return None };
                let may_start_again = self.on_unknown == OnUnknown::StopThenRestart;
                let input = Input::Stilled { version: version(is_unchanged), record_id, may_start_again };
                if let Step::Write(document) = self.step(&world, &input) {
                    world.write(*document, false, Swap::Answered);
                    world.restarted += u8::from(may_start_again);
                }
            }
            Action::EndSession => {
                world.is_session_gone = true;
                world.end_all();
            }
            Action::FindGone => self.happen(&mut world, &Input::SessionGone { version: VERSION }, false)?,
            Action::Stop => {
                world.stopped += 1;
                // Where nothing runs, it may be acknowledged all the same, and names nothing.
                let record_id = world.end_all();
                world.user = Input::stopped(world.document.as_ref()?, record_id);
            }
            Action::NoteStop => {
                let input = world.user.take()?;
                // Where it changes nothing, the user has been told all the same.
                let _ = self.happen(&mut world, &input, false);
            }
            Action::Resolve(resolution) => {
                let generation = world.generation();
                let is_decision = resolution == LedgerResolution::NotStarted;
                world.is_declared_over |= resolution == LedgerResolution::Over;
                self.happen(&mut world, &Input::Resolved { generation, resolution }, is_decision)?;
            }
        }
        for worker in 0..WORKERS {
            let request = &mut world.requests[worker];
            if matches!(request, Request::Started(_) | Request::Refused(_)) && world.workers[worker] != Worker::Sent {
                *request = Request::Forsaken(request.generation());
            }
        }
        (world != *last).then_some(world)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::<Self>::always(STARTED_ONCE, |_, world| {
                world.by_workers().count() <= 1 + usize::from(world.decided + world.restarted)
            }),
            Property::<Self>::always(NEVER_DOUBLED, |_, world| {
                let running = world.by_workers().filter(|recording| recording.ended_at.is_none()).count();
                running <= 1 + usize::from(world.decided)
            }),
            Property::<Self>::always(GIVEN_UP, |_, world| {
                let in_place = world.document.as_ref().filter(|document| document.entry.state.is_unresolved());
                let has_given_up = |worker: &usize| world.workers[*worker] == Worker::GivenUp;
                let mut given_up = (0..WORKERS).filter(has_given_up);
                in_place.is_none_or(|document| !given_up.any(|worker| document.has_permit(&permit(worker))))
            }),
            Property::<Self>::always(ONE_ACTS, |_, world| {
                world.reconcilers.iter().filter(|reconciler| reconciler.is_acting()).count() <= 1
            }),
            Property::<Self>::always("each generation leaves at most once", |_, world| {
                let mut sent: Vec<_> = world.requests.iter().filter(|one| **one != Request::None).collect();
                sent.sort_by_key(|request| request.generation());
                sent.windows(2).all(|two| two[0].generation() != two[1].generation())
            }),
            Property::<Self>::always("what is free has not been started, unless somebody decided so", |_, world| {
                let is_free = world.state() == LedgerState::Free && world.decided + world.restarted == 0;
                let is_coming = world.requests.iter().any(|request| matches!(request, Request::OnItsWay(_)));
                !is_free || world.by_workers().count() == 0 && !is_coming
            }),
            Property::<Self>::always("what is over runs no more, unless somebody decided so", |fleet, world| {
                // Whose a recording is that has no tag, or that a stop has named beside another one, nobody can know.
                let is_known = fleet.has_tags && fleet.foreign == 0 && world.decided == 0 && !world.is_declared_over;
                !is_known || !world.state().is_over() || world.by_workers().all(|one| one.ended_at.is_some())
            }),
            Property::<Self>::always("what somebody was told is on record stays there", |_, world| {
                world.recordings.iter().all(|one| !one.is_told || world.is_on_record(&record_id(one.by)))
            }),
            Property::<Self>::always("a recording is named once, and only where one is known", |_, world| {
                world.document.as_ref().is_none_or(|document| {
                    let entry = &document.entry;
                    let is_nameless = entry.state.is_unresolved() || entry.state == LedgerState::Free;
                    let mut named: Vec<_> = entry.other_record_ids.iter().chain(&entry.record_id).collect();
                    named.sort();
                    named.windows(2).all(|two| two[0] != two[1]) && !(is_nameless && entry.record_id.is_some())
                })
            }),
            Property::<Self>::sometimes("free", |_, world| {
                world.document.is_some() && world.state() == LedgerState::Free
            }),
            Property::<Self>::sometimes("sending", |_, world| world.state() == LedgerState::Sending),
            Property::<Self>::sometimes("unknown", |_, world| world.state() == LedgerState::Unknown),
            Property::<Self>::sometimes("running", |_, world| world.state() == LedgerState::Running),
            Property::<Self>::sometimes("ended", |_, world| world.state() == LedgerState::Ended),
            Property::<Self>::sometimes("uploaded", |_, world| world.state() == LedgerState::Uploaded),
            Property::<Self>::sometimes("over", |_, world| world.state() == LedgerState::Over),
            Property::<Self>::sometimes("conflict", |fleet, world| {
                let is_unknown = world.state() == LedgerState::Unknown;
                is_unknown
                    && world.workers[2] == Worker::Idle
                    && fleet.step(world, &fleet.claim(2, None)) == Step::Denied
            }),
            Property::<Self>::sometimes("doubled", |_, world| {
                world.document.as_ref().is_some_and(|document| document.entry.is_doubled)
            }),
        ]
    }
}

impl World {
    /// The generation that a worker was granted: of the document that has its permit, or had it when it was told.
    fn granted(&self, worker: usize) -> i64 {
        let own = self.document.as_ref().filter(|document| document.has_permit(&permit(worker)));
        // Somebody has decided about it since: it is told apart by its worker.
        own.map_or(-1 - i64::try_from(worker).unwrap_or_default(), |document| document.entry.generation)
    }
}

impl Request {
    fn generation(self) -> i64 {
        match self {
            Self::None => 0,
            Self::OnItsWay(generation)
            | Self::Started(generation)
            | Self::Refused(generation)
            | Self::Forsaken(generation) => generation,
        }
    }
}

impl Fleet {
    /// What reconcilers may do. A stop outlives the grace no more than a start does: whoever has waited for it after
    /// somebody else began to act, acts after that one's stop.
    fn reconcile(&self, world: &World, swaps: &[Swap], actions: &mut Vec<Action>) {
        let Some(document) = &world.document else { return };
        let may_act = self.on_unknown != OnUnknown::Hold && world.restarted < self.restarts;
        let is_unknown = world.state() == LedgerState::Unknown;
        let is_quiet =
            !world.may_come(document.permit.as_ref()) && !world.reconcilers.iter().any(Reconciler::is_acting);
        for (of, reconciler) in world.reconcilers.iter().enumerate().take(self.reconcilers) {
            match reconciler {
                // They are alike: the second one begins after the first one.
                Reconciler::Idle if of > 0 && world.reconcilers[of - 1] == Reconciler::Idle => {}
                Reconciler::Idle => actions.extend((may_act && is_unknown).then_some(Action::See(of))),
                Reconciler::Watching { is_unchanged } => {
                    if is_quiet || !is_unchanged {
                        actions.extend(swaps.iter().map(|swap| Action::Act(of, *swap)));
                    }
                }
                Reconciler::Acting { .. } => actions.extend([Action::StopUnknown(of), Action::FailToStop(of)]),
                Reconciler::Answered { .. } => actions.push(Action::Settle(of)),
            }
        }
    }

    /// Asks for leave to act. Where the answer is lost, the version that is asked for again has gone.
    fn act(&self, world: &mut World, of: usize, swap: Swap) -> Option<()> {
        let Reconciler::Watching { is_unchanged } = world.reconcilers[of] else { return None };
        let is_granted = match self.step(world, &Input::Acting { version: version(is_unchanged) }) {
            Step::Write(document) => world.write(*document, false, swap),
            Step::Keep | Step::Denied => false,
        };
        world.reconcilers[of] = if is_granted { Reconciler::Acting { is_unchanged: true } } else { Reconciler::Idle };
        Some(())
    }

    /// Lets something happen to the document; nothing where it changes nothing.
    fn happen(&self, world: &mut World, input: &Input, is_decision: bool) -> Option<()> {
        let Step::Write(document) = self.step(world, input) else { return None };
        let is_decision = is_decision && document.entry.state == LedgerState::Free;
        world.write(*document, is_decision, Swap::Answered);
        Some(())
    }

    fn report(&self, world: &mut World, worker: usize, swap: Swap) -> Option<()> {
        let Worker::Reporting(outcome) = world.workers[worker] else { return None };
        let (permit, request_id) = (permit(worker), Some("q".to_owned()));
        let input = match outcome {
            Outcome::NotStarted => Input::NotStarted { permit },
            Outcome::Abandoned => Input::Abandoned { permit },
            Outcome::Started => Input::Started { permit, record_id: record_id(worker), request_id },
            Outcome::Unknown => Input::Unknown { permit, request_id, reason: String::new() },
        };
        let is_told = match self.step(world, &input) {
            Step::Write(document) => world.write(*document, false, swap),
            Step::Keep | Step::Denied => true,
        };
        if is_told {
            world.workers[worker] = if outcome == Outcome::Abandoned { Worker::GivenUp } else { Worker::Gone };
            let own = world.recordings.iter_mut().filter(|one| one.by == worker && outcome == Outcome::Started);
            own.for_each(|recording| recording.is_told = true);
        }
        Some(())
    }

    fn fold(&self, world: &mut World) {
        let reported = world.recordings.iter().flat_map(|recording| {
            (0..3).filter(|kind| recording.reported[*kind]).map(|kind| self.event(recording, kind))
        });
        let events: Vec<_> = reported.collect();
        let folded = fold(&key(), world.document.as_ref(), &heard(&events), events.len(), NOW);
        if let Some(document) = folded {
            world.write(document, false, Swap::Answered);
        }
        let told = world.recordings.iter_mut().filter(|recording| recording.reported.contains(&true));
        told.for_each(|recording| recording.is_told = true);
    }
}

/// One to which nothing happens but what workers, service and reconciler do.
const QUIET: Fleet = Fleet {
    step,
    on_unknown: OnUnknown::Hold,
    has_tags: true,
    reconcilers: 1,
    losses: 0,
    decisions: 0,
    restarts: 1,
    stops: 0,
    foreign: 0,
    callbacks: 0,
};

/// Looks at every state that these fleets can get into. None breaks a promise, and all that is possible comes about.
fn check(fleets: &[Fleet]) {
    let (mut reached, mut states) = (BTreeSet::new(), 0);
    for fleet in fleets {
        let checked = fleet.clone().checker().threads(2).spawn_bfs().join();
        states += checked.unique_state_count();
        for property in fleet.properties() {
            match property.expectation {
                Expectation::Always => checked.assert_no_discovery(property.name),
                _ => reached.extend(checked.discovery(property.name).map(|_| property.name)),
            }
        }
    }
    println!("{states} states");
    let possible = QUIET.properties().into_iter().filter(|one| matches!(one.expectation, Expectation::Sometimes));
    assert_eq!(reached, possible.map(|property| property.name).collect());
}

#[test]
fn no_order_of_events_starts_a_recording_twice_or_loses_one() {
    let restarting = Fleet { on_unknown: OnUnknown::StopThenRestart, ..QUIET };
    check(&[
        Fleet { losses: 1, decisions: 1, ..QUIET },
        Fleet { losses: 1, stops: 1, callbacks: 1, ..QUIET },
        Fleet { foreign: 1, callbacks: 1, has_tags: false, ..QUIET },
        Fleet { callbacks: 2, on_unknown: OnUnknown::Stop, ..QUIET },
        Fleet { losses: 1, ..restarting.clone() },
        Fleet { reconcilers: 2, ..restarting.clone() },
        Fleet { callbacks: 1, ..restarting.clone() },
        Fleet { foreign: 1, callbacks: 2, ..QUIET },
        Fleet { callbacks: 1, has_tags: false, ..restarting },
    ]);
}

#[test]
#[ignore = "takes seven minutes"]
fn no_order_of_more_events_starts_a_recording_twice_or_loses_one() {
    let restarting = Fleet { on_unknown: OnUnknown::StopThenRestart, restarts: 2, ..QUIET };
    check(&[
        Fleet { losses: 1, foreign: 1, callbacks: 1, has_tags: false, ..QUIET },
        Fleet { foreign: 1, callbacks: 2, ..QUIET },
        Fleet { losses: 1, callbacks: 1, on_unknown: OnUnknown::Stop, ..QUIET },
        Fleet { losses: 1, callbacks: 1, ..restarting.clone() },
        Fleet { callbacks: 2, has_tags: false, ..restarting },
    ]);
}

#[test]
#[ignore = "takes three minutes"]
fn no_order_of_what_two_reconcilers_do_starts_a_recording_twice_or_loses_one() {
    let two = Fleet { reconcilers: 2, ..RESTARTING };
    check(&[
        two.clone(),
        Fleet { restarts: 2, losses: 0, ..two.clone() },
        Fleet { decisions: 1, losses: 0, ..two.clone() },
        Fleet { callbacks: 2, losses: 0, ..two },
    ]);
}

/// Where mistakes show.
const RESTARTING: Fleet = Fleet { losses: 1, on_unknown: OnUnknown::StopThenRestart, ..QUIET };

/// Whether a mistake breaks this promise.
fn breaks(promise: &'static str, fleet: Fleet, mistake: StepFunction) -> bool {
    let enough = HasDiscoveries::AllOf(BTreeSet::from([promise]));
    let checked = Fleet { step: mistake, ..fleet }.checker().threads(2).finish_when(enough).spawn_bfs().join();
    checked.discovery(promise).is_some()
}

fn as_if_free(current: Option<&Document>) -> Option<Document> {
    let mut document = current.cloned()?;
    document.entry.state = LedgerState::Free;
    Some(document)
}

#[test]
fn taking_over_at_the_deadline_would_start_twice() {
    assert!(breaks(STARTED_ONCE, RESTARTING, |key, current, input, now| {
        let is_late = |document: &&Document| document.entry.deadline.is_some_and(|deadline| deadline < now);
        match (input, current.filter(is_late).filter(|document| document.entry.state.is_unresolved())) {
            (Input::Claim(_), Some(_)) => step(key, as_if_free(current).as_ref(), input, now),
            _ => step(key, current, input, now),
        }
    }));
}

#[test]
fn settling_without_the_permit_would_start_twice() {
    assert!(breaks(STARTED_ONCE, RESTARTING, |key, current, input, now| {
        let permit = || current.and_then(|document| document.permit.clone()).unwrap_or_default();
        match input {
            Input::NotStarted { .. } => step(key, current, &Input::NotStarted { permit: permit() }, now),
            _ => step(key, current, input, now),
        }
    }));
}

#[test]
fn releasing_on_any_error_would_start_twice() {
    assert!(breaks(STARTED_ONCE, RESTARTING, |key, current, input, now| match input {
        Input::Unknown { permit, .. } => step(key, current, &Input::NotStarted { permit: permit.clone() }, now),
        _ => step(key, current, input, now),
    }));
}

#[test]
fn acting_on_what_has_changed_meanwhile_would_record_twice_at_once() {
    assert!(breaks(NEVER_DOUBLED, RESTARTING, |key, current, input, now| match input {
        Input::Stilled { record_id, may_start_again, .. } => {
            let (record_id, may_start_again) = (record_id.clone(), *may_start_again);
            step(key, current, &Input::Stilled { version: VERSION, record_id, may_start_again }, now)
        }
        _ => step(key, current, input, now),
    }));
}

#[test]
fn acting_without_a_look_at_the_version_would_have_two_act_at_once() {
    assert!(breaks(ONE_ACTS, Fleet { reconcilers: 2, ..RESTARTING }, |key, current, input, now| match input {
        Input::Acting { .. } => step(key, current, &Input::Acting { version: VERSION }, now),
        _ => step(key, current, input, now),
    }));
}

#[test]
fn giving_up_only_what_is_in_place_would_leave_a_late_claim_that_nobody_sends() {
    assert!(breaks(GIVEN_UP, RESTARTING, |key, current, input, now| match input {
        Input::Abandoned { permit } => step(key, current, &Input::NotStarted { permit: permit.clone() }, now),
        _ => step(key, current, input, now),
    }));
}

#[test]
fn taking_what_is_declared_over_for_free_would_start_twice() {
    assert!(breaks(STARTED_ONCE, Fleet { decisions: 1, ..RESTARTING }, |key, current, input, now| match input {
        Input::Resolved { generation, resolution: LedgerResolution::Over } => {
            let resolution = LedgerResolution::NotStarted;
            step(key, current, &Input::Resolved { generation: *generation, resolution }, now)
        }
        _ => step(key, current, input, now),
    }));
}
