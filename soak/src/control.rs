//! The simulator's control API.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::Failure;

pub struct Control {
    http: reqwest::Client,
    url: String,
    /// It ends with this.
    _simulator: Child,
}

pub struct Door {
    id: u64,
    pub url: String,
}

impl Control {
    /// Starts the simulator and waits for its address.
    pub async fn of(simulator: &str) -> Result<Self, Failure> {
        let mut simulator = Command::new(simulator)
            .args(["--quiet", "--until-stdin-closes", "--room", "room1:aaa:111,2222"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = simulator.stdout.take().ok_or("no output")?;
        let url = BufReader::new(stdout).lines().next_line().await?.ok_or("the simulator gave no address")?;
        // No connection is kept, so that only the client's are counted.
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(no_tls()?)
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self { http, url, _simulator: simulator })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    async fn ask(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let mut request = self.http.request(method, format!("{}/__simulator/{path}", self.url));
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let reply = request.send().await?.error_for_status()?.bytes().await?;
        Ok(if reply.is_empty() { Value::Null } else { serde_json::from_slice(&reply)? })
    }

    /// Forgets what was, and counts from nothing.
    pub async fn begin(&self) -> Result<(), Failure> {
        self.ask(reqwest::Method::PUT, "next", Some(&json!([]))).await?;
        self.ask(reqwest::Method::DELETE, "requests", None).await.map(drop)
    }

    pub async fn open_door(&self) -> Result<Door, Failure> {
        let door = self.ask(reqwest::Method::POST, "doors", Some(&json!({}))).await?;
        let id = door["door"].as_u64().ok_or("no door")?;
        Ok(Door { id, url: door["url"].as_str().ok_or("no url")?.to_owned() })
    }

    pub async fn close_door(&self, door: &Door) -> Result<(), Failure> {
        self.ask(reqwest::Method::DELETE, &format!("doors/{}", door.id), None).await.map(drop)
    }

    /// Replaces the door's faults, and the service's canned replies.
    pub async fn inject(&self, door: &Door, (faults, replies): &(Value, Value)) -> Result<(), Failure> {
        self.ask(reqwest::Method::PUT, &format!("doors/{}/faults", door.id), Some(faults)).await?;
        self.ask(reqwest::Method::PUT, "next", Some(replies)).await.map(drop)
    }

    pub async fn starts_executed(&self) -> Result<u64, Failure> {
        let executions = self.ask(reqwest::Method::GET, "executions", None).await?;
        executions["start"].as_u64().ok_or_else(|| "no executions".into())
    }

    /// Connections to the service; those that only ask this don't count.
    pub async fn open_connections(&self) -> Result<u64, Failure> {
        let connections = self.ask(reqwest::Method::GET, "connections", None).await?;
        connections["open"].as_u64().ok_or_else(|| "no connections".into())
    }
}

/// The simulator is on this machine; TLS is never spoken.
fn no_tls() -> Result<rustls::ClientConfig, Failure> {
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth())
}
