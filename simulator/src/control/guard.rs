//! Who may control a simulator: programs of this machine, and no web page that a developer looks at meanwhile.
//!
//! A page can have its browser send requests to any loopback address. Such a request names its page in `Origin` or
//! `Sec-Fetch-Site`, or has the page's own host as `Host` where a name of the page was made to mean this machine.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::uri::{Authority, Uri};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::Next;
use axum::response::IntoResponse;

use super::answer::{Control, Failure};
use crate::callbacks::is_loopback;
use crate::request::headers::{Found, find, is_json};
use crate::server::Connection;

/// WHATWG Fetch, Cross-Origin-Resource-Policy.
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

pub(super) async fn guard(State(simulation): Control, request: Request, next: Next) -> Response<Body> {
    let mut response = match check(&request, simulation.settings().host) {
        Ok(()) => next.run(request).await,
        Err(failure) => {
            let Failure { status, why } = &failure;
            let (method, path) = (request.method(), request.uri().path());
            simulation.settings().log(|| format!("refused {method} {path} {} {why}", status.as_u16()));
            failure.into_response()
        }
    };
    let headers = response.headers_mut();
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn check(request: &Request, listens_on: IpAddr) -> Result<(), Failure> {
    let headers = request.headers();
    let port = request.extensions().get::<Arc<Connection>>().map_or(0, |connection| connection.port);
    let host = host(headers, request.uri(), (listens_on, port))?;
    if let Some(origin) = one(headers, "Origin")?
        && !is_of(origin, host)
    {
        return Err(forbidden(format!("Origin {origin} is not the simulator: web pages may not control it")));
    }
    if let Some(site) = one(headers, "Sec-Fetch-Site")?
        && !["same-origin", "none"].contains(&site)
    {
        return Err(forbidden(format!("Sec-Fetch-Site is {site}: web pages may not control the simulator")));
    }
    // A page could send other types without asking first.
    let content_type = one(headers, "Content-Type")?;
    if content_type.map_or(!request.body().is_end_stream(), |it| !is_json(it)) {
        let why = "Content-Type must be application/json";
        return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
    }
    Ok(())
}

/// The address that the client has called the simulator by.
fn host<'r>(headers: &'r HeaderMap, uri: &Uri, (listens_on, port): (IpAddr, u16)) -> Result<&'r str, Failure> {
    let host = one(headers, "Host")?.ok_or_else(|| forbidden("Host is missing".to_owned()))?;
    for authority in [Some(host), uri.authority().map(Authority::as_str)].into_iter().flatten() {
        if !is_here(authority, listens_on, port) {
            let why = format!("Host {authority} is not the simulator: call it by its address and port {port}");
            return Err(forbidden(why));
        }
    }
    Ok(host)
}

fn is_here(authority: &str, listens_on: IpAddr, port: u16) -> bool {
    let Ok(parsed) = authority.parse::<Authority>() else {
        return false;
    };
    let host = parsed.host();
    let is_port = match authority.strip_prefix(host) {
        // Those of http and https are left out.
        Some("") => [80, 443].contains(&port),
        Some(rest) => rest.strip_prefix(':').is_some_and(|it| it.parse() == Ok(port)),
        None => false,
    };
    is_port && (is_loopback(host) || address(host).is_some_and(|it| it == listens_on || listens_on.is_unspecified()))
}

/// A page can have a name mean this machine, but no address: what listens on all of them may be called by any.
fn address(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(host);
    bare.parse().ok()
}

fn is_of(origin: &str, host: &str) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority == Some(host)
}

fn one<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<&'h str>, Failure> {
    match find(headers, &[name]) {
        Found::Nothing => Ok(None),
        Found::Once(value) => Ok(Some(value)),
        Found::Wrong(why) => Err(forbidden(format!("{name} is {why}"))),
    }
}

fn forbidden(why: String) -> Failure {
    Failure::new(StatusCode::FORBIDDEN, why)
}
