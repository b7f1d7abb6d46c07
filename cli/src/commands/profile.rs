//! A recording's config from a file, as `start.json` has it.

use clap::Args;
use rongcloud_recording::RecordingProfile;

use crate::failure::Failure;
use crate::input;

/// The config that a recording is started with.
#[derive(Debug, Clone, Args)]
pub struct ProfileFile {
    /// The recording's config as JSON, or the whole body of start.json; - is stdin
    #[arg(long, value_name = "FILE")]
    profile: String,
}

impl ProfileFile {
    /// # Errors
    /// Every violation at once.
    pub fn read(&self) -> Result<RecordingProfile, Failure> {
        Ok(RecordingProfile::from_json(input::text(&self.profile)?)?)
    }
}
