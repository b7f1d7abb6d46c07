//! Through which proxy, if any, the service is reached.

use std::fmt;

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

impl fmt::Debug for ProxyChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Environment => "Environment",
            Self::Direct => "Direct",
            Self::Explicit(_) => "Explicit([redacted])",
        })
    }
}
