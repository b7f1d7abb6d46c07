//! `rongcloud-simulator`: the simulator as a program.

use std::error::Error;
use std::io::{self, Write};

use clap::Parser;
use rongcloud_simulator::program::{self, Options};

/// A stand-in for the RongCloud RTC recording service, on a loopback address. Prints its URL as the only line on
/// stdout, then a line for each request on stderr.
#[derive(Parser)]
#[command(version)]
struct Program {
    #[command(flatten)]
    options: Options,

    /// Logs no requests
    #[arg(long)]
    quiet: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Program { options, quiet } = Program::parse();
    program::run(options, print_url, (!quiet).then_some(program::to_stderr)).await
}

fn print_url(url: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{url}")?;
    stdout.flush()
}
