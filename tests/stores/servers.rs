//! A server of a test's own, which it may kill, stop and change.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rongcloud_recording::ledger::store::LedgerStore;
use tokio::time::sleep;

use crate::places::{self, Folder};

/// How long a server may take to start, among all other tests.
const LONGEST: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Engine {
    Postgres,
    Redis,
}

pub struct Server {
    engine: Engine,
    folder: Folder,
    port: u16,
    process: Option<Child>,
}

/// A port that is free, as the next one is, and that the system gives to no connection of its own meanwhile.
fn free_port() -> u16 {
    let is_free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    loop {
        let port = fastrand::u16(20_000..32_000);
        if is_free(port) && is_free(port + 1) {
            return port;
        }
    }
}

impl Server {
    /// Not running yet.
    pub fn new(engine: Engine, name: &str) -> Self {
        Self { engine, folder: Folder::new(name), port: free_port(), process: None }
    }

    /// One that speaks TLS with this certificate and its key.
    pub fn with_tls(engine: Engine, name: &str, certificate: &str, key: &str) -> Self {
        let server = Self::new(engine, name);
        fs::write(server.folder.path().join("server.crt"), certificate).unwrap();
        fs::write(server.folder.path().join("server.key"), key).unwrap();
        server
    }

    pub fn url(&self) -> String {
        match self.engine {
            Engine::Postgres => format!("postgres://ledger:kept-secret@127.0.0.1:{}/postgres", self.port),
            Engine::Redis => format!("redis://:kept-secret@127.0.0.1:{}/0", self.port),
        }
    }

    /// Its address over TLS, by this name of the host.
    pub fn tls_url(&self, host: &str) -> String {
        match self.engine {
            Engine::Postgres => {
                format!("postgres://ledger:kept-secret@{host}:{}/postgres?sslmode=verify-full", self.port)
            }
            Engine::Redis => format!("rediss://:kept-secret@{host}:{}/0", self.port + 1),
        }
    }

    /// Starts it, again if need be, until the store that is kept on it answers.
    pub async fn start(&mut self, store: &dyn LedgerStore) {
        let begun = Instant::now();
        while let Err(error) = places::answers(store).await {
            assert!(begun.elapsed() < LONGEST, "{error}\n{}", self.log());
            let is_running = self.process.as_mut().is_some_and(|process| process.try_wait().unwrap().is_none());
            if !is_running {
                self.process = Some(self.spawn());
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn spawn(&self) -> Child {
        // As Redis comes, it answers before it has written where its disk is busy.
        let (engine, settings): (_, &[_]) = match self.engine {
            Engine::Postgres => ("postgres", &[]),
            Engine::Redis => ("redis", &["--appendfsync", "always"]),
        };
        let log = fs::File::options().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/store-server.sh"))
            .args([engine, self.folder.path().to_str().unwrap(), &self.port.to_string()])
            .args(settings)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Ends it at once, as `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Sends it a signal.
    pub fn signal(&self, name: &str) {
        let process = self.process.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([name, &process]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}
