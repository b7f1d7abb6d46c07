//! Races: with nothing in the way, and of two hosts whose network is cut.

use anyhow::{Result, ensure};

use crate::Count;
use crate::cuts::Cuts;
use crate::engine::Engine;
use crate::excuses::Excuses;
use crate::host::Host;
use crate::jobs::Progress;
use crate::proxy::Proxy;
use crate::race::{Race, Sessions};
use crate::workers::{Place, Service};

/// After how many requests to the store, and to the service, a connection is cut.
const CUT_AT_STORE: std::ops::Range<usize> = 20..400;
pub(crate) const CUT_AT_SERVICE: std::ops::Range<usize> = 5..60;

/// How much there is to be raced for.
#[derive(Clone, Copy)]
pub(crate) struct Size {
    pub(crate) sessions: usize,
    pub(crate) workers: usize,
}

/// With nothing in the way: nobody may fail.
pub(crate) async fn calm(engine: &Engine, size: Size) -> Result<(Count, String)> {
    let sessions = Sessions::new(size.sessions);
    let service = Service::open(sessions.rooms()).await?;
    let mut count = Count::default();
    let fleet = (0..size.workers).map(|_| service.worker(engine, None)).collect::<Result<_>>()?;
    let race = Race { service: &service, sessions, progress: Progress::new(), excuses: None };
    let rate = race.run(fleet, &mut count).await?;
    service.simulator.shutdown().await;
    Ok((count, format!("{rate:.0} starts a second")))
}

/// Of two hosts. What is between them and the third, where store and service are, is cut.
pub(crate) async fn of_two_hosts(engine: &Engine, size: Size) -> Result<(Count, String)> {
    let sessions = Sessions::new(size.sessions);
    let service = Service::open(sessions.rooms()).await?;
    let excuses = Excuses::default();
    let at_store = Cuts::new(CUT_AT_STORE, excuses.clone());
    let at_service = Cuts::new(CUT_AT_SERVICE, excuses.clone());
    let mut hosts = Vec::new();
    for _ in 0..2 {
        hosts.push(Connected::new(engine, &service, [&at_store, &at_service]).await?);
    }
    let places = hosts.iter().map(|host| &host.place).cycle().take(size.workers);
    let fleet = places.map(|place| service.worker_at(place)).collect::<Result<_>>()?;
    let mut count = Count::default();
    let race = Race { service: &service, sessions, progress: Progress::new(), excuses: Some(excuses) };
    let rate = race.run(fleet, &mut count).await?;
    let stores = engine.address()?.map(|_| &at_store);
    let is_complete = stores.into_iter().chain([&at_service]).all(Cuts::is_complete);
    let (to_store, to_service) = (at_store.made(), at_service.made());
    let told = format!("{rate:.0} starts a second; {to_store} cuts to the store, {to_service} to the service");
    ensure!(is_complete, "too few sessions for all kinds of cuts: {told}");
    count.blows += u64::try_from(to_store + to_service)?;
    service.simulator.shutdown().await;
    Ok((count, told))
}

/// A host, and what lies between it and store and service.
struct Connected {
    _host: Host,
    _proxies: Vec<Proxy>,
    place: Place,
}

impl Connected {
    async fn new(engine: &Engine, service: &Service, cuts: [&Cuts; 2]) -> Result<Self> {
        let mut host = Host::open().await?;
        let [at_store, at_service] = cuts;
        let to_service = Proxy::open(host.gateway, service.address()?, Some(at_service.clone())).await?;
        // In plain text the service is reached on a host's own loopback only.
        let api_url = format!("http://{}", host.forward(to_service.address).await?);
        let mut proxies = vec![to_service];
        let mut ledger = engine.clone();
        if let Some(address) = engine.address()? {
            let to_store = Proxy::open(host.gateway, address, Some(at_store.clone())).await?;
            ledger = engine.at(to_store.address);
            proxies.push(to_store);
        }
        let place = Place { by: host.enter(), api_url, ..service.place(&ledger) };
        Ok(Self { _host: host, _proxies: proxies, place })
    }
}
