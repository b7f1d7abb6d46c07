//! Stands in for the recording service as a process of its own: answers every request at once, and does nothing else.

use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result};
use axum::Router;
use axum::http::header::CONTENT_TYPE;
use tokio::net::TcpListener;

/// Docs: record/start, the example's reply.
const REPLY: &str = r#"{"code":200,"errorMessage":"Success","recordId":"b8bed381888091ff4e6a42d6f3b8782a"}"#;

/// Serves until stdin is closed, which is with the process that has started it.
pub(crate) async fn serve() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    writeln!(stdout(), "http://{}", listener.local_addr()?)?;
    let router = Router::new().fallback(async || ([(CONTENT_TYPE, "application/json")], REPLY));
    tokio::spawn(async move { axum::serve(listener, router).await });
    tokio::task::spawn_blocking(|| stdin().lines().for_each(drop)).await?;
    Ok(())
}

/// The service as it is started by this program.
pub(crate) struct Service {
    pub(crate) url: String,
    process: Child,
}

impl Service {
    pub(crate) fn start() -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = command.arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut url = String::new();
        BufReader::new(process.stdout.take().context("it has an output")?).read_line(&mut url)?;
        Ok(Self { url: url.trim().to_owned(), process })
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
