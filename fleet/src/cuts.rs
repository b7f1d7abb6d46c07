//! Where connections are cut, and how: each kind in its turn, at places that are drawn.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::excuses::Excuses;

/// What becomes of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// It ends, and what was asked last has not arrived.
    BeforeRequest,
    /// What was asked last is done, and it ends before the answer.
    BeforeAnswer,
    /// It ends once the answer has arrived.
    AfterAnswer,
    /// Nothing that is asked arrives any more, and nobody is told.
    NoRequests,
    /// Everything that is asked arrives, and no answer any more.
    NoAnswers,
    /// Everything takes longer for a while.
    Slow,
    /// What was asked last arrives, and both sides are told that the connection was reset.
    Reset,
}

const KINDS: [Cut; 7] =
    [Cut::BeforeRequest, Cut::BeforeAnswer, Cut::Reset, Cut::AfterAnswer, Cut::NoAnswers, Cut::Slow, Cut::NoRequests];

/// Draws where connections are cut, and keeps what was on its way there.
#[derive(Clone)]
pub(crate) struct Cuts {
    /// After how many requests.
    places: Range<usize>,
    excuses: Excuses,
    made: Arc<AtomicUsize>,
}

impl Cuts {
    pub(crate) fn new(places: Range<usize>, excuses: Excuses) -> Self {
        Self { places, excuses, made: Arc::default() }
    }

    /// After how many requests from now on a connection is cut.
    pub(crate) fn place(&self) -> usize {
        fastrand::usize(self.places.clone())
    }

    /// How it is cut there.
    pub(crate) fn next(&self) -> Cut {
        KINDS[self.made.fetch_add(1, Ordering::SeqCst) % KINDS.len()]
    }

    /// That these bytes were on their way there.
    pub(crate) fn note_bytes(&self, bytes: &[u8]) {
        self.excuses.note_cut(bytes);
    }

    pub(crate) fn made(&self) -> usize {
        self.made.load(Ordering::SeqCst)
    }

    /// Whether there was one of each kind.
    pub(crate) fn is_complete(&self) -> bool {
        self.made() >= KINDS.len()
    }
}
