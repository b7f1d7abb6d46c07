//! The service as a command calls it: where it is, whether it may be changed there, and how a call is interrupted.

use std::time::Duration;

use clap::Args;
use rongcloud_recording::ledger::{LedgerOptions, OnUnknown, RecordingLedger};
use rongcloud_recording::reach::domains;
use rongcloud_recording::{ClientOptions, ENV_LEDGER_URL, RecordingClient, RecordingError};

use crate::failure::Failure;
use crate::time_limit::length;

/// Where the service is. Keys and everything else come from the environment.
#[derive(Debug, Clone, Args)]
pub struct Address {
    /// Address of the API, in place of RONGCLOUD_API_URL and of the data center's
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,

    /// A second address of the same service, used while the first one fails
    #[arg(long, value_name = "URL", requires = "api_url")]
    backup_api_url: Option<String>,
}

impl Address {
    /// Whether one is given here.
    pub fn is_said(&self) -> bool {
        self.api_url.is_some()
    }

    fn options(&self) -> ClientOptions {
        let mut options = ClientOptions::default();
        options.api_url.clone_from(&self.api_url);
        options.backup_api_url.clone_from(&self.backup_api_url);
        options
    }

    /// The client of the environment's app.
    ///
    /// # Errors
    /// Everything that is missing or wrong, at once.
    pub fn client(&self) -> Result<RecordingClient, Failure> {
        Ok(RecordingClient::from_env(self.options())?)
    }
}

/// Where the service is, and how long it is waited for.
#[derive(Debug, Clone, Args)]
pub struct Service {
    #[command(flatten)]
    address: Address,

    /// Longest time for a call, such as 15, 500ms or 2m; 15 s by default
    #[arg(long, value_name = "TIME", value_parser = length)]
    timeout: Option<Duration>,
}

impl Service {
    /// What the library is told of it.
    pub fn options(&self) -> ClientOptions {
        let mut options = self.address.options();
        options.timeout = self.timeout.map(Into::into);
        options
    }

    /// The client of the environment's app.
    ///
    /// # Errors
    /// Everything that is missing or wrong, at once.
    pub fn client(&self) -> Result<RecordingClient, Failure> {
        Ok(RecordingClient::from_env(self.options())?)
    }
}

/// The word that lets a command change something elsewhere than on this machine.
#[derive(Debug, Clone, Copy, Args)]
pub struct Live {
    /// Needed to change something at an address that is not this machine's own
    #[arg(long)]
    live: bool,
}

impl Live {
    /// # Errors
    /// Where the service is not on this machine, and the word was not said.
    pub fn allows(self, what: &str, service: &Service) -> Result<(), Failure> {
        let elsewhere = domains(&service.options())?.into_iter().find(|domain| !domain.is_loopback);
        match elsewhere {
            Some(domain) if !self.live => Err(needed(what, &domain.url)),
            _ => Ok(()),
        }
    }

    /// The same for an address of another kind.
    ///
    /// # Errors
    /// As [`allows`](Self::allows).
    pub fn allows_at(self, what: &str, address: &str, is_loopback: bool) -> Result<(), Failure> {
        if is_loopback || self.live { Ok(()) } else { Err(needed(what, address)) }
    }
}

/// Whether a store's address has a password, wherever it stands, and whether or not it can be read.
fn has_password(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let stands_before_host = authority.rsplit_once('@').is_some_and(|(user, _)| user.contains(':'));
    // As PostgreSQL takes it, too.
    stands_before_host || url.to_ascii_lowercase().contains("password=")
}

fn needed(what: &str, address: &str) -> Failure {
    Failure::Usage(format!(
        "{what} at {address}, which is not this machine: say --live if that is meant. Nothing was sent"
    ))
}

/// The ledger that all processes of the app share.
#[derive(Debug, Clone, Args)]
pub struct Ledger {
    /// The ledger's store, in place of RONGCLOUD_LEDGER_URL; one with a password belongs there or into the --env-file
    #[arg(long = "ledger", value_name = "URL")]
    url: Option<String>,
}

impl Ledger {
    /// Whether one is named here or in the environment.
    pub fn is_named(&self) -> bool {
        self.url.is_some() || std::env::var_os(ENV_LEDGER_URL).is_some_and(|url| !url.is_empty())
    }

    /// The ledger of a client.
    ///
    /// # Errors
    /// Where none is named, its address can't be used, or has a password that everybody on this machine could read.
    pub fn open(&self, client: RecordingClient, on_unknown: OnUnknown) -> Result<RecordingLedger, Failure> {
        let mut options = LedgerOptions::default();
        if let Some(url) = &self.url {
            if has_password(url) {
                let reason = format!(
                    "an argument can be read by everybody on this machine: give a --ledger that has a password as {ENV_LEDGER_URL}, or in the --env-file"
                );
                return Err(Failure::Usage(reason));
            }
            options = options.store(url);
        }
        Ok(RecordingLedger::open(client, on_unknown, &options)?)
    }
}

/// What a call comes to. An interruption closes the client, so that the call itself tells whether its request had left.
///
/// # Errors
/// The call's.
pub async fn call<T>(
    client: &RecordingClient,
    call: impl Future<Output = Result<T, RecordingError>>,
) -> Result<T, Failure> {
    unless_interrupted(call, || client.close()).await
}

/// The same of a call that goes through the ledger, which may be waiting for something else than the service.
///
/// # Errors
/// The call's.
pub async fn call_ledger<T>(
    client: &RecordingClient,
    ledger: &RecordingLedger,
    call: impl Future<Output = Result<T, RecordingError>>,
) -> Result<T, Failure> {
    let close = || {
        client.close();
        ledger.close();
    };
    unless_interrupted(call, close).await
}

async fn unless_interrupted<T>(
    call: impl Future<Output = Result<T, RecordingError>>,
    close: impl FnOnce(),
) -> Result<T, Failure> {
    tokio::pin!(call);
    tokio::select! {
        outcome = &mut call => return Ok(outcome?),
        () = interrupted() => close(),
    }
    Ok(call.await?)
}

/// Resolves when somebody wants the program to end, from now on: not only once it is awaited.
#[cfg(unix)]
pub fn interrupted() -> impl Future<Output = ()> {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn heard(listener: std::io::Result<Signal>) {
        match listener {
            Ok(mut signals) => _ = signals.recv().await,
            // It can't be heard: the program is ended otherwise.
            Err(_) => std::future::pending().await,
        }
    }
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        tokio::select! {
            () = heard(interrupt) => {}
            () = heard(terminate) => {}
        }
    }
}

/// Resolves when somebody wants the program to end.
#[cfg(not(unix))]
pub async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Nobody can be heard: the program is ended otherwise.
        std::future::pending::<()>().await;
    }
}
