//! The files that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, looked at before anything reads them.
//!
//! What reads them reads to the end, into memory: a pipe would have it wait for ever, a device or a log fill the memory.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::path::Path;

use crate::error::{FailureCause, RecordingError};

/// All of a host's CA certificates have some hundred kilobytes.
const LARGEST: u64 = 64 * 1024 * 1024;

/// Refuses what can't be read in reasonable time. What isn't there is left to whoever reads.
pub(super) fn check_environment() -> Result<(), RecordingError> {
    // Elsewhere the system's own store is asked, whatever these say.
    if cfg!(any(windows, target_vendor = "apple", target_os = "android")) {
        return Ok(());
    }
    let file = env::var_os("SSL_CERT_FILE").map_or(Ok(()), |file| check_file(Path::new(&file)));
    file.and_then(|()| env::var_os("SSL_CERT_DIR").map_or(Ok(()), |folders| check_folders(&folders)))
        .map_err(|reason| RecordingError::not_sent(FailureCause::Local, reason))
}

fn check_file(file: &Path) -> Result<(), String> {
    // An empty one by another name: whoever trusts nobody but whom they give says so.
    if file == Path::new("/dev/null") {
        return Ok(());
    }
    let Ok(metadata) = fs::metadata(file) else { return Ok(()) };
    if !metadata.is_file() {
        return Err(format!("SSL_CERT_FILE names {}, which is not a file of certificates", file.display()));
    }
    if metadata.len() > LARGEST {
        return Err(format!("SSL_CERT_FILE names {}, which is too large to hold certificates", file.display()));
    }
    Ok(())
}

fn check_folders(folders: &OsStr) -> Result<(), String> {
    for folder in env::split_paths(folders) {
        let Ok(metadata) = fs::metadata(&folder) else { continue };
        if !metadata.is_dir() {
            return Err(format!("SSL_CERT_DIR names {}, which is not a folder", folder.display()));
        }
        let mut size = 0_u64;
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            // Links followed, and only files, as they are read.
            let metadata = fs::metadata(entry.path()).ok().filter(Metadata::is_file);
            size = size.saturating_add(metadata.map_or(0, |metadata| metadata.len()));
            if size > LARGEST {
                return Err(format!(
                    "SSL_CERT_DIR names {}, which has too much in it to be certificates",
                    folder.display()
                ));
            }
        }
    }
    Ok(())
}
