//! `rongcloud-recording`: the command line of the library.
//!
//! Data goes to stdout and everything else to stderr; with `--json`, stdout has JSON and nothing else. What became of a
//! command is its exit code. Nothing ever asks a question.

mod canvas;
mod catalogue;
mod commands;
mod env_file;
mod exit;
mod failure;
mod input;
mod json;
mod output;
mod picture;
mod progress;
mod receive;
mod reference;
mod service;
mod text;
mod time_limit;
mod webhook;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};

use crate::commands::Command;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Colour, Output};

/// Checks, starts, follows and stops RongCloud cloud recordings, and finds out what is wrong.
///
/// The app's key and secret come from the environment: RONGCLOUD_APP_KEY, RONGCLOUD_APP_SECRET, and
/// RONGCLOUD_DATA_CENTER or RONGCLOUD_API_URL; or from a file that has them (--env-file).
#[derive(Parser)]
#[command(name = "rongcloud-recording", version, after_help = reference::EXIT_CODES.as_str())]
struct Arguments {
    #[command(flatten)]
    common: Common,

    #[command(subcommand)]
    command: Command,
}

/// What the options of every command stand under in its help.
const EVERYWHERE: &str = "With every command";

#[derive(clap::Args)]
struct Common {
    /// Prints JSON and nothing else to stdout; an error is one object
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    json: bool,

    /// Prints no remarks to stderr, only errors
    #[arg(long, short, global = true, help_heading = EVERYWHERE)]
    quiet: bool,

    /// Whether words are coloured
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Colour::Auto, help_heading = EVERYWHERE)]
    color: Colour,

    /// File of NAME=value lines, which are set before anything else is read
    #[arg(long, global = true, value_name = "FILE", help_heading = EVERYWHERE)]
    env_file: Option<PathBuf>,
}

fn main() -> ExitCode {
    let Arguments { common, command } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misunderstood(&error).into(),
    };
    let output = Output::new(common.json, common.quiet, common.color);
    let outcome = common.env_file.map_or(Ok(()), |file| env_file::apply(&file)).and_then(|()| run(command, output));
    match outcome {
        Ok(()) => Exit::Done.into(),
        Err(failure) => {
            output.failure(&failure);
            failure.exit().into()
        }
    }
}

fn run(command: Command, output: Output) -> Result<(), Failure> {
    // The default of programs that make TLS connections of their own; the library's have theirs.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Local(format!("no threads can be started: {error}")))?;
    let outcome = runtime.block_on(command.run(output));
    // Whatever still runs must not hold the program up.
    runtime.shutdown_background();
    outcome
}

/// The command line was not understood, or asks for help.
fn misunderstood(error: &clap::Error) -> Exit {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return Exit::Done;
    }
    let is_json = env::args_os().any(|argument| argument == "--json");
    if is_json {
        let sentence = error.to_string();
        Output::new(true, false, Colour::Never)
            .failure(&Failure::Usage(sentence.trim_start_matches("error: ").trim_end().to_owned()));
    } else {
        let _ = error.print();
    }
    Exit::Usage
}

/// The command line as clap knows it.
fn definition() -> clap::Command {
    Arguments::command()
}
