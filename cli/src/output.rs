//! What is printed where: data on stdout, everything else on stderr.

use std::env;
use std::io::{self, ErrorKind, IsTerminal, Write};

use clap::ValueEnum;
use serde_json::Value;

use crate::failure::Failure;
use crate::text::plain;

/// Whether words are coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// Where stdout is a terminal, unless NO_COLOR is set
    Auto,
    Always,
    Never,
}

/// How a line is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Good,
    Doubtful,
    Bad,
    Aside,
}

/// A line for people. Its text may be anybody's: what could move a terminal's cursor is escaped.
#[derive(Debug)]
pub struct Line {
    mark: Option<(Mark, &'static str)>,
    text: String,
}

impl Line {
    pub fn new(text: impl Into<String>) -> Self {
        Self { mark: None, text: text.into() }
    }

    /// One that begins with a word that says how it is to be taken.
    pub fn marked(mark: Mark, word: &'static str, text: impl Into<String>) -> Self {
        Self { mark: Some((mark, word)), text: text.into() }
    }

    fn shown(&self, is_coloured: bool) -> String {
        let text = plain(&self.text);
        match self.mark {
            None => text,
            Some((mark, word)) if is_coloured => {
                let number = match mark {
                    Mark::Good => 32,
                    Mark::Doubtful => 33,
                    Mark::Bad => 31,
                    Mark::Aside => 2,
                };
                format!("\u{1b}[{number}m{word}\u{1b}[0m {text}")
            }
            Some((_, word)) => format!("{word} {text}"),
        }
    }
}

impl<T: Into<String>> From<T> for Line {
    fn from(text: T) -> Self {
        Self::new(text)
    }
}

/// Where a command prints to.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    pub is_json: bool,
    is_quiet: bool,
    is_coloured: bool,
}

impl Output {
    pub fn new(is_json: bool, is_quiet: bool, colour: Colour) -> Self {
        let is_coloured = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => io::stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb(),
        };
        Self { is_json, is_quiet, is_coloured }
    }

    /// Whether remarks are unwanted.
    pub fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// The data that was asked for: one JSON value on one line, or lines for people. False where nobody reads any more.
    ///
    /// # Errors
    /// Where they can't be written for another reason: a full disk must not pass for success.
    pub fn data(&self, json: impl FnOnce() -> Value, lines: impl FnOnce() -> Vec<Line>) -> Result<bool, Failure> {
        if self.is_json {
            return self.text(&format!("{}\n", json()));
        }
        let lines: String = lines().iter().map(|line| format!("{}\n", line.shown(self.is_coloured))).collect();
        self.text(&lines)
    }

    /// A text that others read as it is: a script, a page.
    ///
    /// # Errors
    /// As [`data`](Self::data).
    pub fn document(&self, text: &str) -> Result<(), Failure> {
        let text = if self.is_json { format!("{}\n", serde_json::json!({ "text": text })) } else { text.to_owned() };
        self.text(&text).map(drop)
    }

    /// A text as it is.
    ///
    /// # Errors
    /// As [`data`](Self::data).
    fn text(&self, text: &str) -> Result<bool, Failure> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Ok(()) => Ok(true),
            // As `| head` does: what was asked for was done all the same.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(Failure::Local(format!("stdout can't be written: {error}"))),
        }
    }

    /// What is good to know. That stderr is closed hinders nobody.
    pub fn note(&self, text: &str) {
        if !self.is_quiet {
            let _ = writeln!(io::stderr().lock(), "{}", plain(text));
        }
    }

    /// Why a command failed: a sentence on stderr and, where JSON was asked for, one object on stdout.
    pub fn failure(&self, failure: &Failure) {
        let sentence = failure.to_string();
        if !sentence.is_empty() {
            let _ = writeln!(io::stderr().lock(), "error: {}", plain(&sentence));
        }
        if let Some(object) = failure.json().filter(|_| self.is_json) {
            // The exit code says it, whatever becomes of the text.
            let _ = self.text(&format!("{object}\n"));
        }
    }
}

fn is_set(variable: &str) -> bool {
    env::var_os(variable).is_some_and(|value| !value.is_empty())
}

fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}
