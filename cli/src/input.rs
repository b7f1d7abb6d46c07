//! Files that a command reads whole: named, or `-` for stdin.

use std::fs::File;
use std::io::{self, Read};

use rongcloud_recording::codes;

use crate::failure::Failure;

/// No config and no callback is larger.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The bytes of a file.
///
/// # Errors
/// Where it can't be read, or is larger than anything that is meant.
pub fn bytes(file: &str) -> Result<Vec<u8>, Failure> {
    let unreadable = |reason: String| Failure::input(file, codes::INVALID_SHAPE, reason);
    let mut bytes = Vec::new();
    let read = if file == "-" {
        io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        File::open(file).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| unreadable(format!("can't be read: {error}")))?;
    if bytes.len() as u64 > LARGEST {
        return Err(unreadable(format!("has more than {LARGEST} bytes")));
    }
    Ok(bytes)
}

/// The text of a file.
///
/// # Errors
/// As [`bytes`], and where it is no UTF-8.
pub fn text(file: &str) -> Result<String, Failure> {
    String::from_utf8(bytes(file)?).map_err(|_| Failure::input(file, codes::WRONG_TYPE, "is not UTF-8 text"))
}
