//! A race of processes whose clocks jump by hours, each by its own, while answers of the service are lost.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, ensure};
use rongcloud_simulator::SeenRequest;
use tokio::time::sleep;

use crate::Count;
use crate::cuts::Cuts;
use crate::engine::Engine;
use crate::excuses::{Excuses, now};
use crate::folder::Folder;
use crate::jobs::Progress;
use crate::proxy::Proxy;
use crate::race::{Race, Sessions};
use crate::races::{CUT_AT_SERVICE, Size};
use crate::workers::{Place, Service};

/// By how many hours a clock is wrong.
const WRONG_BY: [i8; 7] = [-12, -5, -1, 0, 1, 5, 12];
/// How often it jumps; it is looked at every second.
const JUMPS_EVERY: Duration = Duration::from_millis(1_500);

/// Removes what `faketime` keeps for a process in shared memory, and leaves there where it is killed, of processes that have
/// gone: it refuses to run by a number that it finds there.
fn tidy() -> Result<()> {
    for entry in std::fs::read_dir("/dev/shm")?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = ["faketime_shm_", "sem.faketime_sem_"].into_iter().find_map(|prefix| name.strip_prefix(prefix));
        let has_gone = |process: &str| process.parse::<u32>().is_ok() && !Path::new("/proc").join(process).exists();
        if process.is_some_and(has_gone) {
            // Somebody else may have done so.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

pub(crate) async fn race(engine: &Engine, size: Size) -> Result<(Count, String)> {
    tidy()?;
    let sessions = Sessions::new(size.sessions);
    let service = Service::open(sessions.rooms()).await?;
    let excuses = Excuses::default();
    // By a wrong clock, any start that is on its way is late.
    excuses.note_outage(0..=u64::MAX);
    let cuts = Cuts::new(CUT_AT_SERVICE, excuses.clone());
    let proxy = Proxy::open(Ipv4Addr::LOCALHOST.into(), service.address()?, Some(cuts.clone())).await?;
    let (folder, mut clocks, mut fleet) = (Folder::new()?, Vec::new(), Vec::new());
    for number in 0..size.workers {
        let clock = Clock::new(folder.path(), number)?;
        let api_url = format!("http://{}", proxy.address);
        fleet.push(service.worker_at(&Place { by: clock.by(), api_url, ..service.place(engine) })?);
        clocks.push(clock);
    }
    let mut count = Count::default();
    let race = Race { service: &service, sessions, progress: Progress::new(), excuses: Some(excuses) };
    let mut jumps = 0;
    let jumping = async {
        loop {
            sleep(JUMPS_EVERY).await;
            for clock in &clocks {
                clock.jump()?;
                jumps += 1;
            }
        }
    };
    let rate = tokio::select! {
        rate = race.run(fleet, &mut count) => rate?,
        failed = jumping => return failed,
    };
    let wrong = service.simulator.requests().iter().filter(|request| is_far(request)).count();
    ensure!(wrong > 0 && cuts.is_complete(), "the race was over before anything was done");
    count.blows += jumps;
    service.simulator.shutdown().await;
    Ok((
        count,
        format!(
            "{rate:.0} starts a second; {wrong} requests by a clock that is wrong, {} cuts to the service",
            cuts.made()
        ),
    ))
}

/// Whether a request was made by a clock that is wrong.
fn is_far(request: &SeenRequest) -> bool {
    let stamp = request.headers.iter().find(|(name, _)| name == "timestamp");
    let stamp = stamp.and_then(|(_, value)| value.parse::<u64>().ok());
    stamp.is_some_and(|stamp| stamp.abs_diff(now()) > 30 * 60_000)
}

/// The wall clock of a process. The one that only runs on stays right: no system lets it jump.
struct Clock(PathBuf);

impl Clock {
    fn new(folder: &Path, number: usize) -> Result<Self> {
        let clock = Self(folder.join(format!("clock-{number}")));
        clock.jump()?;
        Ok(clock)
    }

    /// What runs a process by it.
    fn by(&self) -> Vec<String> {
        let file = format!("FAKETIME_TIMESTAMP_FILE={}", self.0.display());
        let by = ["faketime", "-m", "--exclude-monotonic", "-f", "+0"];
        let reading = ["env", "-u", "FAKETIME", "FAKETIME_CACHE_DURATION=1", &file];
        by.iter().chain(&reading).map(|part| (*part).to_owned()).collect()
    }

    fn jump(&self) -> Result<()> {
        let hours = fastrand::choice(WRONG_BY).unwrap_or_default();
        // In one piece: it is read at any time.
        let new = self.0.with_extension("new");
        std::fs::write(&new, format!("{hours:+}h\n"))?;
        std::fs::rename(new, &self.0)?;
        Ok(())
    }
}
