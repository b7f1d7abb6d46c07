//! Where the simulator sends callbacks to: they are kept as they came, so that whoever judges delivers them.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use axum::routing::post;
use tokio::net::TcpListener;

use crate::protocol::Delivery;

/// What has come in.
#[derive(Clone, Default)]
pub(crate) struct Inbox {
    deliveries: Arc<Mutex<Vec<Delivery>>>,
}

impl Inbox {
    /// Listens on a port of its own, as long as the program runs. With its address.
    pub(crate) async fn open() -> Result<(Self, String)> {
        let inbox = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/recording", listener.local_addr()?);
        let router = Router::new().route("/recording", post(keep)).with_state(inbox.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok((inbox, url))
    }

    /// All that has come in since the last time.
    pub(crate) fn take(&self) -> Vec<Delivery> {
        std::mem::take(&mut *self.deliveries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

async fn keep(State(inbox): State<Inbox>, RawQuery(query): RawQuery, headers: HeaderMap, body: Bytes) {
    let headers = headers.iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    let delivery = Delivery {
        headers: headers.collect(),
        query: query.unwrap_or_default(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    inbox.deliveries.lock().unwrap_or_else(PoisonError::into_inner).push(delivery);
}
