//! Through which proxy, if any, the service is reached.

use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;
use zeroize::Zeroizing;

use crate::error::{Violation, codes};

/// Through which proxy, if any, the service is reached.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum ProxyChoice {
    /// What `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say, in capitals or small letters.
    Environment,
    /// None, whatever the environment says.
    Direct,
    /// This one. It may have a user and a password in it.
    Explicit(Zeroizing<String>),
}

/// What stands for no proxy at all.
const DIRECT: &str = "direct";

impl ProxyChoice {
    pub(crate) fn new(path: &str, given: Option<&str>) -> Result<Self, Violation> {
        // The address itself is not shown: it may have a password in it.
        let invalid = |reason: &str| Violation::new(path, codes::INVALID_URL, reason);
        let Some(address) = given else { return Ok(Self::Environment) };
        if address == DIRECT {
            return Ok(Self::Direct);
        }
        let url = Url::parse(address).map_err(|error| {
            invalid(&format!("is neither \"{DIRECT}\" nor a URL such as http://proxy:3128: {error}"))
        })?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(invalid("must begin with http:// or https://"));
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid("must not have a path, query or fragment"));
        }
        Ok(Self::Explicit(Zeroizing::new(address.to_owned())))
    }
}

impl ProxyChoice {
    /// The proxy through which an address is reached with TLS, without its user and password.
    pub(crate) fn on_the_way_to(&self, url: &Url) -> Option<String> {
        match self {
            Self::Direct => None,
            Self::Explicit(given) => Url::parse(given).ok().map(|url| address(&url)),
            Self::Environment => {
                let asked = url.as_str().parse().ok()?;
                let proxy = Matcher::from_system().intercept(&asked)?;
                Url::parse(&proxy.uri().to_string()).ok().map(|url| address(&url))
            }
        }
    }
}

/// A host with its port.
pub(super) fn address(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

impl fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Direct => "Direct",
            Self::Explicit(_) => "Explicit([redacted])",
        })
    }
}
