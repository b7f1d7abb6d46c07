//! Simulators that there is something to see in.

use std::net::IpAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use rongcloud_simulator::{Builder, Member, Room, Simulator, Stream};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::support::client::{APP_KEY, Call, SECRET, START, split_stream};

pub fn member(user_id: &str) -> Member {
    let stream_id = format!("{user_id}_RongCloudRTC");
    Member::new(user_id).stream(Stream::audio(&stream_id)).stream(Stream::video(&stream_id))
}

pub fn builder() -> Builder {
    let room = Room::new("aaa").member(member("111")).member(member("2222"));
    Simulator::builder().host(IpAddr::from([127, 0, 0, 1])).app(APP_KEY, SECRET).room("room1", room)
}

pub async fn simulator() -> Simulator {
    builder().start().await.unwrap()
}

pub async fn open(browser: &Browser, sim: &Simulator, section: &str) {
    browser.open(&format!("{}/__simulator/#/{section}", sim.url())).await;
    browser.sees("#connection", "live").await;
}

/// A start with the time of this machine's clock.
pub fn start(nonce: &str, body: &Value) -> Call {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    Call::to(START, nonce, body).signed(nonce, u64::try_from(now).unwrap())
}

/// One that is refused for two reasons.
pub fn wrong() -> Value {
    let mut body = split_stream();
    body["config"]["mode"] = json!(9);
    body["config"]["input"]["video"][1]["x"] = json!(1.5);
    body
}
