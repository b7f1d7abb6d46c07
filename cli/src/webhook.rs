//! An app's webhook as it is called from here.

use std::time::{Duration, Instant};

use axum::http::HeaderMap;
use reqwest::redirect::Policy;
use rongcloud_recording::codes;
use url::{Host, Url};

use crate::exit::Exit;
use crate::failure::Failure;

/// What is kept of an answer.
const LARGEST_ANSWER: usize = 1024 * 1024;
/// They are about one connection, or made anew.
const NOT_PASSED_ON: [&str; 12] = [
    // What is compressed for the caller would have to be told to the caller, too.
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Where callbacks are sent.
pub struct Webhook {
    url: Url,
    is_loopback: bool,
    http: reqwest::Client,
}

/// What a webhook answered.
pub struct WebhookAnswer {
    pub status: u16,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
    pub took: Duration,
}

impl Webhook {
    /// One at an address that was given as an option.
    ///
    /// # Errors
    /// Where it is no https address, nor one of this machine: who reads the signature on its way can use it for requests.
    pub fn new(option: &str, address: &str, longest: Duration) -> Result<Self, Failure> {
        let invalid = |code, reason: String| Failure::input(option, code, reason);
        let url = Url::parse(address).map_err(|error| {
            invalid(codes::INVALID_URL, format!("is not an absolute URL such as https://host: {error}"))
        })?;
        if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(invalid(
                codes::INVALID_URL,
                "must not have a user, a password, a query or a fragment".to_owned(),
            ));
        }
        let is_loopback = match url.host() {
            Some(Host::Domain(domain)) => domain == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        match url.scheme() {
            "https" => {}
            "http" if is_loopback => {}
            "http" => {
                let reason =
                    "plain http is for this machine only: whoever sees the signature can make requests with it";
                return Err(invalid(codes::INSECURE_URL, reason.to_owned()));
            }
            _ => return Err(invalid(codes::INVALID_URL, "must begin with http:// or https://".to_owned())),
        }
        let mut builder = reqwest::Client::builder().redirect(Policy::none()).timeout(longest);
        if is_loopback {
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(|error| Failure::Local(format!("no HTTP client can be made: {error}")))?;
        Ok(Self { url, is_loopback, http })
    }

    pub fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    pub fn address(&self) -> &str {
        self.url.as_str()
    }

    /// Sends a callback, to the byte, and reads the answer.
    ///
    /// # Errors
    /// Where none came.
    pub async fn post(&self, query: &str, headers: HeaderMap, body: Vec<u8>) -> Result<WebhookAnswer, Failure> {
        let begun = Instant::now();
        let mut url = self.url.clone();
        url.set_query(Some(query).filter(|query| !query.is_empty()));
        let mut passed_on = HeaderMap::new();
        for (name, value) in headers.iter().filter(|(name, _)| !NOT_PASSED_ON.contains(&name.as_str())) {
            passed_on.append(name, value.clone());
        }
        let answer = self.http.post(url).headers(passed_on).body(body).send().await;
        let mut answer = answer.map_err(|error| self.unanswered(&error))?;
        let content_type =
            answer.headers().get("content-type").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let status = answer.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| self.unanswered(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST_ANSWER {
                body.truncate(LARGEST_ANSWER);
                break;
            }
        }
        Ok(WebhookAnswer { status, content_type, body, took: begun.elapsed() })
    }

    fn unanswered(&self, error: &reqwest::Error) -> Failure {
        let mut innermost: &dyn std::error::Error = error;
        while let Some(source) = innermost.source() {
            innermost = source;
        }
        let exit = if error.is_connect() { Exit::NotSent } else { Exit::OutcomeUnknown };
        let what = if error.is_connect() { "could not be reached" } else { "gave no answer" };
        Failure::Webhook { exit, reason: format!("{} {what}: {innermost}", self.url) }
    }
}

impl WebhookAnswer {
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}
