//! A server that callbacks are sent to: it remembers them, and answers as a test asks.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub struct Received {
    /// Method, path and query.
    pub line: String,
    headers: Vec<(String, String)>,
    pub body: Value,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

pub struct Receiver {
    address: String,
    received: Arc<Mutex<Vec<Received>>>,
    answers: Arc<Mutex<VecDeque<String>>>,
    task: JoinHandle<()>,
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let received = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(VecDeque::new()));
        let (all, next) = (Arc::clone(&received), Arc::clone(&answers));
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let received = read(&mut stream).await;
                all.lock().unwrap().push(received);
                let answer = next.lock().unwrap().pop_front();
                let answer = answer.unwrap_or_else(|| "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_owned());
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        Self { address, received, answers, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}/told", self.address)
    }

    /// What is answered next, byte for byte.
    pub fn answer(&self, answer: &str) {
        self.answers.lock().unwrap().push_back(answer.to_owned());
    }

    pub fn answer_status(&self, status: u16) {
        self.answer(&format!("HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nno"));
    }

    pub fn received(&self) -> Vec<Received> {
        std::mem::take(&mut self.received.lock().unwrap())
    }

    pub fn bodies(&self) -> Vec<Value> {
        self.received().into_iter().map(|it| it.body).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read(stream: &mut TcpStream) -> Received {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|it| it == b"\r\n\r\n") {
            break end + 4;
        }
        assert_ne!(0, stream.read_buf(&mut bytes).await.unwrap(), "no request");
    };
    let mut body = bytes.split_off(end);
    let head = String::from_utf8(bytes).unwrap();
    let (line, rest) = head.split_once("\r\n").unwrap();
    let headers = rest.lines().filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut received = Received { line: line.to_owned(), headers, body: Value::Null };
    let length: usize = received.header("content-length").unwrap().parse().unwrap();
    while body.len() < length {
        assert_ne!(0, stream.read_buf(&mut body).await.unwrap(), "cut request");
    }
    received.body = serde_json::from_slice(&body).unwrap();
    received
}
