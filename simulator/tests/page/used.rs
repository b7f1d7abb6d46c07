//! What is done with it.

use std::path::Path;
use std::time::Duration;

use rongcloud_simulator::{CallbackState, Scenario, Step};
use serde_json::Value;

use crate::browser::{Browser, DOWN, ENTER, SPACE, TAB, with_browser};
use crate::scene::{builder, open, simulator, start, wrong};
use crate::support::client::split_stream;
use crate::support::receiver::Receiver;

/// Goes on until what has the focus has this text or label. Everything on the way shows that it has the focus.
async fn tab_to(browser: &Browser, wanted: &str) {
    const FOCUSED: &str = "const it = document.activeElement;
        const style = getComputedStyle(it);
        const text = it === document.body ? '' : it.labels?.[0]?.textContent ?? it.textContent;
        return [it.getAttribute('aria-label') ?? text,
                it === document.body || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1]";
    for _ in 0..60 {
        browser.keys(TAB).await;
        let focused = browser.run(FOCUSED).await;
        let text = focused[0].as_str().unwrap();
        assert_eq!(focused[1], true, "nobody sees that {text} has the focus");
        if text.contains(wanted) {
            return;
        }
    }
    panic!("no way to {wanted}");
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn the_keyboard_alone_is_enough() {
    with_browser(async |browser| {
        let sim = simulator().await;
        start("1", &split_stream()).send(&sim).await;
        start("2", &wrong()).send(&sim).await;
        open(&browser, &sim, "requests").await;
        browser.sees(".list a", "400/1002").await;

        tab_to(&browser, "start.json").await;
        browser.keys(&format!("{DOWN}{ENTER}")).await;
        browser.sees(".detail .meta", "accepted").await;

        browser.run("document.activeElement.blur(); scrollTo(0, 0)").await;
        browser.open(&format!("{}/__simulator/#/recordings", sim.url())).await;
        browser.reload().await;
        browser.sees("#connection", "live").await;
        tab_to(&browser, "Rooms").await;
        browser.keys(ENTER).await;
        browser.sees("#rooms h2", "room1").await;
        tab_to(&browser, "Who joins room1").await;
        browser.keys("333").await;
        tab_to(&browser, "video").await;
        browser.keys(SPACE).await;
        tab_to(&browser, "Join").await;
        browser.keys(ENTER).await;
        browser.sees("#rooms th", "333").await;
        let room = sim.room("room1").unwrap();
        let joined = room.members.iter().find(|it| it.user_id == "333").unwrap();
        assert_eq!(joined.streams.len(), 1);

        tab_to(&browser, "Tell members again").await;
        browser.reload().await;
        browser.sees("#connection", "live").await;
        tab_to(&browser, "+1 h").await;
        browser.keys(ENTER).await;
        browser.sees("#ahead", "+1 h").await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn what_is_half_typed_stays_while_things_happen() {
    with_browser(async |browser| {
        let sim = simulator().await;
        open(&browser, &sim, "rooms").await;
        browser.click("[aria-label='Who joins room1']", "").await;
        browser.keys("4").await;
        sim.leave("room1", "111");
        sim.set_room("another", "bbb");
        browser.sees("#rooms h2", "another").await;
        browser.keys("44").await;
        let typed = browser.run("return [document.activeElement.value, document.activeElement.ariaLabel]").await;
        assert_eq!(typed, serde_json::json!(["444", "Who joins room1"]));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn a_callback_is_sent_again_as_asked() {
    with_browser(async |browser| {
        let receiver = Receiver::start().await;
        let sim = builder().recording_callback(receiver.url()).start().await.unwrap();
        receiver.answer("HTTP/1.1 401 X\r\nContent-Length: 8\r\n\r\nwho asks");
        open(&browser, &sim, "callbacks").await;
        start("1", &split_stream()).send(&sim).await;
        sim.flush_callbacks().await;
        browser.click(".list a", "recording started").await;
        browser.sees(".detail td", "who asks").await;
        browser.click(".detail button", "Resend the same bytes").await;
        browser.sees(".detail td:first-child", "3").await;
        browser.click(".detail button", "Resend signed anew").await;
        browser.sees(".detail td:first-child", "4").await;
        sim.flush_callbacks().await;
        let received = receiver.received();
        let nonces: Vec<_> = received.iter().map(|it| it.header("nonce").unwrap()).collect();
        assert_eq!(nonces.len(), 4);
        assert_eq!(nonces[1], nonces[2]);
        assert_ne!(nonces[2], nonces[3]);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn faults_are_set_and_taken_back() {
    with_browser(async |browser| {
        let receiver = Receiver::start().await;
        let sim = builder().recording_callback(receiver.url()).start().await.unwrap();
        open(&browser, &sim, "faults").await;
        browser.click("#faults button", "429").await;
        browser.click("#faults button", "Hold").await;
        browser.sees(".chips li:nth-child(2)", "held").await;
        assert_eq!(start("1", &split_stream()).send(&sim).await.status(), 429);
        let held = start("2", &split_stream()).open(sim.url()).await;
        browser.click("#faults button", "Send 1 held reply").await;
        assert_eq!(held.reply().await.codes(), (200, 200));
        browser.click("#faults button", "Lose the next").await;
        browser.sees("#faults p", "The next one is lost").await;
        start("3", &split_stream()).send(&sim).await;
        assert_eq!(sim.callbacks().last().unwrap().state, CallbackState::Lost);
        browser.click("#faults button", "+10 min").await;
        browser.sees("#skew", "+10 min").await;
        assert_eq!(start("4", &split_stream()).send(&sim).await.codes(), (401, 1004));
        browser.click("#faults button", "Right").await;
        browser.sees("#faults p", "It is right").await;
        assert_eq!(start("5", &split_stream()).send(&sim).await.codes(), (200, 200));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn what_is_forgotten_is_gone() {
    with_browser(async |browser| {
        let sim = simulator().await;
        start("1", &wrong()).send(&sim).await;
        open(&browser, &sim, "requests").await;
        browser.sees(".list a", "400/1002").await;
        browser.click("#requests button", "Forget all").await;
        browser.sees("#requests .empty", "No request yet").await;
        start("2", &split_stream()).send(&sim).await;
        browser.sees(".list a[href='#/requests/2']", "accepted").await;
        assert_eq!(browser.run("return document.querySelectorAll('.requests li').length").await, 1);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn what_was_clicked_can_be_played_again() {
    with_browser(async |browser| {
        let sim = simulator().await;
        open(&browser, &sim, "faults").await;
        browser.click("#faults button", "503").await;
        browser.sees("#faults .chips", "503").await;
        browser.click("nav a", "Rooms").await;
        browser.click("[aria-label='2222 leaves room1']", "").await;
        browser.sees("#notice", "2222 has left room1").await;
        browser.click("nav a", "Faults").await;
        let text =
            browser.run("return fetch(document.querySelector('a[download]').href).then((it) => it.text())").await;
        let scenario = Scenario::from_json(text.as_str().unwrap()).unwrap();
        let again = builder().scenario(scenario).start().await.unwrap();
        let users: Vec<_> = again.room("room1").unwrap().members.into_iter().map(|it| it.user_id).collect();
        // They leave so long after the start as they were made to.
        assert_eq!(users, ["111", "2222"]);
        again.advance(Duration::from_secs(60));
        assert_eq!(again.room("room1").unwrap().members.len(), 1);
        assert_eq!(start("1", &split_stream()).send(&again).await.status(), 503);
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn a_file_is_played() {
    with_browser(async |browser| {
        let sim = simulator().await;
        open(&browser, &sim, "faults").await;
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        for (name, text, told) in [
            ("wrong.json", r#"{ "timeline": [{ "do": { "jion": {} } }] }"#, "did you mean `join`?"),
            ("right.json", r#"{ "rooms": { "played": { "sessionId": "bbb" } } }"#, "right.json is being played"),
        ] {
            let file = folder.join(name);
            std::fs::write(&file, text).unwrap();
            browser.choose("#faults input[type=file]", file.to_str().unwrap()).await;
            browser.sees("#notice", told).await;
        }
        assert!(sim.room("played").is_some());
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn a_mistake_is_told_as_the_control_api_tells_it() {
    with_browser(async |browser| {
        let sim = simulator().await;
        open(&browser, &sim, "callbacks").await;
        browser.click("[aria-label='Where callbacks about rooms go']", "").await;
        browser.keys(&format!("http://192.0.2.1/{ENTER}")).await;
        browser.sees("#notice.error", "is not of a loopback address").await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium: make test-page"]
async fn a_recording_is_followed_to_its_files() {
    with_browser(async |browser| {
        let sim = simulator().await;
        sim.next([Step::normal()]).unwrap();
        start("1", &split_stream()).send(&sim).await;
        open(&browser, &sim, "recordings").await;
        browser.sees(".phases", "0 slices of 60 min full · running").await;
        let drawn = browser.run("return document.querySelectorAll('svg.layout .window').length").await;
        assert_eq!(drawn, Value::from(2));
        sim.advance(Duration::from_secs(2 * 3600));
        browser.sees(".phases", "2 slices of 60 min full").await;
        sim.remove_room("room1");
        browser.sees(".phases", "3 files").await;
        browser.sees(".files code", "_3.mkv").await;
    })
    .await;
}
