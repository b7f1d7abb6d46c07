//! `man`: the manual page.

use clap::Args;
use clap_mangen::Man as Page;

use crate::definition;
use crate::failure::Failure;
use crate::output::Output;

/// Prints the manual page, of the whole program or of one command
#[derive(Debug, Args)]
pub struct Man {
    /// The command, such as start or callback listen
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

impl Man {
    pub fn run(self, output: Output) -> Result<(), Failure> {
        let mut whole = definition();
        whole.build();
        let mut found = &whole;
        for word in &self.command {
            found = found
                .find_subcommand(word)
                .ok_or_else(|| Failure::Usage(format!("{word} is no command of {}", found.get_name())))?;
        }
        let mut text = Vec::new();
        let page = Page::new(found.clone());
        page.render(&mut text).map_err(|error| Failure::Local(format!("the page can't be made: {error}")))?;
        output.document(&String::from_utf8_lossy(&text))
    }
}
