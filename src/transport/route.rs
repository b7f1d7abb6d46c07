//! Which of a data center's two domains the next attempt goes to.

use std::sync::Arc;

use super::Endpoint;
use super::health::{Health, HealthRecords, Observation};
use crate::delivery::Failover;

/// One of the two domains of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Site {
    Primary,
    Backup,
}

/// The domains that lead to one data center, and what is known of them.
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

impl Route {
    pub(crate) fn new(
        primary: Endpoint,
        backup: Option<Endpoint>,
        failover: Failover,
        records: &HealthRecords,
    ) -> Self {
        // One address given twice is no backup.
        let backup = backup.filter(|backup| *backup != primary);
        let domain = |endpoint: Endpoint| Domain { health: records.of(endpoint.base()), endpoint };
        Self { primary: domain(primary), backup: backup.map(domain), failover }
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
        if primary.is_well() || (is_repeatable && primary.may_probe(self.failover)) {
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

    /// The domain that calls begin with now.
    pub(crate) fn leading(&self) -> Site {
        self.first(false)
    }

    pub(crate) fn is_well(&self, site: Site) -> bool {
        self.domain(site).health.is_well()
    }

    /// Takes in what an attempt says of a domain. True where calls begin elsewhere from now on.
    pub(crate) fn note(&self, site: Site, observation: Observation) -> bool {
        self.domain(site).health.note(observation, self.failover) && self.backup.is_some()
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
    use std::time::Duration;

    use tokio::time::advance;

    use super::*;
    use crate::transport::DataCenter;

    const POLICY: Failover = Failover { after_failures: 3, probe_after: Duration::from_secs(3600) };

    /// Of which nothing is known yet.
    fn route() -> Route {
        route_known_to(&HealthRecords::new())
    }

    fn route_known_to(records: &HealthRecords) -> Route {
        let data_center = DataCenter::Beijing;
        Route::new(Endpoint::of_primary(data_center), Some(Endpoint::of_backup(data_center)), POLICY, records)
    }

    #[test]
    fn calls_begin_with_the_primary() {
        assert_eq!(route().first(false), Site::Primary);
    }

    #[tokio::test(start_paused = true)]
    async fn calls_stay_with_the_backup_while_the_primary_is_left_alone() {
        let route = route();
        assert!(route.note(Site::Primary, Observation::Unreachable));
        advance(POLICY.probe_after - Duration::from_millis(1)).await;
        assert_eq!([route.first(false), route.first(true)], [Site::Backup; 2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_may_be_repeated_probes_the_primary_and_a_start_never_does() {
        let route = route();
        route.note(Site::Primary, Observation::Unreachable);
        advance(POLICY.probe_after).await;
        assert_eq!(route.first(false), Site::Backup);
        assert_eq!([route.first(true), route.first(true)], [Site::Primary, Site::Backup], "one probes");
        route.note(Site::Primary, Observation::Answered);
        assert_eq!(route.first(false), Site::Primary);
    }

    #[tokio::test(start_paused = true)]
    async fn where_both_are_unwell_the_one_that_failed_longer_ago_is_tried() {
        let route = route();
        for (failing, tried) in
            [(Site::Backup, Site::Primary), (Site::Primary, Site::Backup), (Site::Backup, Site::Primary)]
        {
            route.note(failing, Observation::Unreachable);
            advance(Duration::from_millis(1)).await;
            assert_eq!(route.first(false), tried);
        }
    }

    #[test]
    fn clients_of_one_address_share_what_is_known_of_it() {
        let records = &HealthRecords::new();
        route_known_to(records).note(Site::Primary, Observation::Unreachable);
        assert_eq!(route_known_to(records).first(false), Site::Backup);
    }

    #[test]
    fn an_address_is_no_backup_of_itself() {
        let endpoint = Endpoint::of_primary(DataCenter::Beijing);
        assert_eq!(
            Route::new(endpoint.clone(), Some(endpoint), POLICY, &HealthRecords::new()).other(Site::Primary),
            None
        );
    }
}
