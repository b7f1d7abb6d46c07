//! One file for each command.

mod callback;
mod check;
mod completions;
mod doctor;
mod entry;
mod explain;
mod follow;
mod layout;
mod list;
mod man;
mod profile;
mod reconcile;
mod resolve;
mod room;
mod show;
mod simulate;
mod start;
mod stop;
mod unresolved;

use clap::Subcommand;

use crate::failure::Failure;
use crate::output::Output;
use crate::{catalogue, reference};

#[derive(Subcommand)]
pub enum Command {
    Check(check::Check),
    Show(show::Show),
    Room(room::Room),
    Start(start::Start),
    Layout(layout::Layout),
    Stop(stop::Stop),
    Follow(follow::Follow),
    List(list::List),
    Unresolved(unresolved::Unresolved),
    Resolve(resolve::Resolve),
    Reconcile(reconcile::Reconcile),
    Doctor(doctor::Doctor),
    Callback(callback::Callback),
    Explain(explain::Explain),
    Simulate(simulate::Simulate),
    Completions(completions::Completions),
    Man(man::Man),
    /// Prints docs/cli.md
    #[command(hide = true)]
    Reference,
    /// Prints docs/errors.md
    #[command(hide = true)]
    Errors,
}

impl Command {
    pub async fn run(self, output: Output) -> Result<(), Failure> {
        match self {
            Self::Check(check) => check.run(output),
            Self::Show(show) => show.run(output),
            Self::Room(room) => room.run(output).await,
            Self::Start(start) => start.run(output).await,
            Self::Layout(layout) => layout.run(output).await,
            Self::Stop(stop) => stop.run(output).await,
            Self::Follow(follow) => follow.run(output).await,
            Self::List(list) => list.run(output).await,
            Self::Unresolved(unresolved) => unresolved.run(output).await,
            Self::Resolve(resolve) => resolve.run(output).await,
            Self::Reconcile(reconcile) => reconcile.run(output).await,
            Self::Doctor(doctor) => doctor.run(output).await,
            Self::Callback(callback) => callback.run(output).await,
            Self::Explain(explain) => explain.run(output),
            Self::Simulate(simulate) => simulate.run(output).await,
            Self::Completions(completions) => completions.run(output),
            Self::Man(man) => man.run(output),
            Self::Reference => output.document(&reference::page()),
            Self::Errors => output.document(&catalogue::page()),
        }
    }
}
