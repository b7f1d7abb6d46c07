//! A database server of this program's own, which it may kill.

use std::fs::File;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use rongcloud_recording::ledger::store;
use tokio::process::{Child, Command as Process};
use tokio::time::sleep;
use tokio_postgres::NoTls;

use crate::folder::Folder;

const STARTS_WITHIN: Duration = Duration::from_secs(60);
const BETWEEN: Duration = Duration::from_millis(50);

/// It ends with this.
pub(crate) struct Server {
    scheme: &'static str,
    /// What the script is told: the kind of the server, its folder, its port, and what else it takes.
    arguments: Vec<String>,
    port: u16,
    // It ends before its folder does.
    process: Option<Child>,
    folder: Folder,
}

impl Server {
    pub(crate) async fn postgres() -> Result<Self> {
        Self::start("postgres", "postgres", &[]).await
    }

    pub(crate) async fn pgbouncer(postgres: &Self) -> Result<Self> {
        Self::start("pgbouncer", "postgres", &[&postgres.port.to_string()]).await
    }

    /// What it does about its disk: `everysec` or `always`.
    pub(crate) async fn redis(appendfsync: &str) -> Result<Self> {
        Self::start("redis", "redis", &["--appendfsync", appendfsync]).await
    }

    async fn start(kind: &str, scheme: &'static str, further: &[&str]) -> Result<Self> {
        let folder = Folder::new()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let path = folder.path().display().to_string();
        let arguments = [kind, &path, &port.to_string()].iter().chain(further).map(|part| (*part).to_owned()).collect();
        let mut server = Self { scheme, arguments, port, folder, process: None };
        server.run().await?;
        Ok(server)
    }

    /// Its address as a ledger's.
    pub(crate) fn url(&self) -> String {
        let (user, database) = if self.scheme == "redis" { ("", "0") } else { ("ledger", "postgres") };
        format!("{}://{user}:kept-secret@127.0.0.1:{}/{database}", self.scheme, self.port)
    }

    /// As `kill -9`.
    pub(crate) async fn kill(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill().await?;
        }
        Ok(())
    }

    /// Starts it until it answers: while an earlier one's processes end, it may not.
    pub(crate) async fn run(&mut self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let process = self.process.as_mut();
            if process.map_or(Ok(true), |process| process.try_wait().map(|ended| ended.is_some()))? {
                self.process = Some(self.spawn()?);
            }
            // One that did not answer once is left alone for a while: each is another one.
            let store = store::open(&self.url(), None).map_err(|violation| anyhow!("{}", violation.reason))?;
            match store.unresolved("nobody", 1).await {
                Ok(_) => return Ok(()),
                Err(error) => ensure!(begun.elapsed() < STARTS_WITHIN, "{error}\n{}", self.log()),
            }
            sleep(BETWEEN).await;
        }
    }

    fn spawn(&self) -> Result<Child> {
        let log = File::options().create(true).append(true).open(self.folder.path().join("log"))?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/store-server.sh");
        let mut process = Process::new(script);
        process.args(&self.arguments).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).kill_on_drop(true);
        Ok(process.spawn()?)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Ends all connections to it. Of PostgreSQL only.
    pub(crate) async fn disconnect(&self) -> Result<()> {
        let (client, driver) = tokio_postgres::connect(&self.url(), NoTls).await?;
        tokio::spawn(driver);
        let others = "pid <> pg_backend_pid() AND backend_type = 'client backend'";
        client.batch_execute(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")).await?;
        Ok(())
    }
}
