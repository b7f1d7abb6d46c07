//! reqwest alone, with the same signing and body: one client with its pool, as its documentation says.

use std::sync::Arc;

use crate::by_hand::{Config, PATH, headers, read_reply, tls};
use crate::{Contender, Failure, Target};

#[derive(Clone)]
pub struct ByReqwest {
    client: reqwest::Client,
    url: String,
    config: Arc<Config>,
}

impl ByReqwest {
    pub fn new(target: &Target) -> Result<Self, Failure> {
        let client = reqwest::Client::builder().tls_backend_preconfigured(tls(target)?).no_proxy().build()?;
        Ok(Self { client, url: format!("{}{PATH}", target.url), config: Arc::new(Config::example()) })
    }
}

impl Contender for ByReqwest {
    async fn start(&mut self) -> Result<(), Failure> {
        let mut request = self.client.post(&self.url).body(self.config.body()?);
        for (name, value) in headers()? {
            request = request.header(name, value);
        }
        let response = request.send().await?;
        read_reply(response.status().as_u16(), &response.bytes().await?)
    }
}
