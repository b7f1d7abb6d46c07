//! Who is told what happens in the world.

use super::recordings::Recording;
use super::rooms::Change;

/// Something that happened to a recording. Files are counted from 1.
#[derive(Clone, Copy)]
pub(crate) enum Event {
    Started,
    SliceClosed(u64),
    Ended,
    Uploaded(u64),
}

/// Is told of everything as it happens, while nothing else can happen.
pub(crate) trait Witness: Send {
    fn recording(&mut self, recording: &Recording, event: Event, at: u64);
    fn room(&mut self, change: &Change, at: u64);
}
