//! Whether key and secret are there, and have the shape of theirs.

use rongcloud_recording::{Credentials, RecordingError};

use super::check::Check;
use crate::exit::Exit;

pub const GIVEN: &str = "credentials";
pub const SHAPE: &str = "credentials.shape";

pub fn checks() -> Vec<Check> {
    match Credentials::from_env() {
        Ok(credentials) => {
            let given = Check::passed(GIVEN, "App Key and App Secret are set");
            let doubts = credentials.doubts();
            let shape = if doubts.is_empty() {
                Check::passed(SHAPE, "they look like an App Key and an App Secret")
            } else {
                let found = format!("{} (a guess by their shape: --signed asks the service)", doubts.join("; "));
                Check::broken(SHAPE, Exit::InvalidInput, found, "copy both anew from the console's App Key page")
            };
            vec![given, shape]
        }
        Err(error) => vec![
            Check::broken(
                GIVEN,
                Exit::InvalidInput,
                told(&error),
                "set RONGCLOUD_APP_KEY and RONGCLOUD_APP_SECRET to those of the console's App Key page, without blanks \
                 or line breaks, or name a file that has them with --env-file",
            ),
            Check::skipped(SHAPE, "there is nothing to look at"),
        ],
    }
}

/// Every violation, or the error itself.
pub fn told(error: &RecordingError) -> String {
    match error {
        RecordingError::InvalidInput { violations, .. } => {
            let all: Vec<_> = violations.iter().map(|found| format!("{}: {}", found.path, found.reason)).collect();
            all.join("; ")
        }
        other => other.to_string(),
    }
}
