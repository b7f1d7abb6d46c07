//! Replies asked for in advance.

use rongcloud_simulator::{Step, Verdict};

use crate::support::client::{Call, simulator, verdicts};

#[tokio::test]
async fn a_canned_reply_replaces_the_services_own() {
    let sim = simulator().await;
    let step = Step::reply(503, "<html>down</html>").content_type("text/html");
    sim.next([step]).unwrap();
    let reply = Call::start().send(&sim).await;
    let found = (reply.status(), reply.header("Content-Type"), reply.body.as_slice());
    assert_eq!(found, (503, Some("text/html"), b"<html>down</html>".as_slice()));
}

#[tokio::test]
async fn a_canned_reply_starts_nothing() {
    let sim = simulator().await;
    sim.next([Step::reply(200, "{}")]).unwrap();
    Call::start().send(&sim).await;
    assert!(sim.recordings().is_empty());
}

#[tokio::test]
async fn a_canned_reply_leaves_the_nonce_free() {
    let sim = simulator().await;
    sim.next([Step::reply(503, "")]).unwrap();
    Call::start().send(&sim).await;
    assert_eq!(Call::start().send(&sim).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_canned_reply_is_remembered_as_scripted() {
    let sim = simulator().await;
    sim.next([Step::reply(503, "")]).unwrap();
    Call::start().send(&sim).await;
    assert_eq!(verdicts(&sim), [Verdict::Scripted { status: 503 }]);
}

#[tokio::test]
async fn a_reply_can_carry_further_headers() {
    let sim = simulator().await;
    let step = Step::reply(307, "").header("Location", "http://127.0.0.1:1/");
    sim.next([step]).unwrap();
    let reply = Call::start().send(&sim).await;
    assert_eq!(reply.header("Location"), Some("http://127.0.0.1:1/"));
}

#[tokio::test]
async fn padding_makes_a_reply_long_and_leaves_its_meaning() {
    let sim = simulator().await;
    sim.next([Step::normal().pad_bytes(3_000_000)]).unwrap();
    let reply = Call::start().send(&sim).await;
    assert!(reply.body.len() > 3_000_000);
    assert_eq!(reply.codes(), (200, 200));
}

#[tokio::test]
async fn steps_follow_each_other_and_then_the_service_is_itself() {
    let sim = simulator().await;
    let steps = [Step::reply(500, "").times(2), Step::reply(429, "")];
    sim.next(steps).unwrap();
    let mut found = Vec::new();
    for number in 1..=4 {
        found.push(Call::start_number(number).send(&sim).await.status());
    }
    assert_eq!(found, [500, 500, 429, 200]);
}

#[tokio::test]
async fn a_new_script_replaces_what_was_left_of_the_old() {
    let sim = simulator().await;
    sim.next([Step::reply(500, "").times(9)]).unwrap();
    sim.next([]).unwrap();
    assert_eq!(Call::start().send(&sim).await.codes(), (200, 200));
}

#[tokio::test]
async fn steps_that_no_reply_can_be_made_of_are_refused() {
    let sim = simulator().await;
    let steps = [
        (Step::normal().times(0), "times must be at least 1"),
        (Step::reply(199, ""), "status must be 200 to 599"),
        (Step::normal().pad_bytes(1 << 30), "padBytes must be at most 67108864"),
        (Step::normal().content_type("\n"), "contentType is not a header value"),
        (Step::normal().header("a b", "c"), "headers.a b is not a header"),
    ];
    for (step, why) in steps {
        assert_eq!(sim.next([step]).unwrap_err().to_string(), why);
    }
}

#[tokio::test]
async fn a_held_request_is_remembered_as_held() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let _connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    assert_eq!(verdicts(&sim), [Verdict::Held]);
}

#[tokio::test]
async fn a_recording_is_started_before_its_reply_is_held() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let _connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    assert_eq!(sim.recordings().len(), 1);
}

#[tokio::test]
async fn a_released_request_is_answered() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    sim.release();
    assert_eq!(connection.reply().await.codes(), (200, 200));
}

#[tokio::test]
async fn a_released_request_is_remembered_with_its_verdict() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    sim.release();
    let record_id = Some(connection.reply().await.record_id());
    assert_eq!(verdicts(&sim), [Verdict::Accepted { record_id }]);
}

#[tokio::test]
async fn a_canned_reply_can_be_held() {
    let sim = simulator().await;
    sim.next([Step::reply(503, "").held()]).unwrap();
    let connection = Call::start().open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    assert_eq!(verdicts(&sim), [Verdict::Held]);
    sim.release();
    assert_eq!(connection.reply().await.status(), 503);
}

#[tokio::test]
async fn a_release_leaves_later_requests_held() {
    let sim = simulator().await;
    sim.next([Step::hold().times(2)]).unwrap();
    let first = Call::start_number(1).open(sim.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    sim.release();
    first.reply().await;
    let _second = Call::start_number(2).open(sim.url()).await;
    sim.wait_for_requests(2).await.unwrap();
    assert_eq!(verdicts(&sim)[1], Verdict::Held);
}

#[tokio::test]
async fn hundreds_of_held_requests_are_released_together() {
    let sim = simulator().await;
    sim.next([Step::hold().times(300)]).unwrap();
    let mut connections = Vec::new();
    for number in 0..300 {
        connections.push(Call::start_number(number).open(sim.url()).await);
    }
    sim.wait_for_requests(300).await.unwrap();
    sim.release();
    for connection in connections {
        assert_eq!(connection.reply().await.codes(), (200, 200));
    }
}
