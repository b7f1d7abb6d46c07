//! Settings from a file of `NAME=value` lines, so that no secret needs to be an argument.
//!
//! They become the environment of this program begun anew: whoever reads the environment (the library, TLS, proxies, the
//! options themselves) finds them there, and no variable changes while the program runs.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

use rongcloud_recording::codes;

use crate::failure::Failure;

/// Says to the program begun anew that it is the one: it has the id of the process that began it.
const APPLIED: &str = "RONGCLOUD_RECORDING_ENV_FILE_APPLIED";
const LARGEST: u64 = 64 * 1024;

/// Begins anew with the file's variables, unless that has happened. They win over those that are set: the file was named.
///
/// # Errors
/// Where the file can't be read or has a line that is none, or the program can't begin anew.
pub fn apply(file: &Path) -> Result<(), Failure> {
    let this = std::process::id().to_string();
    if env::var(APPLIED).is_ok_and(|id| !cfg!(unix) || id == this) {
        return Ok(());
    }
    let variables = read(file)?;
    let unable = |error| Failure::Local(format!("the program can't begin with the file's variables: {error}"));
    let program = env::current_exe().map_err(unable)?;
    let mut command = Command::new(program);
    command.args(env::args_os().skip(1)).envs(variables).env(APPLIED, this);
    Err(unable(become_it(command)))
}

/// Returns only where it fails.
#[cfg(unix)]
fn become_it(mut command: Command) -> io::Error {
    use std::os::unix::process::CommandExt;
    command.exec()
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> io::Error {
    match command.status() {
        Ok(status) => std::process::exit(status.code().unwrap_or(1)),
        Err(error) => error,
    }
}

fn read(file: &Path) -> Result<Vec<(String, OsString)>, Failure> {
    let name = || file.display().to_string();
    let unreadable = |reason: String| Failure::input(name(), codes::INVALID_SHAPE, reason);
    let metadata = fs::metadata(file).map_err(|error| unreadable(format!("can't be read: {error}")))?;
    if !metadata.is_file() || metadata.len() > LARGEST {
        return Err(unreadable("is not a file of variables".to_owned()));
    }
    let text = fs::read_to_string(file).map_err(|error| unreadable(format!("can't be read: {error}")))?;
    variables(&text)
        .map_err(|(line, reason)| Failure::input(format!("{}:{line}", name()), codes::INVALID_SHAPE, reason))
}

/// The variables of a text. A reason says nothing of a line but its number: it may have the secret in it.
fn variables(text: &str) -> Result<Vec<(String, OsString)>, (usize, &'static str)> {
    let mut found = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let at = |reason| (index + 1, reason);
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or_else(|| at("is not NAME=value"))?;
        let name = name.trim_end();
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        if name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit()) || !name.chars().all(is_name) {
            return Err(at("has no name of a variable before ="));
        }
        let value = unquoted(value.trim()).ok_or_else(|| at("has a quotation mark that is not closed"))?;
        if value.contains('\0') {
            return Err(at("has a character that no variable has"));
        }
        found.push((name.to_owned(), value.into()));
    }
    Ok(found)
}

fn unquoted(value: &str) -> Option<&str> {
    let Some(mark) = value.chars().next().filter(|first| matches!(first, '"' | '\'')) else { return Some(value) };
    value.get(1..)?.strip_suffix(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<(String, OsString)>, (usize, &'static str)> {
        variables(text)
    }

    #[test]
    fn a_file_has_comments_exports_and_quotes() {
        let text = "# keys\n\nA=1\nexport B = two words \nC=\"x=#y\"\nD='录'\nE=\n";
        let expected = [("A", "1"), ("B", "two words"), ("C", "x=#y"), ("D", "录"), ("E", "")];
        assert_eq!(read(text), Ok(expected.map(|(name, value)| (name.to_owned(), value.into())).to_vec()));
    }

    #[test]
    fn a_line_that_is_none_is_named_by_its_number_alone() {
        for text in ["A=1\nhunter2", "A=1\n=hunter2", "A=1\n2=hunter2", "A=1\nB=\"hunter2", "A=1\nB C=hunter2"] {
            let (line, reason) = read(text).err().unwrap_or_default();
            assert!(line == 2 && !reason.contains("hunter2"), "{text}");
        }
    }
}
