//! What goes on between a client and the service, and where a fault cuts it.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, sleep};

use super::fault::{Cut, RequestFault};
use super::handle::Door;
use super::inside::Inside;
use super::tally::Line;

const BUFFER: usize = 16 * 1024;

/// A reply drips no longer than this; what is left of it then comes at once.
const LONGEST_DRIP: Duration = Duration::from_secs(60);

/// Why a relay ended.
pub(super) enum End {
    Client,
    Service,
    Fault(Cut),
}

/// The client has left.
struct Left;

pub(super) struct Relay<'r, S> {
    pub(super) client: &'r mut S,
    pub(super) service: Inside,
    pub(super) line: &'r Line,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Relay<'_, S> {
    /// Relays both ways. A request begins with the first bytes that follow a reply, as none are pipelined.
    pub(super) async fn run(mut self, door: &Door) -> End {
        let (mut request, mut reply) = (vec![0; BUFFER], vec![0; BUFFER]);
        let mut asking = false;
        let mut drip = None;
        loop {
            tokio::select! {
                biased;
                read = self.service.read(&mut reply) => {
                    let Some(bytes) = some(read, &reply) else { return End::Service };
                    asking = false;
                    let sent = match &mut drip {
                        Some(drip) => self.drip(bytes, drip).await,
                        None => self.answer(bytes).await,
                    };
                    if sent.is_err() {
                        return End::Client;
                    }
                }
                read = self.client.read(&mut request) => {
                    let Some(bytes) = some(read, &request) else { return End::Client };
                    if !asking {
                        asking = true;
                        self.line.request();
                        let fault = door.faults().for_request();
                        drip = match fault {
                            Some(RequestFault::Request(limit, cut)) => return self.cut_request(bytes, limit, cut).await,
                            Some(RequestFault::Reply(limit, cut)) => return self.cut_reply(bytes, limit, cut).await,
                            Some(RequestFault::Drip(pause)) => Some(Drip { pause, until: None }),
                            None => None,
                        };
                    }
                    self.ask(bytes).await;
                }
            }
        }
    }

    /// The service's side is closed after the last byte that it gets, so it answers what has become a whole request
    /// and gives up what hasn't. Either way it says so: until then the client sees nothing.
    async fn cut_request(mut self, first: &[u8], limit: u64, cut: Cut) -> End {
        let mut left = self.ask_within(first, limit).await;
        let (mut request, mut reply) = (vec![0; BUFFER], vec![0; BUFFER]);
        loop {
            tokio::select! {
                biased;
                _ = self.service.read(&mut reply) => return End::Fault(cut),
                read = self.client.read(&mut request) => {
                    let Some(bytes) = some(read, &request) else { return End::Client };
                    if left > 0 {
                        left = self.ask_within(bytes, left).await;
                    }
                }
            }
        }
    }

    /// Once the reply begins the service's side is closed, so that the service ends the connection after the reply.
    async fn cut_reply(mut self, first: &[u8], limit: u64, cut: Cut) -> End {
        self.ask(first).await;
        let (mut request, mut reply) = (vec![0; BUFFER], vec![0; BUFFER]);
        let mut left = limit;
        let mut asking = true;
        loop {
            tokio::select! {
                biased;
                read = self.service.read(&mut reply) => {
                    let Some(bytes) = some(read, &reply) else { return End::Fault(cut) };
                    if asking {
                        asking = false;
                        let _ = self.service.shutdown().await;
                    }
                    let bytes = &bytes[..within(bytes.len(), left)];
                    left -= bytes.len() as u64;
                    if self.answer(bytes).await.is_err() {
                        return End::Client;
                    }
                    if left == 0 {
                        return End::Fault(cut);
                    }
                }
                read = self.client.read(&mut request) => {
                    let Some(bytes) = some(read, &request) else { return End::Client };
                    if asking {
                        self.ask(bytes).await;
                    }
                }
            }
        }
    }

    /// A service that reads no further may still answer, so what can't be written counts for nothing.
    async fn ask(&mut self, bytes: &[u8]) {
        self.line.to_service(bytes.len());
        let _ = self.service.write_all(bytes).await;
    }

    /// What is left of the limit.
    async fn ask_within(&mut self, bytes: &[u8], limit: u64) -> u64 {
        let bytes = &bytes[..within(bytes.len(), limit)];
        self.ask(bytes).await;
        let left = limit - bytes.len() as u64;
        if left == 0 {
            let _ = self.service.shutdown().await;
        }
        left
    }

    async fn answer(&mut self, bytes: &[u8]) -> Result<(), Left> {
        self.line.to_client(bytes.len());
        self.client.write_all(bytes).await.map_err(|_| Left)?;
        self.client.flush().await.map_err(|_| Left)
    }

    async fn drip(&mut self, bytes: &[u8], drip: &mut Drip) -> Result<(), Left> {
        for (done, byte) in bytes.iter().enumerate() {
            match drip.until {
                None => drip.until = Some(Instant::now() + LONGEST_DRIP),
                Some(_) if drip.pause.is_zero() => {}
                Some(until) if Instant::now() < until => self.pause(drip.pause).await?,
                Some(_) => return self.answer(&bytes[done..]).await,
            }
            self.answer(&[*byte]).await?;
        }
        Ok(())
    }

    /// A client that speaks before it was answered has what it says dropped.
    async fn pause(&mut self, pause: Duration) -> Result<(), Left> {
        let mut dropped = vec![0; BUFFER];
        let pause = sleep(pause);
        tokio::pin!(pause);
        loop {
            tokio::select! {
                biased;
                () = &mut pause => return Ok(()),
                read = self.client.read(&mut dropped) => {
                    some(read, &dropped).ok_or(Left)?;
                }
            }
        }
    }
}

/// A reply that drips.
struct Drip {
    pause: Duration,
    /// Set with its first byte.
    until: Option<Instant>,
}

/// What was read; nothing at the end, and when reading failed.
fn some(read: std::io::Result<usize>, bytes: &[u8]) -> Option<&[u8]> {
    read.ok().filter(|count| *count > 0).map(|count| &bytes[..count])
}

fn within(length: usize, limit: u64) -> usize {
    usize::try_from(limit).map_or(length, |limit| limit.min(length))
}
