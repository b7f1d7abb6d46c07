//! A small HTTP client that sends exactly what a test asks for, and a simulator to send it to.

use rongcloud_simulator::{Simulator, Verdict};
use serde_json::{Value, json};

use super::connection::{Connection, Reply};

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
        self.set("Content-Type", "application/json").body(body.to_string())
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.bytes_to("simulator")
    }

    /// The service is called by any host's name, so that a call has as many bytes for each simulator; `/__simulator/`
    /// by its own.
    pub fn bytes_to(&self, host: &str) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.path);
        if !self.headers.iter().any(|(name, _)| name == "Host") {
            let host = if self.path.starts_with("/__simulator") { host } else { "simulator" };
            text.push_str(&format!("Host: {host}\r\n"));
        }
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        [text.as_bytes(), &self.body].concat()
    }

    /// Sends the request, and leaves the reply to be read from the connection or given up with it.
    pub async fn open(&self, url: &str) -> Connection {
        let mut connection = Connection::at(url).await;
        connection.write(&self.bytes_to(&connection.host)).await.unwrap();
        connection
    }

    /// The same where the server may have gone before it has all.
    pub async fn try_open(&self, url: &str) -> Connection {
        let mut connection = Connection::at(url).await;
        let _ = connection.write(&self.bytes_to(&connection.host)).await;
        connection
    }

    /// Sends all of the request but the last byte.
    pub async fn open_cut_short(&self, url: &str) -> Connection {
        let mut connection = Connection::at(url).await;
        let bytes = self.bytes();
        connection.write(&bytes[..bytes.len() - 1]).await.unwrap();
        connection
    }

    pub async fn send(&self, sim: &Simulator) -> Reply {
        self.send_to(sim.url()).await
    }

    pub async fn send_to(&self, url: &str) -> Reply {
        self.open(url).await.reply().await
    }
}

pub fn verdicts(sim: &Simulator) -> Vec<Verdict> {
    sim.requests().into_iter().map(|request| request.verdict).collect()
}
