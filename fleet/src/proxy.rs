//! Carries connections from one address to another, and cuts them where it is told.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::cuts::{Cut, Cuts};

/// Listens as long as this is kept.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    listening: JoinHandle<()>,
}

impl Proxy {
    /// On a port of its own.
    pub(crate) async fn open(at: IpAddr, to: SocketAddr, cuts: Option<Cuts>) -> Result<Self> {
        let listener = TcpListener::bind((at, 0)).await?;
        let address = listener.local_addr()?;
        let listening = tokio::spawn(async move {
            while let Ok((worker, _)) = listener.accept().await {
                let cuts = cuts.clone();
                tokio::spawn(async move {
                    // Where the server can't be reached, the worker's connection ends, as it does where it is.
                    let Ok(server) = TcpStream::connect(to).await else { return };
                    let _ = match cuts {
                        Some(cuts) => Carried::new(worker, server, cuts).carry().await,
                        None => carry(worker, server).await,
                    };
                });
            }
        });
        Ok(Self { address, listening })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn carry(mut worker: TcpStream, mut server: TcpStream) -> Result<()> {
    tokio::io::copy_bidirectional(&mut worker, &mut server).await?;
    Ok(())
}

/// As much of what was asked last as is kept: some statements with their documents.
const KEPT: usize = 8 * 1024;
const AT_ONCE: usize = 64 * 1024;
/// How long a silent connection is kept: longer than anybody waits for an answer.
const SILENT_FOR: Duration = Duration::from_secs(15);
/// How much longer each piece takes while it is slow, in milliseconds, and how many are.
const SLOWER: std::ops::Range<u64> = 20..120;
const SLOW_FOR: usize = 12;

/// A connection that is cut.
struct Carried {
    worker: TcpStream,
    server: TcpStream,
    cuts: Cuts,
    /// What was asked last.
    asked: Vec<u8>,
}

impl Carried {
    fn new(worker: TcpStream, server: TcpStream, cuts: Cuts) -> Self {
        let _ = (worker.set_nodelay(true), server.set_nodelay(true));
        Self { worker, server, cuts, asked: Vec::new() }
    }

    async fn carry(mut self) -> Result<()> {
        let (mut question, mut answer) = (vec![0; AT_ONCE], vec![0; AT_ONCE]);
        let (mut place, mut slow) = (self.cuts.place(), 0);
        loop {
            tokio::select! {
                read = self.worker.read(&mut question) => {
                    let question = &question[..read?];
                    if question.is_empty() {
                        return Ok(());
                    }
                    self.keep(question);
                    if place == 0 {
                        match self.cuts.next() {
                            Cut::Slow => (place, slow) = (self.cuts.place(), SLOW_FOR),
                            cut => return self.cut(cut, question).await,
                        }
                    }
                    place -= 1;
                    self.dawdle(&mut slow).await;
                    self.server.write_all(question).await?;
                }
                read = self.server.read(&mut answer) => {
                    let answer = &answer[..read?];
                    if answer.is_empty() {
                        return Ok(());
                    }
                    self.dawdle(&mut slow).await;
                    self.worker.write_all(answer).await?;
                }
            }
        }
    }

    fn keep(&mut self, question: &[u8]) {
        self.asked.extend_from_slice(question);
        let surplus = self.asked.len().saturating_sub(KEPT);
        self.asked.drain(..surplus);
    }

    async fn dawdle(&self, slow: &mut usize) {
        if *slow > 0 {
            *slow -= 1;
            sleep(Duration::from_millis(fastrand::u64(SLOWER))).await;
        }
    }

    async fn cut(mut self, cut: Cut, question: &[u8]) -> Result<()> {
        self.cuts.note_bytes(&self.asked);
        if !matches!(cut, Cut::BeforeRequest | Cut::NoRequests) {
            self.server.write_all(question).await?;
        }
        let mut answer = vec![0; AT_ONCE];
        match cut {
            Cut::BeforeRequest | Cut::Slow => {}
            Cut::BeforeAnswer => {
                timeout(SILENT_FOR, self.server.read(&mut answer)).await??;
            }
            Cut::AfterAnswer => {
                let read = timeout(SILENT_FOR, self.server.read(&mut answer)).await??;
                self.worker.write_all(&answer[..read]).await?;
            }
            Cut::Reset => {
                self.worker.set_zero_linger()?;
                self.server.set_zero_linger()?;
            }
            Cut::NoRequests => timeout(SILENT_FOR, self.swallow(false)).await??,
            Cut::NoAnswers => timeout(SILENT_FOR, self.swallow(true)).await??,
        }
        Ok(())
    }

    /// Takes everything in until the worker gives the connection up.
    async fn swallow(&mut self, arrives: bool) -> Result<()> {
        let (mut question, mut answer) = (vec![0; AT_ONCE], vec![0; AT_ONCE]);
        loop {
            tokio::select! {
                read = self.worker.read(&mut question) => {
                    let question = &question[..read?];
                    if question.is_empty() {
                        return Ok(());
                    }
                    self.cuts.note_bytes(question);
                    if arrives {
                        self.server.write_all(question).await?;
                    }
                }
                read = self.server.read(&mut answer) => {
                    if read? == 0 {
                        return Ok(());
                    }
                }
            }
        }
    }
}
