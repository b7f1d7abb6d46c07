//! A language's driver: a process that reads a command a line, and says a line what came of it.

use std::collections::VecDeque;
use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::{APP_KEY, APP_SECRET, Wrong};

/// Longer than any call's own time-out.
const LONGEST: Duration = Duration::from_secs(60);
/// For its end.
const LAST: Duration = Duration::from_secs(10);
/// How much of the error output is shown where a driver fails.
const SHOWN: usize = 40;
/// And how many characters of the command: some are millions.
const LENGTH: usize = 300;
/// How often a driver is started: one that dies of everything, or hangs, is given up.
const STARTS: usize = 6;

/// What no driver may show: the app's, and the password of stores.
const SECRETS: [&str; 2] = [APP_SECRET, "kept-secret"];

/// What came of a command.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It was done.
    Done(Value),
    /// The library's error: every fact of `Failure`.
    Failed(Value),
}

impl Outcome {
    pub(crate) fn done(self) -> Result<Value, Wrong> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Failed(failure) => Err(format!("it failed: {failure}")),
        }
    }

    pub(crate) fn failed(self) -> Result<Value, Wrong> {
        match self {
            Self::Failed(failure) => Ok(failure),
            Self::Done(value) => Err(format!("it didn't fail: {value}")),
        }
    }
}

/// A driver, started when it is first asked, and again after it has died.
pub(crate) struct Driver {
    command: Vec<String>,
    running: Option<Running>,
    starts: usize,
    log: Arc<Mutex<Log>>,
}

struct Running {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    errors: JoinHandle<()>,
}

/// What drivers have written to their error output.
#[derive(Default)]
pub(crate) struct Log {
    pub(crate) lines: usize,
    pub(crate) with_secret: Vec<String>,
    last: VecDeque<String>,
}

impl Log {
    fn take(&mut self, line: String) {
        self.lines += 1;
        if has_secret(&line) {
            self.with_secret.push(line.clone());
        }
        self.last.push_back(line);
        if self.last.len() > SHOWN {
            self.last.pop_front();
        }
    }
}

impl Driver {
    pub(crate) fn new(command: Vec<String>) -> Self {
        Self { command, running: None, starts: 0, log: Arc::default() }
    }

    /// Makes the client that calls are made with from now on, of the simulator's app unless the settings say otherwise.
    pub(crate) async fn client(&mut self, settings: &Value) -> Result<Outcome, Wrong> {
        let mut all = json!({"app_key": APP_KEY, "app_secret": APP_SECRET});
        let given = settings.as_object().ok_or_else(|| format!("{settings} are no settings"))?;
        for (name, value) in given {
            all[name] = value.clone();
        }
        self.ask(&json!({"client": all})).await
    }

    pub(crate) async fn call(&mut self, operation: &str, arguments: &Value) -> Result<Outcome, Wrong> {
        self.ask(&json!({"call": {"operation": operation, "arguments": arguments}})).await
    }

    /// Gives a command, and waits for what comes of it.
    pub(crate) async fn ask(&mut self, command: &Value) -> Result<Outcome, Wrong> {
        let answer = match self.running() {
            Ok(running) => timeout(LONGEST, running.say(command)).await,
            Err(wrong) => return Err(wrong),
        };
        let why = match answer {
            Ok(Ok(Some(line))) => return outcome(&line),
            Ok(Ok(None)) => "has ended".to_owned(),
            Ok(Err(error)) => format!("can't be spoken to: {error}"),
            Err(_) => format!("has said nothing for {} s", LONGEST.as_secs()),
        };
        // Why it ended is in what it logged.
        let _ = self.end().await;
        let log: Vec<_> = self.log().last.drain(..).collect();
        let command = SECRETS.iter().fold(command.to_string(), |command, secret| command.replace(secret, "[redacted]"));
        let command: String = command.chars().take(LENGTH).collect();
        Err(format!("the driver {why}, after {command}\n{}", log.join("\n")))
    }

    fn running(&mut self) -> Result<&mut Running, Wrong> {
        let running = match self.running.take() {
            Some(running) => running,
            None => self.start()?,
        };
        Ok(self.running.insert(running))
    }

    fn start(&mut self) -> Result<Running, Wrong> {
        if self.starts == STARTS {
            return Err(format!("the driver has died {STARTS} times, and is not started again"));
        }
        self.starts += 1;
        let told = |error: &dyn std::fmt::Display| format!("{}: {error}", self.command.join(" "));
        let (program, arguments) = self.command.split_first().ok_or("no driver is given")?;
        let mut command = Command::new(program);
        command.args(arguments).kill_on_drop(true);
        // What a machine may have set for real use.
        for name in ["APP_KEY", "APP_SECRET", "DATA_CENTER", "API_URL", "LEDGER_URL"] {
            command.env_remove(format!("RONGCLOUD_{name}"));
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| told(&error))?;
        let (Some(input), Some(output), Some(errors)) = (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(told(&"has no pipes"));
        };
        let errors = tokio::spawn(listen(errors, self.log.clone()));
        Ok(Running { child, input, output: BufReader::new(output).lines(), errors })
    }

    /// Ends its input, and waits until it has ended and for all that it has logged.
    pub(crate) async fn end(&mut self) -> Result<(), Wrong> {
        let Some(Running { mut child, input, errors, .. }) = self.running.take() else { return Ok(()) };
        drop(input);
        let ended = timeout(LAST, child.wait()).await;
        if ended.is_err() {
            // It fails where it has just ended.
            let _ = child.kill().await;
        }
        // A process of its own, which the driver may have left behind, keeps the pipe open.
        let _ = timeout(LAST, errors).await;
        match ended {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(format!("the driver has ended with {status}")),
            Ok(Err(error)) => Err(format!("the driver can't be waited for: {error}")),
            Err(_) => Err(format!("the driver has not ended {} s after its input", LAST.as_secs())),
        }
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    async fn say(&mut self, command: &Value) -> std::io::Result<Option<String>> {
        self.input.write_all(format!("{command}\n").as_bytes()).await?;
        self.input.flush().await?;
        self.output.next_line().await
    }
}

async fn listen(errors: ChildStderr, log: Arc<Mutex<Log>>) {
    let mut lines = BufReader::new(errors).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        log.lock().unwrap_or_else(PoisonError::into_inner).take(line);
    }
}

fn has_secret(line: &str) -> bool {
    SECRETS.iter().any(|secret| line.contains(secret))
}

fn outcome(line: &str) -> Result<Outcome, Wrong> {
    if has_secret(line) {
        return Err(format!("the secret stands in what the driver says: {line}"));
    }
    let answer: Value = serde_json::from_str(line).map_err(|error| format!("the driver says {line}: {error}"))?;
    match (answer.get("done"), answer.get("failed")) {
        (Some(value), None) => Ok(Outcome::Done(value.clone())),
        (None, Some(failure)) => Ok(Outcome::Failed(failure.clone())),
        _ => Err(format!("the driver says {line}")),
    }
}
