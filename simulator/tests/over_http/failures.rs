//! Callbacks about recordings that tell of a failure.

use rongcloud_simulator::{FailedEvent, Simulator};
use serde_json::{Value, json};

use crate::control::put;
use crate::support::client::{APP_KEY, Call, NOW, SECRET, simulator};
use crate::support::receiver::Receiver;

async fn telling(receiver: &Receiver) -> Simulator {
    let builder = Simulator::builder().app(APP_KEY, SECRET).room("room1", "aaa").clock(|| NOW);
    builder.recording_callback(receiver.url()).start().await.unwrap()
}

/// The callbacks of a recording from its start to its end: types 1, 3 and 4.
async fn told(sim: &Simulator, receiver: &Receiver) -> Vec<Value> {
    Call::start().send(sim).await;
    Call::stop().send(sim).await;
    sim.flush_callbacks().await;
    receiver.bodies()
}

fn codes(bodies: &[Value]) -> Value {
    bodies.iter().map(|body| json!([body["type"], body["code"], body["errorMessage"]])).collect()
}

#[tokio::test]
async fn each_event_can_be_told_as_failed() {
    for failing in [1, 3, 4] {
        let receiver = Receiver::start().await;
        let sim = telling(&receiver).await;
        sim.fail_events([FailedEvent::new(failing, 50001).error_message("out of order")]).unwrap();
        let expected = [1, 3, 4].map(|event| {
            if event == failing { json!([event, 50001, "out of order"]) } else { json!([event, 200, "Success"]) }
        });
        assert_eq!(codes(&told(&sim, &receiver).await), json!(expected));
    }
}

#[tokio::test]
async fn a_failed_upload_has_a_name_and_no_url() {
    let receiver = Receiver::start().await;
    let sim = telling(&receiver).await;
    let failure = json!({ "type": 4, "code": 500, "errorMessage": "upload failed" });
    assert_eq!(put(&sim, "callbacks/failures", &failure).await.status(), 204);
    let upload = told(&sim, &receiver).await.pop().unwrap();
    assert_eq!((&upload["code"], &upload["errorMessage"]), (&json!(500), &json!("upload failed")));
    assert!(upload["fileName"].is_string() && upload.get("fileUrl").is_none(), "{upload}");
}

#[tokio::test]
async fn failures_are_taken_one_after_another_by_the_callbacks_of_their_type() {
    let receiver = Receiver::start().await;
    let sim = telling(&receiver).await;
    let failures =
        json!([{ "type": 4, "code": 500 }, { "type": 4, "code": 40001 }, { "type": 1, "code": 7, "times": 2 }]);
    assert_eq!(put(&sim, "callbacks/failures", &failures).await.status(), 204);
    for number in ["1", "2", "3"] {
        Call::start().signed(number, NOW).send(&sim).await;
    }
    Call::stop().send(&sim).await;
    sim.flush_callbacks().await;
    let codes = codes(&receiver.bodies());
    let [failed, fine] = ["Failed", "Success"];
    let starts = json!([[1, 7, failed], [1, 7, failed], [1, 200, fine]]);
    let ends =
        json!([[3, 200, fine], [4, 500, failed], [3, 200, fine], [4, 40001, failed], [3, 200, fine], [4, 200, fine]]);
    assert_eq!(codes, json!([starts.as_array().unwrap().as_slice(), ends.as_array().unwrap()].concat()));
}

#[tokio::test]
async fn what_is_no_failure_is_refused() {
    let sim = simulator().await;
    for (failure, why) in [
        (json!({ "type": 5, "code": 500 }), "type must be 1 to 4"),
        (json!({ "type": 4, "code": 200 }), "code must not be 200, which means success"),
    ] {
        let reply = put(&sim, "callbacks/failures", &failure).await;
        assert_eq!((reply.status(), reply.json()), (400, json!({ "error": why })));
    }
    for failure in [json!({ "code": 500 }), json!({ "type": 4 }), json!({ "type": 4, "code": 1, "why": "" })] {
        assert_eq!(put(&sim, "callbacks/failures", &failure).await.status(), 400, "{failure}");
    }
}
