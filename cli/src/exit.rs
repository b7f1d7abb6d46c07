//! How the program ends, as its exit code says it.

use std::process::ExitCode;

/// What became of what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    Defect = 1,
    Usage = 2,
    InvalidInput = 3,
    SignatureRefused = 4,
    Refused = 5,
    NotSent = 6,
    OutcomeUnknown = 7,
    Unreadable = 8,
    Interrupted = 130,
}

impl Exit {
    /// Every code with what it means.
    pub const ALL: [(Self, &str); 10] = [
        (Self::Done, "done"),
        (Self::Defect, "a defect of this program or of this machine"),
        (Self::Usage, "the command line is wrong"),
        (Self::InvalidInput, "the input is invalid: every mistake is named, and nothing was sent"),
        (Self::SignatureRefused, "the signature or the key was refused"),
        (Self::Refused, "refused; or the recording that was followed has failed"),
        (Self::NotSent, "not sent: the request provably never left this machine"),
        (Self::OutcomeUnknown, "outcome unknown: after a start, it may be recording"),
        (Self::Unreadable, "a reply or a callback that can't be read"),
        (Self::Interrupted, "interrupted: the message says whether the request had left"),
    ];
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
