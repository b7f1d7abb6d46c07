//! reqwest alone, with the same signing and body: one client with its pool, as its documentation says.
//!
//! Its pool doesn't count what a connection has carried. Who obeys the service's rule with it closes each one, as the API's
//! base-url page asks of those who can't count.

use std::sync::Arc;

use reqwest::header::CONNECTION;

use crate::by_hand::{Config, Operation, headers, tls};
use crate::{Contender, Failure, Target};

#[derive(Clone)]
pub struct ByReqwest {
    client: reqwest::Client,
    url: String,
    operation: Operation,
    config: Arc<Config>,
    is_closing: bool,
}

impl ByReqwest {
    pub fn new(target: &Target, is_closing: bool) -> Result<Self, Failure> {
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls(target)?).no_proxy().build()?;
        let url = format!("{}{}", target.url, target.operation.path());
        Ok(Self { client, url, operation: target.operation, config: Arc::new(Config::example()), is_closing })
    }
}

impl Contender for ByReqwest {
    async fn call(&mut self) -> Result<(), Failure> {
        let mut request = self.client.post(&self.url).body(self.operation.body(&self.config)?);
        for (name, value) in headers()? {
            request = request.header(name, value);
        }
        if self.is_closing {
            request = request.header(CONNECTION, "close");
        }
        let response = request.send().await?;
        self.operation.read_reply(response.status().as_u16(), &response.bytes().await?)
    }
}
