//! `follow`: how a session's recording goes on.

use std::net::IpAddr;
use std::time::Duration;

use clap::Args;
use rongcloud_recording::{OnUnknown, RecordingLedger};

use crate::failure::Failure;
use crate::output::Output;
use crate::progress;
use crate::receive::{self, Receiving};
use crate::service::{Address, Ledger, interrupted};
use crate::time_limit::length;

/// Follows a session's recording up to its uploaded files: a line, or with --json a value, for each change
#[derive(Debug, Args)]
pub struct Follow {
    /// The session's id
    session: String,

    #[command(flatten)]
    following: Following,
    #[command(flatten)]
    ledger: Ledger,
    #[command(flatten)]
    address: Address,
}

/// How long something is followed, and where its callbacks come from.
#[derive(Debug, Clone, Copy, Args)]
pub struct Following {
    /// How long it must have been quiet around an uploaded recording: nobody says how many files there will be; 2 m by
    /// default
    #[arg(long, value_name = "TIME", value_parser = length)]
    settle: Option<Duration>,

    /// How long it is followed, at most; by default until nothing more is expected
    #[arg(long, value_name = "TIME", value_parser = length)]
    follow_for: Option<Duration>,

    /// Takes callbacks at this port meanwhile, and puts them on record; 0 is a free one
    #[arg(long, value_name = "PORT")]
    listen: Option<u16>,

    /// Address that --listen listens on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", requires = "listen")]
    host: IpAddr,
}

impl Following {
    /// Whether callbacks are taken here.
    pub fn listens(&self) -> bool {
        self.listen.is_some()
    }

    /// Whether anything was said about it.
    pub fn is_said(&self) -> bool {
        self.settle.is_some() || self.follow_for.is_some() || self.listen.is_some()
    }

    /// Begins to take callbacks, where that is asked for.
    pub async fn listening(&self, ledger: &RecordingLedger, output: Output) -> Result<Option<Receiving>, Failure> {
        let Some(port) = self.listen else { return Ok(None) };
        receive::into_ledger((self.host, port).into(), ledger.clone(), output).await.map(Some)
    }

    pub async fn follow(
        &self,
        ledger: &RecordingLedger,
        session_id: &str,
        interrupted: impl Future<Output = ()>,
        output: Output,
    ) -> Result<(), Failure> {
        progress::follow(ledger, session_id, self.settle, self.follow_for, interrupted, output).await
    }
}

impl Follow {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        let client = self.address.client()?;
        let ledger = self.ledger.open(client, OnUnknown::Hold)?;
        // Before anybody is told of anything: whoever reads it may interrupt.
        let interrupted = interrupted();
        let _receiving = self.following.listening(&ledger, output).await?;
        self.following.follow(&ledger, &self.session, interrupted, output).await
    }
}
