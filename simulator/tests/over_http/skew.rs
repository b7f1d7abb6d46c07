//! A service whose clock is wrong.

use rongcloud_simulator::{Simulator, Step};
use serde_json::json;

use crate::control::put;
use crate::support::client::{APP_KEY, Call, NOW, SECRET, simulator};

const TEN_MINUTES: i64 = 600_000;

fn builder() -> rongcloud_simulator::Builder {
    Simulator::builder().app(APP_KEY, SECRET).room("room1", "aaa").clock(|| NOW)
}

#[tokio::test]
async fn a_timestamp_of_the_right_time_is_refused() {
    for ms in [TEN_MINUTES, -TEN_MINUTES] {
        let sim = builder().skew_ms(ms).start().await.unwrap();
        assert_eq!(Call::start().send(&sim).await.codes(), (401, 1004));
    }
}

#[tokio::test]
async fn a_timestamp_of_the_wrong_time_is_accepted() {
    for ms in [TEN_MINUTES, -TEN_MINUTES] {
        let sim = builder().skew_ms(ms).start().await.unwrap();
        let call = Call::start().signed("1", NOW.saturating_add_signed(ms));
        assert_eq!(call.send(&sim).await.codes(), (200, 200));
    }
}

#[tokio::test]
async fn the_date_of_a_reply_tells_the_services_time() {
    let reply = Call::start().send(&simulator().await).await;
    assert_eq!(reply.header("Date"), Some("Fri, 22 Aug 2014 12:30:53 GMT"));
}

#[tokio::test]
async fn the_date_of_a_reply_is_as_wrong_as_the_clock() {
    let sim = builder().skew_ms(TEN_MINUTES).start().await.unwrap();
    assert_eq!(Call::start().send(&sim).await.header("Date"), Some("Fri, 22 Aug 2014 12:40:53 GMT"));
}

#[tokio::test]
async fn a_refusal_has_that_date_too() {
    let sim = builder().skew_ms(-TEN_MINUTES).start().await.unwrap();
    let reply = Call::new("GET", "/").send(&sim).await;
    assert_eq!((reply.status(), reply.header("Date")), (404, Some("Fri, 22 Aug 2014 12:20:53 GMT")));
}

#[tokio::test]
async fn a_script_can_give_another_date() {
    let sim = simulator().await;
    sim.next([Step::normal().header("Date", "long ago")]).unwrap();
    assert_eq!(Call::start().send(&sim).await.header("Date"), Some("long ago"));
}

#[tokio::test]
async fn a_clock_beyond_all_dates_tells_the_last_one() {
    let sim = builder().skew_ms(i64::MAX).start().await.unwrap();
    assert_eq!(Call::start().send(&sim).await.header("Date"), Some("Fri, 31 Dec 9999 23:59:59 GMT"));
}

#[tokio::test]
async fn the_skew_can_be_set_over_http_and_taken_back() {
    let sim = simulator().await;
    assert_eq!(put(&sim, "skew", &json!({ "ms": -600_000 })).await.status(), 204);
    assert_eq!(Call::start().send(&sim).await.codes(), (401, 1004));
    put(&sim, "skew", &json!({ "ms": 0 })).await;
    assert_eq!(Call::start().send(&sim).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_skew_that_is_no_number_is_refused() {
    assert_eq!(put(&simulator().await, "skew", &json!({ "ms": "600000" })).await.status(), 400);
}

#[tokio::test]
async fn times_in_recordings_stay_as_they_are() {
    let sim = builder().skew_ms(TEN_MINUTES).start().await.unwrap();
    Call::start().signed("1", NOW.saturating_add_signed(TEN_MINUTES)).send(&sim).await;
    assert_eq!(serde_json::to_value(&sim.recordings()[0]).unwrap()["startTime"], json!(NOW));
}
