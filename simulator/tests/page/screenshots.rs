//! Pictures of the page, to be looked at: `make screenshots`.

use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rongcloud_simulator::{Delivery, FailedEvent, Room, Step};
use serde_json::json;

use crate::browser::{Browser, with_browser};
use crate::scene::{builder, member, open, start, wrong};
use crate::support::client::{Call, mcu, split_stream};
use crate::support::receiver::Receiver;

async fn take(browser: &Browser, name: &str) {
    let folder = std::env::var("SCREENSHOTS").expect("where to put them");
    let png = STANDARD.decode(browser.screenshot().await).unwrap();
    std::fs::write(Path::new(&folder).join(format!("{name}.png")), png).unwrap();
}

#[tokio::test]
#[ignore = "needs Chromium: make screenshots"]
async fn screenshots() {
    with_browser(async |browser| {
        let receiver = Receiver::start().await;
        let sim = builder()
            .room("lecture-7", Room::new("s-2041").member(member("teacher")))
            .recording_callback(receiver.url())
            .room_callback(receiver.url())
            .start()
            .await
            .unwrap();
        start("1", &split_stream()).send(&sim).await;
        start("2", &wrong()).send(&sim).await;
        sim.next([Step::reply(503, "<html>down</html>").content_type("text/html")]).unwrap();
        start("3", &split_stream()).send(&sim).await;
        start("4", &split_stream()).set("Signature", "0").send(&sim).await;
        let mut lecture = split_stream();
        lecture["sessionId"] = json!("s-2041");
        lecture["config"]["mixLayout"] = json!(2);
        lecture["config"]["hostUserId"] = json!("teacher");
        lecture["config"]["videoResolution"] = json!("1280x720");
        start("5", &lecture).set("Room-Id", "lecture-7").send(&sim).await;
        let mut live = mcu();
        live["sessionId"] = json!("s-2041");
        start("6", &live).set("Room-Id", "lecture-7").send(&sim).await;
        Call::new("GET", "/favicon.ico").send(&sim).await;
        sim.advance(Duration::from_secs(150 * 60));
        receiver.answer_status(500);
        sim.join("room1", member("333"));
        sim.remove_room("room1");
        sim.set_room("room1", Room::new("bbb").member(member("111")));
        sim.flush_callbacks().await;
        sim.next([Step::hold(), Step::reply(429, "").times(2)]).unwrap();
        let held = start("7", &split_stream()).open(sim.url()).await;
        sim.wait_for_requests(8).await.unwrap();
        sim.set_delivery(Delivery::held()).unwrap();
        sim.lose_callbacks(1);
        sim.fail_events([FailedEvent::new(4, 500)]).unwrap();
        sim.leave("lecture-7", "teacher");
        sim.join("lecture-7", member("teacher"));
        sim.set_skew_ms(-600_000);
        let failed = sim.callbacks().iter().find(|it| it.attempts.len() > 1).unwrap().number;

        for (scheme, width, height) in [("light", 1280, 860), ("dark", 1280, 860), ("narrow", 390, 844)] {
            browser.prefer(if scheme == "dark" { "dark" } else { "light" }).await;
            browser.size(width, height).await;
            for (section, wait) in [
                ("requests/2", ".code li.wrong"),
                ("requests", ".list a"),
                ("rooms", "#rooms h2"),
                ("recordings", ".phases"),
                (&format!("callbacks/{failed}"), ".detail tbody td"),
                ("faults", "#faults h2"),
            ] {
                open(&browser, &sim, section).await;
                browser.sees(wait, "").await;
                take(&browser, &format!("{scheme}-{}", section.replace('/', "-"))).await;
            }
            let wider = "return document.documentElement.scrollWidth > document.documentElement.clientWidth";
            assert_eq!(browser.run(wider).await, false);
        }
        drop(held);
    })
    .await;
}
