//! `callback`: the service's callbacks, verified, sent and received by hand.

mod capture;
mod expected;
mod listen;
mod paths;
mod send;
mod templates;
mod verify;

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::output::Output;

/// Verifies, sends or receives callbacks
#[derive(Debug, Args)]
pub struct Callback {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    Verify(verify::Verify),
    Send(send::Send),
    Listen(listen::Listen),
}

impl Callback {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        match self.action {
            Action::Verify(verify) => verify.run(output),
            Action::Send(send) => send.run(output).await,
            Action::Listen(listen) => listen.run(output).await,
        }
    }
}
