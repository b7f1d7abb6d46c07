//! Asks one language, through its driver, for all that must be the same in every language: the golden vectors, and the
//! grid of faults. How a driver is spoken to is in the README.

mod compare;
mod driver;
mod faults;
mod grid;
mod vectors;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use serde_json::Value;

use driver::Driver;

/// The app that the simulator knows here, with the published secret of the vendor's signature example.
const APP_KEY: &str = "uwd1c0sxdlx2";
const APP_SECRET: &str = "Y1W2MeFwwwRxa0";

/// Why something is not as it should be, for people.
type Wrong = String;

#[derive(Parser)]
#[command(about = "Asks a language's driver for what must be the same in all languages.")]
struct Arguments {
    #[command(subcommand)]
    suite: Suite,
}

#[derive(Subcommand)]
enum Suite {
    /// Every entry of every file of tests/vectors.
    Vectors {
        /// Only entries that have this in "FILE: NAME".
        #[arg(long)]
        only: Option<String>,
        #[command(flatten)]
        language: Language,
    },
    /// Every case of tests/faults/grid.json for every operation, and starts cut at every byte.
    Faults {
        /// Where what was seen is written, a JSON object a line.
        #[arg(long)]
        output: PathBuf,
        /// How many lines the drivers must have logged: what they log is looked at for the secret.
        #[arg(long, default_value_t = 0)]
        least_log: usize,
        #[command(flatten)]
        language: Language,
    },
}

#[derive(Args)]
struct Language {
    /// Its name, for the report.
    language: String,
    /// The driver's program and its arguments.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    driver: Vec<String>,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let (name, outcome) = match Arguments::parse().suite {
        Suite::Vectors { only, language } => {
            (language.language, vectors::run(Driver::new(language.driver), only.as_deref().unwrap_or_default()).await)
        }
        Suite::Faults { output, least_log, language } => {
            (language.language, faults::run(&language.driver, &output, least_log).await)
        }
    };
    match outcome {
        Ok(Tally { passed, wrong }) => {
            wrong.iter().for_each(|wrong| eprintln!("{name}: {wrong}\n"));
            println!("{name}: {passed} passed, {} failed", wrong.len());
            // An expression that no name has must not look like success.
            if wrong.is_empty() && passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What has come of a suite.
#[derive(Default)]
struct Tally {
    passed: usize,
    wrong: Vec<Wrong>,
}

impl Tally {
    fn add(&mut self, name: &str, outcome: Result<(), Wrong>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(wrong) => self.wrong.push(format!("{name}: {wrong}")),
        }
    }
}

/// A file of the folder that this one's is in.
fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name(name)
}

fn read(path: &Path) -> Result<Value, Wrong> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| told(&error))?;
    serde_json::from_str(&text).map_err(|error| told(&error))
}
