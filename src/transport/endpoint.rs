//! Where requests go: a data center of the service, or an address of the user's own.

use url::{Host, Url};

use crate::error::{OperationKind, Violation, codes, shown};

/// The service's data centers. An app belongs to exactly one; the console's App Key page says which.
///
/// There is no default, because another data center gives wrong results. Source: the API's base-url page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[non_exhaustive]
pub enum DataCenter {
    /// China (Beijing): `api.rong-api.com`, backup `api-b.rong-api.com`. In `RONGCLOUD_DATA_CENTER`: `beijing`.
    Beijing,
    /// Singapore: `api.sg-light-api.com`, backup `api-b.sg-light-api.com`. In `RONGCLOUD_DATA_CENTER`: `singapore`.
    Singapore,
    /// Singapore B: `api.sg-b-light-api.com`, backup `api-b.sg-b-light-api.com`. In `RONGCLOUD_DATA_CENTER`: `singapore-b`.
    SingaporeB,
    /// North America: `api.us-light-api.com`, backup `api-b.us-light-api.com`. In `RONGCLOUD_DATA_CENTER`: `north-america`.
    NorthAmerica,
    /// Saudi Arabia: `api.sau-light-api.com`, backup `api-b.sau-light-api.com`. In `RONGCLOUD_DATA_CENTER`: `saudi-arabia`.
    SaudiArabia,
}

/// Every data center: its name in the environment, its primary host and its backup.
const DATA_CENTERS: [(DataCenter, &str, &str, &str); 5] = [
    (DataCenter::Beijing, "beijing", "api.rong-api.com", "api-b.rong-api.com"),
    (DataCenter::Singapore, "singapore", "api.sg-light-api.com", "api-b.sg-light-api.com"),
    (DataCenter::SingaporeB, "singapore-b", "api.sg-b-light-api.com", "api-b.sg-b-light-api.com"),
    (DataCenter::NorthAmerica, "north-america", "api.us-light-api.com", "api-b.us-light-api.com"),
    (DataCenter::SaudiArabia, "saudi-arabia", "api.sau-light-api.com", "api-b.sau-light-api.com"),
];

impl DataCenter {
    /// The data center of a name as used in `RONGCLOUD_DATA_CENTER`, in any letter case, with `_` or a blank for `-`.
    pub(crate) fn from_name(path: &str, name: &str) -> Result<Self, Violation> {
        let plain = name.trim().to_ascii_lowercase().replace(['_', ' '], "-");
        DATA_CENTERS.iter().find(|(_, known, ..)| *known == plain).map(|(data_center, ..)| *data_center).ok_or_else(
            || {
                let known = DATA_CENTERS.map(|(_, known, ..)| known).join(", ");
                let reason = format!("{} is not a data center: known are {known}", shown(name));
                Violation::new(path, codes::UNKNOWN_VALUE, reason)
            },
        )
    }

    /// Each with its name in `RONGCLOUD_DATA_CENTER`.
    pub(crate) fn names() -> impl Iterator<Item = (Self, &'static str)> {
        DATA_CENTERS.into_iter().map(|(data_center, name, ..)| (data_center, name))
    }

    /// The primary host and the backup.
    fn hosts(self) -> (&'static str, &'static str) {
        // Every variant stands in the table; the first is Beijing's.
        let [(.., first_primary, first_backup), ..] = DATA_CENTERS;
        DATA_CENTERS
            .iter()
            .find(|(data_center, ..)| *data_center == self)
            .map_or((first_primary, first_backup), |(_, _, primary, backup)| (primary, backup))
    }
}

/// The address that the paths of the API are appended to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    base: String,
    is_plain: bool,
    /// The whole address of each operation.
    urls: Vec<(OperationKind, Url)>,
}

impl Endpoint {
    fn new(base: String, is_plain: bool) -> Self {
        let address = |operation: OperationKind| format!("{base}{}", operation.facts().path);
        let url = |operation| Url::parse(&address(operation)).ok().map(|url| (operation, url));
        let urls = OperationKind::ALL.into_iter().filter_map(url).collect();
        Self { base, is_plain, urls }
    }

    pub(crate) fn of_primary(data_center: DataCenter) -> Self {
        Self::new(format!("https://{}", data_center.hosts().0), false)
    }

    pub(crate) fn of_backup(data_center: DataCenter) -> Self {
        Self::new(format!("https://{}", data_center.hosts().1), false)
    }

    /// An address of the user's own: https anywhere, plain http on this machine only.
    pub(crate) fn custom(path: &str, address: &str) -> Result<Self, Violation> {
        let invalid = |reason: &str| Violation::new(path, codes::INVALID_URL, reason);
        let url = Url::parse(address).map_err(|error| {
            // The address itself is not shown: it may have a password in it.
            invalid(&format!("is not an absolute URL such as https://host: {error}"))
        })?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("must not have a user or password in it"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("must not have a query or fragment: the API's paths are appended to it"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => {
                return Err(Violation::new(
                    path,
                    codes::INSECURE_URL,
                    "plain http is accepted for this machine only (127.0.0.1, [::1], localhost): use https",
                ));
            }
            _ => return Err(invalid("must begin with https://")),
        }
        Ok(Self::new(url.as_str().trim_end_matches('/').to_owned(), url.scheme() == "http"))
    }

    /// The address of an operation. Nothing where its path makes none.
    pub(crate) fn url(&self, operation: OperationKind) -> Option<&Url> {
        self.urls.iter().find(|(known, _)| *known == operation).map(|(_, url)| url)
    }

    /// What stands before every path.
    /// Its host, with the port if that is not the scheme's default.
    pub(crate) fn host(&self) -> String {
        self.url(OperationKind::Start).map(Url::authority).unwrap_or_default().to_owned()
    }

    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Whether it is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        Url::parse(&self.base).is_ok_and(|url| is_loopback(&url))
    }

    /// Whether it is reached without TLS, which is so on this machine only.
    pub(crate) fn is_plain(&self) -> bool {
        self.is_plain
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_center_is_known_by_its_name_however_it_is_written() {
        for name in ["singapore-b", "Singapore-B", "SINGAPORE_B", "Singapore B", " singapore-b\n"] {
            assert_eq!(DataCenter::from_name("x", name), Ok(DataCenter::SingaporeB), "{name}");
        }
        assert_eq!(DataCenter::from_name("x", "BEIJING"), Ok(DataCenter::Beijing));
        for name in ["singaporeb", "singapore--b", "", "mars"] {
            assert!(DataCenter::from_name("x", name).is_err(), "{name}");
        }
    }
}
