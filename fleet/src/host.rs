//! A host of the fleet: a network namespace, which ends with the process that keeps it, however that ends.
//!
//! Nothing has a name that could stay behind: the namespace is known by its process, which ends once nobody holds its
//! input, and the line to it ends with the namespace.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines, stdin};
use tokio::process::{Child, ChildStdin, ChildStdout, Command as Process};
use tokio::time::timeout;

use crate::proxy::Proxy;

/// The addresses that are set aside for tests of networks (RFC 2544).
const RANGE: u32 = u32::from_be_bytes([198, 18, 0, 0]);
/// Of 4 addresses each, so many for each program that runs.
const NETWORKS: u32 = 1 << 15;
const OF_PROGRAM: u32 = 1 << 5;
/// How many hosts this program has made. The line to an earlier one goes a moment after it.
static MADE: AtomicU32 = AtomicU32::new(0);
const SOON: Duration = Duration::from_secs(20);

pub(crate) struct Host {
    process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    /// What the host reaches of this one.
    pub(crate) gateway: IpAddr,
}

impl Host {
    pub(crate) async fn open() -> Result<Self> {
        let number = MADE.fetch_add(1, Ordering::SeqCst) % OF_PROGRAM;
        let mut process = Process::new("unshare")
            .args(["--net", "--"])
            .arg(std::env::current_exe()?)
            .arg("host")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("unshare can't be run")?;
        let input = process.stdin.take().context("a host has an input")?;
        let output = BufReader::new(process.stdout.take().context("a host has an output")?).lines();
        let program = std::process::id();
        let network = RANGE + 4 * ((program.wrapping_mul(OF_PROGRAM) + number) % NETWORKS);
        let [gateway, address] = [1, 2].map(|last| Ipv4Addr::from(network + last));
        let mut host = Self { process, input, output, gateway: gateway.into() };
        if host.line().await.is_err() {
            bail!("two hosts on one machine are network namespaces, which only root may make: run this as root");
        }
        let namespace = host.process.id().context("a host runs")?.to_string();
        let line = format!("fleet{program:x}{number}");
        ip(&["link", "add", &line, "type", "veth", "peer", "name", "eth0", "netns", &namespace]).await?;
        ip(&["address", "add", &format!("{gateway}/30"), "dev", &line]).await?;
        ip(&["link", "set", &line, "up"]).await?;
        for arguments in ["link set lo up", &format!("address add {address}/30 dev eth0"), "link set eth0 up"] {
            let run = host.enter().into_iter().chain(["ip".to_owned()]).chain(arguments.split(' ').map(str::to_owned));
            succeeds(&run.collect::<Vec<_>>()).await?;
        }
        Ok(host)
    }

    /// What runs a program on it.
    pub(crate) fn enter(&self) -> Vec<String> {
        let process = self.process.id().unwrap_or_default();
        ["nsenter".to_owned(), format!("--net=/proc/{process}/ns/net"), "--".to_owned()].into()
    }

    /// An address of its own loopback by which another address is reached.
    pub(crate) async fn forward(&mut self, to: SocketAddr) -> Result<SocketAddr> {
        self.input.write_all(format!("{to}\n").as_bytes()).await?;
        Ok(self.line().await?.parse()?)
    }

    async fn line(&mut self) -> Result<String> {
        let line = timeout(SOON, self.output.next_line()).await.context("a host says nothing")??;
        line.context("a host has ended")
    }
}

/// What keeps a host, and forwards from its loopback to the addresses that it is told.
pub(crate) async fn keep() -> Result<()> {
    println!("here");
    let mut lines = BufReader::new(stdin()).lines();
    let mut forwarding = Vec::new();
    while let Some(line) = lines.next_line().await? {
        let proxy = Proxy::open(Ipv4Addr::LOCALHOST.into(), line.parse()?, None).await?;
        println!("{}", proxy.address);
        forwarding.push(proxy);
    }
    Ok(())
}

async fn ip(arguments: &[&str]) -> Result<()> {
    let command = ["ip"].iter().chain(arguments).map(|part| (*part).to_owned());
    succeeds(&command.collect::<Vec<_>>()).await
}

async fn succeeds(command: &[String]) -> Result<()> {
    let sentence = command.join(" ");
    let (program, arguments) = command.split_first().context("a command has a name")?;
    let ended = Process::new(program).args(arguments).stdin(Stdio::null()).output();
    let output = ended.await.with_context(|| format!("{program} can't be run"))?;
    ensure!(output.status.success(), "{sentence}: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(())
}
