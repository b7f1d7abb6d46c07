//! One connection of the tests' client, and what comes back on it.

use std::io::{self, ErrorKind};
use std::time::Duration;

use rongcloud_simulator::Simulator;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::client::Call;

/// A server that says nothing fails the test instead of hanging it.
pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(10), what).await.expect("the server to do something")
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Closed,
    Reset,
    /// Closed in TCP, but not before in TLS.
    CutOff,
}

/// What a connection is made of: TCP, or TLS over it.
trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

pub struct Connection {
    stream: Box<dyn Stream>,
    /// The address and port that it leads to.
    pub host: String,
}

impl Connection {
    pub async fn to(sim: &Simulator) -> Self {
        Self::at(sim.url()).await
    }

    pub async fn at(url: &str) -> Self {
        let address = url.strip_prefix("http://").unwrap();
        Self::over(TcpStream::connect(address).await.unwrap(), address)
    }

    pub fn over(stream: impl AsyncRead + AsyncWrite + Unpin + 'static, host: &str) -> Self {
        Self { stream: Box::new(stream), host: host.to_owned() }
    }

    pub async fn send(&mut self, call: &Call) -> Reply {
        self.write(&call.bytes_to(&self.host)).await.unwrap();
        soon(self.read()).await
    }

    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    pub async fn take(&mut self, bytes: usize) -> Vec<u8> {
        let mut taken = vec![0; bytes];
        soon(self.stream.read_exact(&mut taken)).await.unwrap();
        taken
    }

    /// What has come when the client says that it sends no more.
    pub async fn leave(mut self) -> (Vec<u8>, Ended) {
        self.stream.shutdown().await.unwrap();
        self.rest().await
    }

    /// Without a limit, for tests that stop the time.
    pub async fn reply_however_late(mut self) -> Reply {
        self.read().await
    }

    pub async fn reply(mut self) -> Reply {
        soon(self.read()).await
    }

    /// What comes before the server ends the connection, and whether it resets it.
    pub async fn rest(mut self) -> (Vec<u8>, Ended) {
        let mut bytes = Vec::new();
        let ended = match soon(self.stream.read_to_end(&mut bytes)).await {
            Ok(_) => Ended::Closed,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ended::Reset,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ended::CutOff,
            Err(error) => panic!("{error}"),
        };
        (bytes, ended)
    }

    /// Returns when the server has ended the connection, unanswered.
    pub async fn ended(mut self) {
        let read = soon(self.stream.read(&mut [0])).await;
        assert!(matches!(read, Ok(0) | Err(_)), "a reply");
    }

    async fn read(&mut self) -> Reply {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
                break end;
            }
            assert_ne!(0, self.stream.read_buf(&mut bytes).await.unwrap(), "no reply");
        };
        let body = bytes.split_off(end + 4);
        let head = String::from_utf8(bytes).unwrap();
        let mut reply = Reply { head, body };
        let length: usize = reply.header("content-length").map_or(0, |it| it.parse().unwrap());
        while reply.body.len() < length {
            assert_ne!(0, self.stream.read_buf(&mut reply.body).await.unwrap(), "cut reply");
        }
        reply
    }
}

#[derive(Debug)]
pub struct Reply {
    head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    /// How many bytes it has in all.
    pub fn length(&self) -> usize {
        self.head.len() + self.body.len()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The HTTP status and the code in the body.
    pub fn codes(&self) -> (u16, u64) {
        (self.status(), self.json()["code"].as_u64().unwrap())
    }

    pub fn error_message(&self) -> String {
        self.json()["errorMessage"].as_str().unwrap().to_owned()
    }

    pub fn record_id(&self) -> String {
        self.json()["recordId"].as_str().unwrap().to_owned()
    }
}
