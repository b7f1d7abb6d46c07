//! The processes of the fleet, as whoever runs them holds them.

use std::env;
use std::ffi::OsString;
use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rongcloud_simulator::Simulator;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command as Process};
use tokio::time::timeout;

use crate::callbacks::Inbox;
use crate::crash::Point;
use crate::engine::Engine;
use crate::protocol::{Answer, Command, Entry};

pub(crate) const APP_SECRET: &str = rongcloud_simulator::DEMO_APP_SECRET;
/// How long a call may take, and how long an unknown outcome must have been seen: short, so that all of this ends soon.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(3);
pub(crate) const GRACE: Duration = Duration::from_millis(300);
/// How wrong a clock may be, by the service's and by the workers' own check: were they stricter, nothing would be done by a
/// wrong clock.
pub(crate) const TIME_WINDOW: Duration = Duration::from_secs(2 * 24 * 3_600);
/// No answer takes longer, or something hangs.
const LONGEST: Duration = Duration::from_secs(60);

/// What stands in for the service, with an app of its own: nothing that others have on record is looked after with it.
pub(crate) struct Service {
    pub(crate) simulator: Simulator,
    pub(crate) inbox: Inbox,
    pub(crate) app_key: String,
}

impl Service {
    /// With a call going on in each room.
    pub(crate) async fn open(rooms: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let (inbox, callback_url) = Inbox::open().await?;
        let app_key = format!("fleet{:016x}", fastrand::u64(..));
        let mut builder = Simulator::builder().app(&app_key, APP_SECRET).recording_callback(callback_url);
        builder = builder.timestamp_window(TIME_WINDOW);
        for (room, session) in rooms {
            builder = builder.room(room, session.as_str());
        }
        Ok(Self { simulator: builder.start().await?, inbox, app_key })
    }

    /// A process of the fleet, which dies at the point given.
    pub(crate) fn worker(&self, engine: &Engine, point: Option<Point>) -> Result<Worker> {
        let place = Place { point, ..self.place(engine) };
        self.worker_at(&place)
    }

    pub(crate) fn address(&self) -> Result<SocketAddr> {
        self.simulator.url().trim_start_matches("http://").parse().context("the simulator's address")
    }

    /// On this host, with nothing between.
    pub(crate) fn place(&self, engine: &Engine) -> Place {
        let (by, api_url) = (Vec::new(), self.simulator.url().to_owned());
        Place { by, api_url, ledger_url: engine.url.clone(), point: None }
    }

    pub(crate) fn worker_at(&self, place: &Place) -> Result<Worker> {
        Worker::start(place, &self.app_key)
    }
}

/// Where and how a process of the fleet runs.
#[derive(Clone)]
pub(crate) struct Place {
    /// What runs it, with its arguments.
    pub(crate) by: Vec<String>,
    pub(crate) api_url: String,
    pub(crate) ledger_url: String,
    /// Where it dies.
    pub(crate) point: Option<Point>,
}

/// How often a command is given that is not carried out because the store can't be asked.
const MOST_TRIES: u32 = 5;

/// A process of the fleet. It ends with this.
pub(crate) struct Worker {
    child: Child,
    commands: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    fn start(place: &Place, app_key: &str) -> Result<Self> {
        let program = env::current_exe()?.into_os_string();
        let mut line = place.by.iter().map(OsString::from).chain([program, "worker".into()]);
        let mut child = Process::new(line.next().unwrap_or_default())
            .args(line)
            .env("FLEET_API_URL", &place.api_url)
            .env("FLEET_APP_KEY", app_key)
            .env("FLEET_LEDGER_URL", &place.ledger_url)
            .env("FLEET_CRASH", serde_json::to_string(&place.point)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let commands = child.stdin.take().context("a worker has an input")?;
        let answers = BufReader::new(child.stdout.take().context("a worker has an output")?).lines();
        Ok(Self { child, commands, answers })
    }

    /// What it answers; nothing where it died.
    pub(crate) async fn ask(&mut self, command: &Command) -> Result<Option<Answer>> {
        self.tell(command).await?;
        self.heard().await
    }

    /// What it answers to what it was told; nothing where it died.
    pub(crate) async fn heard(&mut self) -> Result<Option<Answer>> {
        let line = timeout(LONGEST, self.answers.next_line()).await.context("a worker hangs")?;
        Ok(line?.map(|line| serde_json::from_str(&line)).transpose()?)
    }

    /// Says it, and doesn't wait for the answer.
    pub(crate) async fn tell(&mut self, command: &Command) -> Result<()> {
        let line = format!("{}\n", serde_json::to_string(command)?);
        Ok(self.commands.write_all(line.as_bytes()).await?)
    }

    /// What one that doesn't die answers.
    pub(crate) async fn answer(&mut self, command: &Command) -> Result<Answer> {
        self.settled(command).await?.context("a worker died that should not")
    }

    /// What it answers once its store is open; nothing where it died. A store that opens too slowly has the command fail
    /// as not sent: then it may be given again, as ever.
    pub(crate) async fn settled(&mut self, command: &Command) -> Result<Option<Answer>> {
        for _ in 1..MOST_TRIES {
            match self.ask(command).await? {
                Some(Answer::Failed { kind, .. }) if kind == "NotSent" => {}
                other => return Ok(other),
            }
        }
        self.ask(command).await
    }

    pub(crate) async fn entry(&mut self, session: &str) -> Result<Option<Entry>> {
        match self.answer(&Command::Get { session: session.to_owned() }).await? {
            Answer::Entry(entry) => Ok(entry),
            other => bail!("asked for a session, a worker answers {other:?}"),
        }
    }

    /// Has it go on where it was stopped.
    pub(crate) async fn resume(&self) -> Result<()> {
        let process = self.child.id().context("a worker has ended")?.to_string();
        let status = Process::new("kill").args(["-CONT", &process]).status().await?;
        ensure!(status.success(), "a worker can't go on");
        Ok(())
    }

    /// As `kill -9`.
    pub(crate) async fn kill(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}
