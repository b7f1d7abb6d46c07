//! Races amid which the store's server loses its connections, or is killed and starts again.

use anyhow::{Result, ensure};

use crate::Count;
use crate::engine::Engine;
use crate::excuses::{Excuses, now};
use crate::jobs::Progress;
use crate::race::{Race, Sessions};
use crate::races::Size;
use crate::server::Server;
use crate::workers::Service;

/// What is done to which server.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Attack {
    PostgresDisconnected,
    PgBouncerDisconnected,
    PostgresKilled,
    /// As Redis comes. Where its disk is busy it answers before it has written, and loses that.
    RedisEverysecKilled,
    RedisAlwaysKilled,
}

pub(crate) const ATTACKS: [Attack; 5] = [
    Attack::PostgresDisconnected,
    Attack::PgBouncerDisconnected,
    Attack::PostgresKilled,
    Attack::RedisEverysecKilled,
    Attack::RedisAlwaysKilled,
];

impl Attack {
    /// Whether the server keeps what it has acknowledged, on which everything that the ledger promises hangs.
    fn is_promised(self) -> bool {
        self != Self::RedisEverysecKilled
    }
}

/// How often that is done, in the time of a race.
const DISCONNECTED: usize = 60;
const KILLED: usize = 6;
/// A store that has not answered is left alone for so long.
const LEFT_ALONE_MS: u64 = 5_000;

pub(crate) async fn race(attack: Attack, size: Size) -> Result<(Count, String)> {
    let is_killed = !matches!(attack, Attack::PostgresDisconnected | Attack::PgBouncerDisconnected);
    let mut server = match attack {
        Attack::RedisEverysecKilled => Server::redis("everysec").await?,
        Attack::RedisAlwaysKilled => Server::redis("always").await?,
        _ => Server::postgres().await?,
    };
    let before = if attack == Attack::PgBouncerDisconnected { Some(Server::pgbouncer(&server).await?) } else { None };
    let engine = Engine { name: "", url: before.as_ref().unwrap_or(&server).url() };

    let sessions = Sessions::new(size.sessions);
    let service = Service::open(sessions.rooms()).await?;
    let fleet = (0..size.workers).map(|_| service.worker(&engine, None)).collect::<Result<_>>()?;
    let (progress, excuses) = (Progress::new(), Excuses::default());
    let race = Race { service: &service, sessions, progress: progress.clone(), excuses: Some(excuses.clone()) };
    // Each session is started by each worker, stopped, told of by three callbacks, and looked at.
    let every = size.sessions * (size.workers + 5) / if is_killed { KILLED } else { DISCONNECTED };
    let mut blows = 0;
    let attacking = async {
        loop {
            progress.reaches(progress.done() + every.max(1)).await;
            let from = now();
            if is_killed {
                server.kill().await?;
                server.run().await?;
                excuses.note_outage(from..=now() + LEFT_ALONE_MS);
            } else {
                server.disconnect().await?;
                excuses.note_outage(from..=now());
            }
            blows += 1;
        }
    };
    let mut count = Count::default();
    let rate = tokio::select! {
        rate = race.run(fleet, &mut count) => rate?,
        failed = attacking => return failed,
    };
    ensure!(blows > 0, "the race was over before anything was done");
    count.blows += blows;
    service.simulator.shutdown().await;
    let mut told = format!("{rate:.0} starts a second");
    if !attack.is_promised() {
        let Count { doubled, lost, unexplained, .. } = count;
        let nothing = "of which nothing is promised, as docs/ledger.md says";
        told = format!("{told}; doubled {doubled}, lost {lost}, unexplained {unexplained}, {nothing}");
        (count.doubled, count.lost, count.unexplained) = (0, 0, 0);
    }
    Ok((count, told))
}
