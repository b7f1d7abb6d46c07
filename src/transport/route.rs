//! Which of a data center's two domains the next attempt goes to.

use std::sync::Arc;

use super::Endpoint;
use super::health::{Health, Observation, clock, health_of};
use crate::delivery::Failover;

/// One of the two domains of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    Primary,
    Backup,
}

/// The domains that lead to one data center, and what this process knows of them.
#[derive(Debug)]
pub(crate) struct Route {
    primary: Domain,
    backup: Option<Domain>,
    failover: Failover,
}

#[derive(Debug)]
struct Domain {
    endpoint: Endpoint,
    health: Arc<Health>,
}

impl Domain {
    fn new(endpoint: Endpoint) -> Self {
        Self { health: health_of(endpoint.base()), endpoint }
    }
}

impl Route {
    pub(crate) fn new(primary: Endpoint, backup: Option<Endpoint>, failover: Failover) -> Self {
        // One address given twice is no backup.
        let backup = backup.filter(|backup| *backup != primary);
        Self { primary: Domain::new(primary), backup: backup.map(Domain::new), failover }
    }

    pub(crate) fn endpoint(&self, site: Site) -> &Endpoint {
        &self.domain(site).endpoint
    }

    pub(crate) fn sites(&self) -> impl Iterator<Item = (Site, &Endpoint)> {
        let backup = self.backup.as_ref().map(|domain| (Site::Backup, &domain.endpoint));
        std::iter::once((Site::Primary, &self.primary.endpoint)).chain(backup)
    }

    /// Where a call begins: with the primary while it is well, else with the backup. Where both are unwell, with the
    /// one that failed longer ago: there is always one to try.
    pub(crate) fn first(&self, is_repeatable: bool) -> Site {
        let Some(backup) = &self.backup else { return Site::Primary };
        let primary = &self.primary.health;
        // A start never probes: in an unwell domain it could be lost.
        if primary.is_well() || (is_repeatable && primary.may_probe(self.failover, clock())) {
            return Site::Primary;
        }
        if backup.health.is_well() || backup.health.left_alone_until() < primary.left_alone_until() {
            Site::Backup
        } else {
            Site::Primary
        }
    }

    /// The other domain, where there is one.
    pub(crate) fn other(&self, site: Site) -> Option<Site> {
        let other = match site {
            Site::Primary => Site::Backup,
            Site::Backup => Site::Primary,
        };
        self.backup.is_some().then_some(other)
    }

    pub(crate) fn is_well(&self, site: Site) -> bool {
        self.domain(site).health.is_well()
    }

    /// Takes in what an attempt says of a domain. True where calls begin elsewhere from now on.
    pub(crate) fn note(&self, site: Site, observation: Observation) -> bool {
        self.domain(site).health.note(observation, self.failover, clock()) && self.backup.is_some()
    }

    fn domain(&self, site: Site) -> &Domain {
        match (site, &self.backup) {
            (Site::Backup, Some(backup)) => backup,
            _ => &self.primary,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use super::*;

    /// Of addresses that no other test names, because what is known of a domain is the process's.
    fn route(name: &str, probe_after: Duration) -> Route {
        let endpoint = |part: &str| Endpoint::custom("api_url", &format!("https://{part}.{name}.example")).unwrap();
        Route::new(endpoint("a"), Some(endpoint("b")), Failover { after_failures: 3, probe_after })
    }

    const LONG: Duration = Duration::from_secs(3600);
    /// In milliseconds this is no time at all: a probe is due at once.
    const SHORT: Duration = Duration::from_nanos(1);

    #[test]
    fn calls_begin_with_the_primary() {
        assert_eq!(route("begin", LONG).first(false), Site::Primary);
    }

    #[test]
    fn calls_stay_with_the_backup_once_the_primary_is_unwell() {
        let route = route("stay", LONG);
        assert!(route.note(Site::Primary, Observation::Unreachable));
        assert_eq!([route.first(false), route.first(true)], [Site::Backup; 2]);
    }

    #[test]
    fn a_call_that_may_be_repeated_probes_the_primary_and_a_start_never_does() {
        let route = route("probe", SHORT);
        route.note(Site::Primary, Observation::Unreachable);
        assert_eq!(route.first(false), Site::Backup);
        assert_eq!(route.first(true), Site::Primary);
        route.note(Site::Primary, Observation::Answered);
        assert_eq!(route.first(false), Site::Primary);
    }

    #[test]
    fn where_both_are_unwell_the_one_that_failed_longer_ago_is_tried() {
        let route = route("both", LONG);
        route.domain(Site::Backup).health.note(Observation::Unreachable, route.failover, 1);
        route.domain(Site::Primary).health.note(Observation::Unreachable, route.failover, 2);
        assert_eq!(route.first(false), Site::Backup);
        route.domain(Site::Backup).health.note(Observation::Unreachable, route.failover, 3);
        assert_eq!(route.first(false), Site::Primary);
    }

    #[test]
    fn clients_of_one_address_share_what_is_known_of_it() {
        route("shared", LONG).note(Site::Primary, Observation::Unreachable);
        assert_eq!(route("shared", LONG).first(false), Site::Backup);
    }

    #[test]
    fn an_address_is_no_backup_of_itself() {
        let endpoint = Endpoint::of_primary(super::super::DataCenter::Beijing);
        let failover = Failover { after_failures: 1, probe_after: LONG };
        assert_eq!(Route::new(endpoint.clone(), Some(endpoint), failover).other(Site::Primary), None);
    }
}
