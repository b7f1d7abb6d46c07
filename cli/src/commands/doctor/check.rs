//! One check and what it has come to.

use crate::exit::Exit;

/// One check. Its id stays the same from version to version.
pub struct Check {
    pub id: String,
    pub status: Status,
    /// What was found, as a sentence.
    pub found: String,
    /// What to do where it is broken.
    pub fix: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Passed,
    /// And how the program ends where this is the first that is.
    Broken(Exit),
    /// It was not asked for, makes no sense here, or what it needs is broken.
    Skipped,
}

impl Status {
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Broken(_) => "broken",
            Self::Skipped => "skipped",
        }
    }

    pub fn exit(self) -> Exit {
        match self {
            Self::Broken(exit) => exit,
            Self::Passed | Self::Skipped => Exit::Done,
        }
    }
}

impl Check {
    pub fn passed(id: impl Into<String>, found: impl Into<String>) -> Self {
        Self { id: id.into(), status: Status::Passed, found: found.into(), fix: None }
    }

    pub fn skipped(id: impl Into<String>, found: impl Into<String>) -> Self {
        Self { id: id.into(), status: Status::Skipped, found: found.into(), fix: None }
    }

    pub fn broken(id: impl Into<String>, exit: Exit, found: impl Into<String>, fix: &str) -> Self {
        Self { id: id.into(), status: Status::Broken(exit), found: found.into(), fix: Some(fix.to_owned()) }
    }

    pub fn is_broken(&self) -> bool {
        matches!(self.status, Status::Broken(_))
    }
}
