//! The hole that docs/ledger.md names, shown: a process that sleeps between its last look at the clock and its write, while
//! somebody decides, sends all the same. One that sleeps before that look sends nothing.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rongcloud_simulator::{DoorOptions, RecordingState};
use tokio::time::{sleep, timeout};

use crate::Count;
use crate::crash::{Deed, Method, Point};
use crate::engine::Engine;
use crate::protocol::{Answer, Command};
use crate::workers::{GRACE, Place, Service, TIMEOUT, Worker};

const ROOM: &str = "room1";
const SOON: Duration = Duration::from_secs(20);
const BETWEEN: Duration = Duration::from_millis(20);
/// Longer than the start may take and than the grace, and long enough to decide meanwhile.
const ASLEEP: Duration = TIMEOUT.saturating_mul(2).saturating_add(GRACE).saturating_add(Duration::from_secs(3));

/// Where a process sleeps.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sleep {
    /// It is stopped once it has the claim: it looks at the clock before it sends.
    BeforeTheClock,
    /// It is held in the system's call that writes the request. A process that is stopped there goes on in the same way,
    /// and hitting that place from outside is a matter of luck.
    AtTheWrite,
}

pub(crate) async fn shown(engine: &Engine) -> Result<(Count, String)> {
    let (stopped, held) = tokio::try_join!(slept(engine, Sleep::BeforeTheClock), slept(engine, Sleep::AtTheWrite))?;
    ensure!(stopped == 1, "a process that slept before it looked at the clock has sent its start");
    ensure!(held == 2, "docs/ledger.md says that a start is sent all the same, and {held} were");
    let count = Count { starts: stopped + held, ..Count::default() };
    Ok((
        count,
        "asleep before its last look at the clock: not sent; after it: sent, and 2 recordings run, as told".into(),
    ))
}

/// How many recordings run in the end.
async fn slept(engine: &Engine, sleep: Sleep) -> Result<u64> {
    let session = format!("hole-{:016x}", fastrand::u64(..));
    let service = Service::open([(ROOM.to_owned(), session.clone())]).await?;
    // Whatever has arrived there is carried out, though whoever sent it has gone.
    let door = service.simulator.open_door(DoorOptions::default())?;
    let place = Place { api_url: door.url().to_owned(), ..service.place(engine) };
    let asleep = match sleep {
        Sleep::BeforeTheClock => {
            let point = Point { method: Method::Swap, call: 1, is_after: true, deed: Deed::Stop };
            Place { point: Some(point), ..place.clone() }
        }
        Sleep::AtTheWrite => Place { by: held_at_first_write(), ..place.clone() },
    };
    let start = Command::Start { room: ROOM.to_owned(), session: session.clone() };
    let mut sleeper = service.worker_at(&asleep)?;
    sleeper.tell(&start).await?;
    let mut other = service.worker_at(&place)?;
    // Its deadline passes, and somebody looks whether anything is recorded: nothing is.
    let generation = until(&mut other, &session, "Unknown").await?;
    ensure!(service.simulator.recordings().is_empty(), "it was asleep, and has sent");
    other.answer(&Command::Resolve { session: session.clone(), generation }).await?;
    let started = other.answer(&start).await?;
    ensure!(matches!(started, Answer::Recording { is_mine: true, .. }), "the next start ends as {started:?}");
    if sleep == Sleep::BeforeTheClock {
        sleeper.resume().await?;
        sleeper.heard().await?;
    } else {
        service.simulator.wait_for_requests(2).await.context("it is not sent")?;
    }
    let recordings = service.simulator.recordings();
    let running = recordings.iter().filter(|one| one.state == RecordingState::Recording).count();
    service.simulator.shutdown().await;
    Ok(u64::try_from(running)?)
}

/// What runs a process so that it sleeps as it writes its first request: to the network it writes nothing else before,
/// where its ledger is a file.
fn held_at_first_write() -> Vec<String> {
    let writes = "sendto,sendmsg,writev";
    let held = format!("inject={writes}:delay_enter={}s:when=1", ASLEEP.as_secs());
    let trace = format!("trace={writes}");
    ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &held].map(str::to_owned).into()
}

/// Waits for a state of a session, and tells its generation.
async fn until(worker: &mut Worker, session: &str, state: &str) -> Result<i64> {
    let waiting = async {
        loop {
            match worker.entry(session).await? {
                Some(entry) if entry.state == state => return Ok(entry.generation),
                _ => sleep(BETWEEN).await,
            }
        }
    };
    timeout(SOON, waiting).await.with_context(|| format!("{session} does not become {state}"))?
}
