//! A folder of this program's own.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;

static MADE: AtomicU32 = AtomicU32::new(0);

/// It goes with this.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Result<Self> {
        let (program, number) = (std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
        let folder = env::temp_dir().join(format!("rongcloud-fleet-{program}-{number}"));
        std::fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
