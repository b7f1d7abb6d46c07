//! Where a test keeps a store of its own.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;

/// A folder of a test's own, which goes with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("rongcloud-stores-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The address of a file of SQLite in it.
    pub fn sqlite(&self) -> String {
        format!("sqlite://{}", self.0.join("ledger.sqlite").display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
