//! The files that a recording leaves. Nothing is written: they have names only.

use serde::Serialize;

use super::recordings::{Recording, RecordingState};
use super::rules;

/// A file that a recording has closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecordedFile {
    /// Its name, as callbacks tell it.
    pub file_name: String,
    /// Whose media it has; empty where all are mixed.
    pub user_id: String,
    /// The slice that it holds, counted from 1.
    pub slice: u64,
}

impl Recording {
    /// The files closed so far, oldest first: one for each slice, and for each user who is recorded apart.
    #[must_use]
    pub fn files(&self) -> Vec<RecordedFile> {
        let last = self.slices + u64::from(self.state == RecordingState::Stopped);
        (1..=last).flat_map(|slice| self.files_of(slice)).collect()
    }

    /// Those of one slice.
    pub(crate) fn files_of(&self, slice: u64) -> Vec<RecordedFile> {
        let extension = rules::extension(&self.config);
        let named = |stem: &str, user_id: &str| RecordedFile {
            file_name: format!("{stem}_{slice}.{extension}"),
            user_id: user_id.to_owned(),
            slice,
        };
        if self.users.is_empty() {
            return vec![named(&self.record_id, "")];
        }
        let each = self.users.iter().enumerate();
        each.map(|(index, user_id)| named(&format!("{}_{}", self.record_id, index + 1), user_id)).collect()
    }
}
