//! What is seen of what happens.

use rongcloud_simulator::{Simulator, Step};
use serde_json::json;

use crate::browser::with_browser;
use crate::scene::{builder, open, simulator, start, wrong};
use crate::support::client::{Call, split_stream};

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn a_refused_start_appears_with_its_reason_beside_what_is_wrong() {
    with_browser(async |browser| {
        let sim = simulator().await;
        open(&browser, &sim, "requests").await;
        start("1", &wrong()).send(&sim).await;
        browser.click(".list a", "400/1002").await;
        for (line, why) in [("\"mode\": 9", "must be one of 0, 1, 2"), ("\"x\": 1.5", "must be within 0 and 1")] {
            let marked = browser.sees(".code li.wrong", line).await;
            assert!(browser.text(&marked).await.contains(why), "{line}");
        }
        assert_eq!(browser.run("return document.querySelectorAll('.wrong').length").await, 2);
        browser.sees(".refusal li", "config.input.video[1].x").await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn what_is_missing_is_marked_where_it_should_be() {
    with_browser(async |browser| {
        let sim = simulator().await;
        let mut body = split_stream();
        body["config"].as_object_mut().unwrap().remove("sliceMin");
        start("1", &body).without("Room-Id").send(&sim).await;
        open(&browser, &sim, "requests/1").await;
        let marked = browser.sees(".code li.wrong", "config.sliceMin is required").await;
        assert!(browser.text(&marked).await.trim_start().starts_with("\"config\": {"));
        browser.sees(".headers tr.wrong", "room-id").await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn what_is_shown_survives_a_reload_amid_events() {
    with_browser(async |browser| {
        let sim = simulator().await;
        start("0", &wrong()).send(&sim).await;
        open(&browser, &sim, "requests/1").await;
        browser.sees(".detail h2", "start.json").await;
        let url = sim.url().to_owned();
        let events = tokio::task::spawn_local(async move {
            for number in 1..=200 {
                start(&number.to_string(), &split_stream()).send_to(&url).await;
            }
        });
        for _ in 0..3 {
            browser.reload().await;
            browser.sees(".detail h2", "start.json").await;
            browser.sees(".refusal", "config.mode").await;
        }
        events.await.unwrap();
        browser.sees("#count-requests", "201").await;
        assert_eq!(browser.run("return document.querySelectorAll('.requests li').length").await, 201);
        browser.sees(".list a[aria-current]", "400/1002").await;
        browser.sees("#count-recordings", "200").await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn eight_tabs_show_the_same() {
    with_browser(async |browser| {
        let sim = simulator().await;
        let mut tabs = vec![browser.tab().await];
        open(&browser, &sim, "requests").await;
        while tabs.len() < 8 {
            tabs.push(browser.new_tab().await);
            open(&browser, &sim, "requests").await;
        }
        start("1", &wrong()).send(&sim).await;
        browser.click("nav a", "Faults").await;
        browser.click("#faults button", "503").await;
        for tab in &tabs {
            browser.go_to(tab).await;
            browser.sees("#count-requests", "1").await;
            browser.sees("#count-faults", "1").await;
            assert_eq!(browser.complaints().await, [""; 0]);
        }
        assert_eq!(start("2", &split_stream()).send(&sim).await.status(), 503);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn what_clients_call_themselves_is_text() {
    with_browser(async |browser| {
        let sim = simulator().await;
        let hostile = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>";
        sim.set_room(hostile, hostile);
        sim.join(hostile, rongcloud_simulator::Member::new(hostile));
        let mut body = split_stream();
        body["extra"] = json!(hostile);
        body[hostile] = json!(hostile);
        start("1", &body).set("Room-Id", hostile).send(&sim).await;
        start("2", &json!({ "sessionId": hostile, "config": split_stream()["config"], "extra": hostile }))
            .set("Room-Id", hostile)
            .send(&sim)
            .await;
        sim.next([Step::reply(500, hostile)]).unwrap();
        Call::new("POST", "/rtc").send(&sim).await;
        open(&browser, &sim, "rooms").await;
        browser.sees("#rooms h2", hostile).await;
        browser.sees("#rooms th", hostile).await;
        browser.click("nav a", "Recordings").await;
        browser.sees(".meta", hostile).await;
        browser.click("nav a", "Requests").await;
        for code in ["400/1002", "200", "500"] {
            browser.click(".list a .codes", code).await;
            browser.sees(".detail .code", hostile).await;
        }
        assert_eq!(browser.run("return window.hit ?? document.querySelectorAll('main img').length").await, 0);
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn another_simulator_at_the_same_address_is_shown_from_its_beginning() {
    with_browser(async |browser| {
        let sim = simulator().await;
        let port = sim.url().rsplit(':').next().unwrap().parse().unwrap();
        start("1", &wrong()).send(&sim).await;
        open(&browser, &sim, "requests").await;
        browser.sees(".list a", "400/1002").await;
        sim.shutdown().await;
        browser.sees("#connection", "doesn't answer").await;
        let sim: Simulator = builder().room("another", "bbb").port(port).start().await.unwrap();
        browser.sees("#connection", "live").await;
        browser.sees("#requests .empty", "No request yet").await;
        browser.click("nav a", "Rooms").await;
        browser.sees("#rooms h2", "another").await;
        drop(sim);
    })
    .await;
}
