//! A Chromium of a test's own, driven by WebDriver: JSON over HTTP, as W3C's recommendation has it.

use std::panic::resume_unwind;
use std::process::Stdio;
use std::rc::Rc;
use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use hyper::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::task::{LocalSet, spawn_local};
use tokio::time::timeout;

/// What a browser that starts on a busy machine may take.
const LIMIT: Duration = Duration::from_secs(60);

/// How long the page may take to show something.
const SHOWN_MS: u64 = 15_000;

/// The key of an element's id in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys as WebDriver has them.
pub const TAB: &str = "\u{e004}";
pub const ENTER: &str = "\u{e007}";
pub const SPACE: &str = "\u{e00d}";
pub const DOWN: &str = "\u{e015}";

pub struct Browser {
    driver: Child,
    address: String,
    session: String,
}

#[derive(Clone)]
pub struct Element(Value);

/// Does something with a browser, and ends the browser whatever comes of it.
pub async fn with_browser<F: Future<Output = ()> + 'static>(test: impl FnOnce(Rc<Browser>) -> F) {
    let browser = Rc::new(Browser::start().await);
    let doing = test(Rc::clone(&browser));
    let ended = LocalSet::new().run_until(async { spawn_local(doing).await }).await;
    browser.quit().await;
    if let Err(error) = ended {
        resume_unwind(error.into_panic());
    }
}

/// A driver, and the port that it listens on.
async fn driver() -> (Child, String) {
    // It takes a free port of IPv4, and gives up where another program has the same one of IPv6.
    for _ in 0..5 {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver, which make test-page installs");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        while let Some(line) = timeout(LIMIT, lines.next_line()).await.unwrap().unwrap() {
            if let Some((_, port)) = line.split_once("successfully on port ") {
                // It goes on writing.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return (driver, port.trim_end_matches('.').to_owned());
            }
        }
    }
    panic!("chromedriver doesn't start");
}

impl Browser {
    async fn start() -> Self {
        let (driver, port) = driver().await;
        let mut browser = Self { driver, address: format!("127.0.0.1:{port}"), session: String::new() };
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1280,860",
            // A name that somebody has made to mean this machine.
            "--host-resolver-rules=MAP evil.example 127.0.0.1",
        ];
        let capabilities = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "script": SHOWN_MS },
        } } });
        let session = browser.call("POST", "/session", &capabilities).await;
        browser.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        browser
    }

    async fn quit(&self) {
        self.call("DELETE", &self.session, &Value::Null).await;
    }

    /// The answer's `value`.
    async fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = timeout(LIMIT, async {
            let stream = TcpStream::connect(&self.address).await.unwrap();
            let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
            let connection = tokio::spawn(connection);
            let text = if body.is_null() { String::new() } else { body.to_string() };
            let request = Request::builder().method(method).uri(path).header("Host", &self.address);
            let request = request.header("Content-Type", "application/json").body(Body::from(text)).unwrap();
            let answer = sender.send_request(request).await.unwrap().into_body().collect().await.unwrap();
            connection.abort();
            answer.to_bytes()
        });
        let answer: Value = serde_json::from_slice(&answer.await.expect("chromedriver to answer")).unwrap();
        let value = answer["value"].clone();
        assert!(value.get("error").is_none(), "{method} {path} {body}: {}: {}", value["error"], value["message"]);
        value
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.call("POST", &format!("{}/{path}", self.session), &body).await
    }

    async fn get(&self, path: &str) -> Value {
        self.call("GET", &format!("{}/{path}", self.session), &Value::Null).await
    }

    pub async fn open(&self, url: &str) {
        self.post("url", json!({ "url": url })).await;
    }

    pub async fn reload(&self) {
        self.post("refresh", json!({})).await;
    }

    pub async fn run(&self, script: &str) -> Value {
        self.post("execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Waits until an element is seen that the selector finds and that has this text.
    pub async fn sees(&self, selector: &str, text: &str) -> Element {
        let script = "const [selector, text, done] = arguments;
            const look = () => {
              const found = [...document.querySelectorAll(selector)]
                .find((it) => it.checkVisibility() && it.textContent.includes(text));
              if (found) { observer.disconnect(); done(found); }
            };
            const observer = new MutationObserver(look);
            observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
            look();";
        let body = json!({ "script": script, "args": [selector, text] });
        Element(self.post("execute/async", body).await)
    }

    fn of(element: &Element, what: &str) -> String {
        format!("element/{}/{what}", element.0[ELEMENT].as_str().unwrap())
    }

    pub async fn click(&self, selector: &str, text: &str) {
        let element = self.sees(selector, text).await;
        self.post(&Self::of(&element, "click"), json!({})).await;
    }

    /// Chooses a file.
    pub async fn choose(&self, selector: &str, path: &str) {
        let element = self.sees(selector, "").await;
        self.post(&Self::of(&element, "value"), json!({ "text": path })).await;
    }

    pub async fn text(&self, element: &Element) -> String {
        self.get(&Self::of(element, "text")).await.as_str().unwrap().to_owned()
    }

    /// Types into whatever has the focus.
    pub async fn keys(&self, keys: &str) {
        let strokes = keys
            .chars()
            .flat_map(|key| ["keyDown", "keyUp"].map(|kind| json!({ "type": kind, "value": key.to_string() })));
        let actions = json!([{ "type": "key", "id": "keyboard", "actions": strokes.collect::<Vec<_>>() }]);
        self.post("actions", json!({ "actions": actions })).await;
    }

    /// Opens another tab and goes there; its handle.
    pub async fn new_tab(&self) -> String {
        let handle = self.post("window/new", json!({ "type": "tab" })).await["handle"].as_str().unwrap().to_owned();
        self.go_to(&handle).await;
        handle
    }

    pub async fn tab(&self) -> String {
        self.get("window").await.as_str().unwrap().to_owned()
    }

    pub async fn go_to(&self, tab: &str) {
        self.post("window", json!({ "handle": tab })).await;
    }

    /// What the console says is wrong.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.post("se/log", json!({ "type": "browser" })).await;
        let severe = log.as_array().unwrap().iter().filter(|it| it["level"] == "SEVERE");
        severe.map(|it| it["message"].as_str().unwrap().to_owned()).collect()
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.post("goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await
    }

    /// `light` or `dark`, as a system is set.
    pub async fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    pub async fn size(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// A PNG, in Base64.
    pub async fn screenshot(&self) -> String {
        self.get("screenshot").await.as_str().unwrap().to_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // What else there is to do about one that has gone already, nobody knows.
        let _ = self.driver.start_kill();
    }
}
