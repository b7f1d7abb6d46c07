//! A process that dies at every point of a start and of a callback, and what the next one finds.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rongcloud_simulator::{RecordingState, Step};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::Count;
use crate::crash::{Deed, Method, Point};
use crate::engine::Engine;
use crate::protocol::{Answer, Command, Delivery};
use crate::workers::{Service, Worker};

/// Where the process that sends a start dies.
#[derive(Debug, Clone, Copy)]
enum Death {
    At(Point),
    /// While the service has the request: it has acted by then, or never will.
    InFlight {
        acts: bool,
    },
}

/// The claim is the first write of a start, what became of it the second.
fn deaths_of_starts() -> Vec<Death> {
    let at = |call, is_after| Death::At(Point { method: Method::Swap, call, is_after, deed: Deed::Kill });
    vec![
        at(1, false),
        at(1, true),
        Death::InFlight { acts: true },
        Death::InFlight { acts: false },
        at(2, false),
        at(2, true),
    ]
}

/// Signature remembered, event stored, event put on record.
fn deaths_of_callbacks() -> Vec<Point> {
    let point = |method| [false, true].map(|is_after| Point { method, call: 1, is_after, deed: Deed::Kill });
    [Method::Remember, Method::Append, Method::Swap].into_iter().flat_map(point).collect()
}

pub(crate) async fn of_everything(engine: &Engine) -> Result<(Count, String)> {
    let mut count = of_starts(engine).await.context("starts")?;
    count += of_callbacks(engine).await.context("callbacks")?;
    Ok((count, String::new()))
}

async fn of_starts(engine: &Engine) -> Result<Count> {
    let mut cases = JoinSet::new();
    for (number, death) in deaths_of_starts().into_iter().enumerate() {
        // News of what was started reaches the others, or is lost.
        for has_news in [true, false] {
            let (engine, session) = (engine.clone(), session(engine, &format!("start-{number}-{has_news}")));
            cases.spawn(async move {
                let counted = start(&engine, &session, death, has_news).await;
                counted.with_context(|| format!("{death:?}, callbacks come: {has_news}"))
            });
        }
    }
    added_up(cases).await
}

async fn added_up(mut cases: JoinSet<Result<Count>>) -> Result<Count> {
    let mut all = Count::default();
    while let Some(counted) = cases.join_next().await {
        all += counted??;
    }
    Ok(all)
}

async fn start(engine: &Engine, session: &str, death: Death, has_news: bool) -> Result<Count> {
    let mut count = Count::default();
    let service = service(session).await?;
    let start = Command::Start { room: ROOM.to_owned(), session: session.to_owned() };
    die(engine, &service, &start, death).await?;
    count.kills += 1;
    let mut other = service.worker(engine, None)?;
    if has_news {
        service.simulator.flush_callbacks().await;
        for delivery in service.inbox.take() {
            ensure!(other.answer(&Command::Take(delivery)).await? == Answer::Done, "a callback is not taken in");
        }
    }
    // Whoever gets the job again: at once, and once the unknown outcome has been dealt with.
    let again = other.answer(&start).await?;
    let recording = match again {
        Answer::Recording { record_id, .. } => record_id,
        Answer::Failed { ref kind, ref state, .. } if kind == "Conflict" => {
            // Dead between its claim and the report of its outcome.
            let is_explained = matches!(
                death,
                Death::At(Point { call: 1, is_after: true, .. }) | Death::At(Point { call: 2, is_after: false, .. })
            ) || matches!(death, Death::InFlight { .. });
            count.unexplained += u64::from(!is_explained);
            ensure!(state.as_deref() == Some("Sending") || state.as_deref() == Some("Unknown"), "{again:?}");
            decided(&mut other, &start).await?
        }
        other => bail!("the next start ends as {other:?}"),
    };
    // Where its outcome was unknown, whatever the first start began was stopped before another one was sent.
    let running: Vec<_> = service
        .simulator
        .recordings()
        .into_iter()
        .filter(|recording| recording.state == RecordingState::Recording)
        .collect();
    count.starts += service.simulator.executions().start;
    count.doubled += u64::from(running.len() > 1);
    ensure!(running.iter().any(|running| running.record_id == recording), "the recording that is told doesn't run");
    let entry = other.entry(session).await?.context("nothing is on record")?;
    count.unexplained += u64::from(entry.state == "Unknown" || entry.state == "Sending");
    service.simulator.shutdown().await;
    Ok(count)
}

/// Reconciles until the session can be started, as a job does that runs again and again.
async fn decided(worker: &mut Worker, start: &Command) -> Result<String> {
    let until = Instant::now() + DECIDED_WITHIN;
    loop {
        let reconciled = worker.answer(&Command::Reconcile).await?;
        let started = worker.answer(start).await?;
        if let Answer::Recording { record_id, .. } = started {
            return Ok(record_id);
        }
        ensure!(Instant::now() < until, "an unknown outcome stays so: {reconciled:?}, then {started:?}");
        sleep(BETWEEN_JOBS).await;
    }
}

async fn die(engine: &Engine, service: &Service, command: &Command, death: Death) -> Result<()> {
    match death {
        Death::At(point) => {
            let mut worker = service.worker(engine, Some(point))?;
            let answer = worker.settled(command).await?;
            ensure!(answer.is_none(), "it was to die, and answers {answer:?}");
        }
        Death::InFlight { acts } => {
            let step = if acts { Step::hold() } else { Step::reply(503, "").held() };
            service.simulator.next([step])?;
            let mut worker = service.worker(engine, None)?;
            // Its store is open by then, so that its start is sent at once.
            worker.entry(command.session().unwrap_or_default()).await?;
            worker.tell(command).await?;
            service.simulator.wait_for_requests(1).await?;
            worker.kill().await?;
            service.simulator.release();
        }
    }
    Ok(())
}

async fn of_callbacks(engine: &Engine) -> Result<Count> {
    let mut cases = JoinSet::new();
    for (number, point) in deaths_of_callbacks().into_iter().enumerate() {
        let (engine, session) = (engine.clone(), session(engine, &format!("callback-{number}")));
        cases.spawn(async move { callback(&engine, &session, point).await.with_context(|| format!("{point:?}")) });
    }
    added_up(cases).await
}

async fn callback(engine: &Engine, session: &str, point: Point) -> Result<Count> {
    let mut count = Count::default();
    let service = service(session).await?;
    let mut other = service.worker(engine, None)?;
    let start = Command::Start { room: ROOM.to_owned(), session: session.to_owned() };
    ensure!(matches!(other.answer(&start).await?, Answer::Recording { is_mine: true, .. }), "it was to start");
    other.answer(&Command::Stop { room: ROOM.to_owned(), session: session.to_owned() }).await?;
    service.simulator.flush_callbacks().await;
    let deliveries = service.inbox.take();
    ensure!(deliveries.len() >= 3, "a recording has a beginning, an end and a file");
    let made = deliveries.len();
    for delivery in deliveries {
        // It was not answered, so the service sends it again, and to another process.
        let mut dying = service.worker(engine, Some(point))?;
        let died = dying.settled(&Command::Take(delivery.clone())).await?.is_none();
        count.kills += u64::from(died);
        if died {
            ensure!(other.answer(&Command::Take(delivery.clone())).await? == Answer::Done, "it comes again");
        }
        refused_with_another_body(&mut other, delivery).await?;
    }
    let entry = other.entry(session).await?.context("nothing is on record")?;
    count.events += u64::try_from(made)?;
    count.lost += u64::try_from(made)?.saturating_sub(u64::try_from(entry.events)?);
    ensure!(entry.state == "Uploaded", "{entry:?}");
    service.simulator.shutdown().await;
    Ok(count)
}

/// What one process has seen signed, no other takes for something else.
async fn refused_with_another_body(worker: &mut Worker, mut delivery: Delivery) -> Result<()> {
    delivery.body = delivery.body.replacen('{', "{\"forged\":1,", 1);
    let answer = worker.answer(&Command::Take(delivery)).await?;
    ensure!(matches!(&answer, Answer::Failed { kind, .. } if kind == "Refused"), "a forged body ends as {answer:?}");
    Ok(())
}

const ROOM: &str = "room1";
/// A start is reported lost some seconds after its deadline, and dealt with once that was seen for the grace.
const DECIDED_WITHIN: Duration = Duration::from_secs(40);
const BETWEEN_JOBS: Duration = Duration::from_millis(200);

/// One that no other case and no earlier run has.
fn session(engine: &Engine, name: &str) -> String {
    format!("{}-{name}-{:016x}", engine.name, fastrand::u64(..))
}

async fn service(session: &str) -> Result<Service> {
    Service::open([(ROOM.to_owned(), session.to_owned())]).await
}
