//! A small HTTP client that sends exactly what a test asks for, and a simulator to send it to.

use std::io::ErrorKind;
use std::time::Duration;

use rongcloud_simulator::{Simulator, Verdict};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

pub const APP_KEY: &str = "app-key";
/// Secret, nonce, timestamp and signature of the vendor's published vector.
pub const SECRET: &str = "Y1W2MeFwwwRxa0";
pub const NONCE: &str = "14314";
pub const NOW: u64 = 1_408_710_653_000;
pub const SIGNATURE: &str = "30be0bbca9c9b2e27578701e9fda2358a814c88f";

pub const START: &str = "/rtc/record/start.json";
pub const STOP: &str = "/rtc/record/stop.json";
pub const LAYOUT: &str = "/rtc/record/config.json";
pub const QUERY: &str = "/rtc/room/query.json";

/// Its clock stands still at `NOW`, and room1 has the session aaa.
pub async fn simulator() -> Simulator {
    Simulator::builder().app(APP_KEY, SECRET).room("room1", "aaa").clock(|| NOW).start().await.unwrap()
}

pub fn split_stream() -> Value {
    json!({
        "sessionId": "aaa",
        "extra": "order 7",
        "config": {
            "recordType": 1,
            "mode": 3,
            "videoResolution": "640x480",
            "videoFormat": "mkv",
            "audioFormat": "aac",
            "mixLayout": 1,
            "sliceMin": 60,
            "renderMode": 1,
            "hostUserId": "abc",
            "hostStreamId": "111_RongCloudRTC",
            "input": { "video": [
                { "userId": "111", "streamId": "111_RongCloudRTC", "x": 0, "y": 0, "width": 0.5, "height": 0.5 },
                { "userId": "2222", "streamId": "2222_RongCloudRTC", "x": 0.5, "y": 0.5, "width": 0.5, "height": 0.5 }
            ] }
        }
    })
}

pub fn mcu() -> Value {
    json!({
        "sessionId": "aaa",
        "extra": "",
        "config": {
            "recordType": 2,
            "videoFormat": "hls",
            "audioFormat": "mp3",
            "sliceMin": 30,
            "renderMode": 2,
            "mcuConfig": { "videoResolution": "1280x720" }
        }
    })
}

pub fn sign(nonce: &str, timestamp: u64) -> String {
    let text = format!("{SECRET}{nonce}{timestamp}");
    sha1_smol::Sha1::from(text).digest().to_string()
}

/// One request, on a connection of its own.
pub struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    pub fn new(method: &'static str, path: &str) -> Self {
        Self { method, path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// A start that is accepted.
    pub fn start() -> Self {
        Self::to(START, NONCE, &split_stream())
    }

    /// A call to the service, for room1, with a nonce of its own.
    pub fn to(path: &str, nonce: &str, body: &Value) -> Self {
        Self::new("POST", path)
            .with("App-Key", APP_KEY)
            .with("Room-Id", "room1")
            .with("Content-Type", "application/json")
            .signed(nonce, NOW)
            .json(body)
    }

    /// A stop that is accepted when something runs.
    pub fn stop() -> Self {
        Self::to(STOP, "stop", &json!({ "sessionId": "aaa" }))
    }

    /// Start number `number`: each with a nonce of its own.
    pub fn start_number(number: usize) -> Self {
        Self::start().signed(&number.to_string(), NOW)
    }

    pub fn signed(self, nonce: &str, timestamp: u64) -> Self {
        self.set("Nonce", nonce).set("Timestamp", &timestamp.to_string()).set("Signature", &sign(nonce, timestamp))
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(key, _)| key != name);
        self
    }

    pub fn set(self, name: &str, value: &str) -> Self {
        self.without(name).with(name, value)
    }

    pub fn renamed(mut self, name: &str, new_name: &str) -> Self {
        for (key, _) in &mut self.headers {
            if key == name {
                *key = new_name.to_owned();
            }
        }
        self
    }

    pub fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.body(body.to_string())
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nHost: simulator\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        [text.as_bytes(), &self.body].concat()
    }

    /// Sends the request, and leaves the reply to be read from the connection or given up with it.
    pub async fn open(&self, url: &str) -> Connection {
        let mut stream = connect(url).await;
        stream.write_all(&self.bytes()).await.unwrap();
        Connection::over(stream)
    }

    /// The same where the server may have gone before it has all.
    pub async fn try_open(&self, url: &str) -> Connection {
        let mut stream = connect(url).await;
        let _ = stream.write_all(&self.bytes()).await;
        Connection::over(stream)
    }

    /// Sends all of the request but the last byte.
    pub async fn open_cut_short(&self, url: &str) -> Connection {
        let mut stream = connect(url).await;
        let bytes = self.bytes();
        stream.write_all(&bytes[..bytes.len() - 1]).await.unwrap();
        Connection::over(stream)
    }

    pub async fn send(&self, sim: &Simulator) -> Reply {
        self.send_to(sim.url()).await
    }

    pub async fn send_to(&self, url: &str) -> Reply {
        self.open(url).await.reply().await
    }
}

/// A server that says nothing fails the test instead of hanging it.
pub async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(10), what).await.expect("the server to do something")
}

async fn connect(url: &str) -> TcpStream {
    let address = url.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.unwrap()
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

pub struct Connection(Box<dyn Stream>);

impl Connection {
    pub async fn to(sim: &Simulator) -> Self {
        Self::at(sim.url()).await
    }

    pub async fn at(url: &str) -> Self {
        Self::over(connect(url).await)
    }

    pub fn over(stream: impl AsyncRead + AsyncWrite + Unpin + 'static) -> Self {
        Self(Box::new(stream))
    }

    pub async fn send(&mut self, call: &Call) -> Reply {
        self.write(call).await;
        soon(self.read()).await
    }

    pub async fn write(&mut self, call: &Call) {
        self.0.write_all(&call.bytes()).await.unwrap();
        self.0.flush().await.unwrap();
    }

    pub async fn take(&mut self, bytes: usize) -> Vec<u8> {
        let mut taken = vec![0; bytes];
        soon(self.0.read_exact(&mut taken)).await.unwrap();
        taken
    }

    /// What has come when the client says that it sends no more.
    pub async fn leave(mut self) -> (Vec<u8>, Ended) {
        self.0.shutdown().await.unwrap();
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
        let ended = match soon(self.0.read_to_end(&mut bytes)).await {
            Ok(_) => Ended::Closed,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Ended::Reset,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ended::CutOff,
            Err(error) => panic!("{error}"),
        };
        (bytes, ended)
    }

    /// Returns when the server has ended the connection, unanswered.
    pub async fn ended(mut self) {
        let read = soon(self.0.read(&mut [0])).await;
        assert!(matches!(read, Ok(0) | Err(_)), "a reply");
    }

    async fn read(&mut self) -> Reply {
        let mut bytes = Vec::new();
        let end = loop {
            if let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
                break end;
            }
            assert_ne!(0, self.0.read_buf(&mut bytes).await.unwrap(), "no reply");
        };
        let body = bytes.split_off(end + 4);
        let head = String::from_utf8(bytes).unwrap();
        let mut reply = Reply { head, body };
        let length: usize = reply.header("content-length").map_or(0, |it| it.parse().unwrap());
        while reply.body.len() < length {
            assert_ne!(0, self.0.read_buf(&mut reply.body).await.unwrap(), "cut reply");
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

pub fn verdicts(sim: &Simulator) -> Vec<Verdict> {
    sim.requests().into_iter().map(|request| request.verdict).collect()
}
