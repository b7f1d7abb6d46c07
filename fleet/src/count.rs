//! What is counted, and what of it must be nothing.

use std::ops::AddAssign;

/// What has happened, over all engines.
#[derive(Debug, Default, Clone)]
pub(crate) struct Count {
    /// Processes that were killed.
    pub(crate) kills: u64,
    /// What was done to the network or to the servers.
    pub(crate) blows: u64,
    /// Starts that the service has carried out.
    pub(crate) starts: u64,
    /// Answers that a job got in place of what it wanted, because something had been cut or was down.
    pub(crate) explained: u64,
    /// Recordings that ran beside another one of their session.
    pub(crate) doubled: u64,
    /// Callbacks that were answered with 200.
    pub(crate) events: u64,
    /// Those of them that are not on record.
    pub(crate) lost: u64,
    /// Unknown outcomes that nothing explains, or that stay.
    pub(crate) unexplained: u64,
}

impl Count {
    pub(crate) fn is_clean(&self) -> bool {
        (self.doubled, self.lost, self.unexplained) == (0, 0, 0)
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.kills += other.kills;
        self.blows += other.blows;
        self.starts += other.starts;
        self.explained += other.explained;
        self.doubled += other.doubled;
        self.events += other.events;
        self.lost += other.lost;
        self.unexplained += other.unexplained;
    }
}
