//! What explains that a job failed: what it had asked for was cut on its way, or a server was down meanwhile.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// What was done to the fleet's surroundings.
#[derive(Clone, Default)]
pub(crate) struct Excuses(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    /// What was on its way where something was cut.
    cut: Vec<String>,
    /// When servers were down.
    outages: Vec<RangeInclusive<u64>>,
}

impl Excuses {
    pub(crate) fn note_cut(&self, bytes: &[u8]) {
        self.known().cut.push(String::from_utf8_lossy(bytes).into_owned());
    }

    pub(crate) fn note_outage(&self, outage: RangeInclusive<u64>) {
        self.known().outages.push(outage);
    }

    /// Whether what happened to a session in this time has a reason.
    pub(crate) fn explain(&self, session: &str, time: &RangeInclusive<u64>) -> bool {
        let known = self.known();
        let meets = |outage: &RangeInclusive<u64>| outage.start() <= time.end() && time.start() <= outage.end();
        known.cut.iter().any(|cut| cut.contains(session)) || known.outages.iter().any(meets)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Milliseconds since the Unix epoch, as the simulator counts.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
