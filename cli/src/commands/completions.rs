//! `completions`: what a shell completes.

use clap::Args;
use clap_complete::{Shell, generate};

use crate::failure::Failure;
use crate::output::Output;
use crate::{definition, reference};

/// Prints what a shell needs to complete commands and options
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self, output: Output) -> Result<(), Failure> {
        let mut text = Vec::new();
        generate(self.shell, &mut definition(), reference::NAME, &mut text);
        output.document(&String::from_utf8_lossy(&text))
    }
}
