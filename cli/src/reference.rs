//! The command line as a page: docs/cli.md.

use std::sync::LazyLock;

use clap::Command;

use crate::exit::Exit;
use crate::{EVERYWHERE, definition};

/// What the program is called.
pub const NAME: &str = "rongcloud-recording";

/// The exit codes, as help shows them.
pub static EXIT_CODES: LazyLock<String> = LazyLock::new(|| {
    let lines = Exit::ALL.map(|(exit, meaning)| format!("  {:>3}  {meaning}\n", exit as u8));
    format!("Exit codes:\n{}", lines.concat()).trim_end().to_owned()
});

const HEAD: &str = "# The command line

`rongcloud-recording` checks, starts, follows and stops recordings, and finds out what is wrong. This page is made from its
own help: `make cli-docs` writes it, and `make check test` fails where it is another.

Data goes to stdout, everything else to stderr. With `--json`, stdout has JSON and nothing else: one value, or one a line
where things are followed; an error is one object, `{\"error\": {…}}`, with `kind`, `maybe_sent`, `may_be_recording`,
`is_retryable`, `request_id`, `violations`, `attempts` and `exit_code`. What `check`, `doctor` and `callback` find wrong, and
a followed recording that has failed, is data and no error; the exit code tells. Times are in milliseconds. No command asks
a question, and none has secrets as arguments, but for that of a simulator, which is nobody's: they come from the
environment, or from a file that `--env-file` names, whose variables win over those that are set. What would change something at an address that is not this machine needs `--live`.
";

/// The whole page.
pub fn page() -> String {
    let mut whole = definition();
    whole.build();
    let commands: Vec<Command> = leaves(&whole);
    let mut page = format!("{HEAD}\n| Command | What it does |\n|---|---|\n");
    for command in &commands {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let anchor = name(command).replace(' ', "-");
        page.push_str(&format!("| [`{}`](#{anchor}) | {about} |\n", name(command)));
    }
    page.push_str("\n| Exit code | What it means |\n|---:|---|\n");
    for (exit, meaning) in Exit::ALL {
        page.push_str(&format!("| {} | {meaning} |\n", exit as u8));
    }
    let mut common = String::new();
    for command in commands {
        let help = command.clone().render_long_help().to_string();
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        let help = help.join("\n");
        // The same for all, so it stands once.
        let (own, of_all) = help.split_once(&format!("\n\n{EVERYWHERE}:\n")).unwrap_or((&help, ""));
        common = of_all.to_owned();
        page.push_str(&section(&name(&command), own));
    }
    page.push_str(&section(EVERYWHERE, &common));
    page
}

fn section(title: &str, text: &str) -> String {
    format!("\n## {title}\n\n```text\n{}\n```\n", text.trim_end())
}

/// What a user types after the program's name.
fn name(command: &Command) -> String {
    let whole = command.get_bin_name().unwrap_or(command.get_name());
    whole.strip_prefix(NAME).unwrap_or(whole).trim_start().to_owned()
}

/// The commands that have no others under them.
fn leaves(command: &Command) -> Vec<Command> {
    let is_shown = |command: &&Command| !command.is_hide_set() && command.get_name() != "help";
    let under: Vec<Command> = command.get_subcommands().filter(is_shown).flat_map(leaves).collect();
    if under.is_empty() { vec![command.clone()] } else { under }
}
