//! Scenarios: what is planned happens at its time, and what was done can be played again.

use std::time::Duration;

use rongcloud_simulator::{
    Action, CallbackState, Delivery, Member, Room, Scenario, Simulator, StartError, Step, Stream,
};
use serde_json::{Value, json};

use crate::control::{get, put};
use crate::support::client::{APP_KEY, Call, NOW, SECRET, simulator};
use crate::support::receiver::Receiver;

async fn started(scenario: Scenario) -> Simulator {
    let builder = Simulator::builder().app(APP_KEY, SECRET).clock(|| NOW).scenario(scenario);
    builder.start().await.unwrap()
}

fn read(scenario: &Value) -> Scenario {
    Scenario::from_json(&scenario.to_string()).unwrap()
}

fn wrong(scenario: &Value) -> String {
    Scenario::from_json(&scenario.to_string()).unwrap_err().to_string()
}

fn users(sim: &Simulator) -> Vec<(String, Option<u64>)> {
    let members = sim.room("room1").unwrap().members;
    members.into_iter().map(|it| (it.user_id, it.join_time)).collect()
}

#[tokio::test]
async fn people_come_and_go_at_their_time() {
    let join = |user: &str| json!({ "join": { "room": "room1", "member": { "userId": user } } });
    let sim = started(read(&json!({
        "rooms": { "room1": { "sessionId": "aaa", "members": [{ "userId": "111" }] } },
        "timeline": [
            { "atMs": 8_000, "do": { "leave": { "room": "room1", "user": "111" } } },
            { "do": join("222") },
            { "atMs": 5_000, "do": join("333") },
        ]
    })))
    .await;
    let [first, second] = [("111".to_owned(), Some(NOW)), ("222".to_owned(), Some(NOW))];
    assert_eq!(users(&sim), [first, second.clone()]);
    sim.advance(Duration::from_secs(60));
    // Each at its own time, though the time was moved past all of them at once.
    assert_eq!(users(&sim), [second, ("333".to_owned(), Some(NOW + 5_000))]);
}

#[tokio::test]
async fn what_is_due_happens_of_its_own_accord() {
    let receiver = Receiver::start().await;
    let soon = Scenario::new()
        .room("room1", "aaa")
        .at(Duration::from_millis(20), Action::Join { room: "room1".to_owned(), member: Member::new("111") });
    let builder = Simulator::builder().app(APP_KEY, SECRET).scenario(soon).room_callback(receiver.url());
    let sim = builder.start().await.unwrap();
    let told = async {
        while sim.callbacks().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    crate::support::connection::soon(told).await;
    assert_eq!(sim.callbacks()[0].body["event"], json!(11));
}

#[tokio::test]
async fn faults_callback_rules_and_the_clock_are_set() {
    let receiver = Receiver::start().await;
    let sim = started(read(&json!({
        "rooms": { "room1": { "sessionId": "aaa" } },
        "timeline": [
            { "do": { "callbackUrls": { "recording": receiver.url() } } },
            { "do": { "delivery": { "delivery": "held" } } },
            { "do": { "failures": [{ "type": 1, "code": 500 }] } },
            { "do": { "loseCallbacks": { "times": 1 } } },
            { "do": { "next": [{ "status": 503 }] } },
            { "do": { "then": [{ "status": 429 }] } },
            { "atMs": 1_000, "do": "deliverCallbacks" },
            { "atMs": 1_000, "do": { "skew": { "ms": 600_000 } } },
        ]
    })))
    .await;
    let statuses = [1, 2, 3, 4].map(async |number| Call::start_number(number).send(&sim).await.status());
    let mut found = Vec::new();
    for status in statuses {
        found.push(status.await);
    }
    assert_eq!(found, [503, 429, 200, 200]);
    let states: Vec<_> = sim.callbacks().iter().map(|it| it.state).collect();
    assert_eq!(states, [CallbackState::Lost, CallbackState::Held]);
    sim.advance(Duration::from_secs(1));
    sim.flush_callbacks().await;
    assert_eq!(sim.callbacks()[1].state, CallbackState::Delivered);
    assert_eq!(sim.callbacks()[0].body["code"], json!(500));
    assert_eq!(Call::start_number(5).send(&sim).await.codes(), (401, 1004));
}

#[tokio::test]
async fn time_moves_in_a_scenario_too() {
    let sim = started(read(&json!({
        "rooms": { "room1": { "sessionId": "aaa" } },
        "timeline": [
            { "do": { "advance": { "ms": 60_000 } } },
            { "atMs": 30_000, "do": { "join": { "room": "room1", "member": { "userId": "111" } } } },
        ]
    })))
    .await;
    assert_eq!(users(&sim), [("111".to_owned(), Some(NOW + 30_000))]);
}

#[tokio::test]
async fn a_scenario_can_be_played_while_it_runs() {
    let sim = simulator().await;
    let call = Call::new("POST", "/__simulator/scenario").json(&json!({
        "rooms": { "room2": { "sessionId": "bbb" } },
        "timeline": [{ "atMs": 10, "do": { "removeRoom": { "room": "room1" } } }]
    }));
    assert_eq!(call.send(&sim).await.status(), 204);
    assert!(sim.room("room2").is_some() && sim.room("room1").is_some());
    sim.advance(Duration::from_millis(10));
    assert!(sim.room("room1").is_none());
}

#[tokio::test]
async fn what_was_done_can_be_played_again() {
    let receiver = Receiver::start().await;
    let room = Room::new("aaa").member(Member::new("111").stream(Stream::video("111_RongCloudRTC")));
    let builder = Simulator::builder().app(APP_KEY, SECRET).room("room1", room).clock(|| NOW);
    let sim = builder.room_callback(receiver.url()).skew_ms(7).start().await.unwrap();
    sim.join("room1", Member::new("222"));
    sim.advance(Duration::from_secs(3600));
    sim.leave("room1", "111");
    put(&sim, "next", &json!([{ "times": 2, "status": 429 }, { "hold": true }])).await;
    sim.then([Step::normal().pad_bytes(3)]).unwrap();
    sim.set_delivery(Delivery::held().backoff_ms(2)).unwrap();
    sim.leave("room1", "nobody");
    let exported = get(&sim, "scenario").await;
    let again = started(Scenario::from_json(std::str::from_utf8(&exported.body).unwrap()).unwrap()).await;
    assert_eq!(again.room("room1"), sim.room("room1"));
    assert_eq!(again.scenario().to_json(), sim.scenario().to_json());
    let [faults, faults_again] =
        [&sim, &again].map(async |it| get(it, "changes").await.json()["faults"]["next"].clone());
    assert_eq!(faults.await, faults_again.await);
}

#[tokio::test]
async fn a_misspelt_key_is_told_with_its_path_and_what_may_be_meant() {
    for (scenario, path, meant) in [
        (json!({ "romms": {} }), "romms: unknown field `romms`", "`rooms`"),
        (json!({ "rooms": { "r": { "session": "a" } } }), "rooms.r.session: unknown field", "`sessionId`"),
        (json!({ "timeline": [{ "do": { "jion": {} } }] }), "timeline[0].do", "`join`"),
        (json!({ "timeline": [{ "at": 1, "do": "release" }] }), "timeline[0].at: unknown field", "`atMs`"),
        (json!({ "timeline": [{ "do": { "next": [{ "stauts": 5 }] } }] }), "timeline[0].do.next[0].stauts", "`status`"),
        (json!({ "timeline": [{ "do": { "delivery": { "delivery": "hold" } } }] }), "do.delivery.delivery", "`held`"),
    ] {
        let why = wrong(&scenario);
        assert!(why.contains(path) && why.ends_with(&format!("did you mean {meant}?")), "{why}");
    }
}

#[tokio::test]
async fn a_key_like_no_other_is_told_without_a_guess() {
    let why = wrong(&json!({ "weather": 1 }));
    assert!(why.contains("unknown field `weather`") && !why.contains("did you mean"), "{why}");
}

#[tokio::test]
async fn a_wrong_value_is_told_with_its_path() {
    for (scenario, why) in [
        (json!({ "timeline": [{ "atMs": -5, "do": "release" }] }), "timeline[0].atMs: invalid value"),
        (json!({ "timeline": [{ "atMs": 5 }] }), "timeline[0]: missing field `do`"),
        (json!({ "timeline": [{ "do": { "next": [{ "status": 99 }] } }] }), "timeline[0].do.next: status must be"),
        (json!({ "timeline": [{ "do": { "advance": { "ms": 2_592_000_001_u64 } } }] }), "timeline[0].do.advance.ms:"),
        (json!({ "timeline": [{ "do": { "callbackUrls": { "room": "http://192.0.2.1/" } } }] }), "callbackUrls: http"),
        (json!([]), "a scenario is a JSON object"),
    ] {
        let told = wrong(&scenario);
        assert!(told.contains(why), "{told}");
    }
}

#[tokio::test]
async fn what_is_not_json_is_told_with_line_and_column() {
    let why = Scenario::from_json("{\n  \"rooms\": {},\n}").unwrap_err().to_string();
    assert!(why.contains("line 3 column 1"), "{why}");
    assert!(Scenario::from_json("{} {}").is_err());
}

#[tokio::test]
async fn a_wrong_scenario_changes_nothing() {
    let sim = simulator().await;
    let body =
        json!({ "rooms": { "room2": { "sessionId": "b" } }, "timeline": [{ "do": { "next": [{ "status": 1 }] } }] });
    let reply = Call::new("POST", "/__simulator/scenario").json(&body).send(&sim).await;
    assert_eq!((reply.status(), sim.rooms().len()), (400, 1));
    let reply = reply.json();
    assert!(reply["error"].as_str().unwrap().starts_with("timeline[0].do.next"), "{reply}");
}

#[tokio::test]
async fn a_simulator_does_not_start_with_a_wrong_scenario() {
    let scenario = Scenario::new().at(Duration::ZERO, Action::Next(vec![Step::reply(99, "")]));
    let error = Simulator::builder().scenario(scenario).start().await.unwrap_err();
    assert!(matches!(error, StartError::Scenario(_)), "{error}");
}

#[tokio::test]
async fn what_can_not_be_done_at_its_time_is_logged() {
    let lines = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let all = std::sync::Arc::clone(&lines);
    let leave = Action::Leave { room: "room1".to_owned(), user: "nobody".to_owned() };
    let builder = Simulator::builder().room("room1", "aaa").scenario(Scenario::new().at(Duration::ZERO, leave));
    let _sim = builder.log(move |line| all.lock().unwrap().push(line.to_owned())).start().await.unwrap();
    let line = lines.lock().unwrap()[0].clone();
    assert!(line.starts_with("scenario {") && line.ends_with("failed: no such member"), "{line}");
}

#[tokio::test]
async fn any_number_of_moves_of_time_at_once_are_one_after_another() {
    let moves = vec![json!({ "do": { "advance": { "ms": 10 } } }); 10_000];
    let later = json!({ "atMs": 50_000, "do": { "join": { "room": "room1", "member": { "userId": "111" } } } });
    let timeline: Vec<_> = moves.into_iter().chain([later]).collect();
    let sim = started(read(&json!({ "rooms": { "room1": { "sessionId": "aaa" } }, "timeline": timeline }))).await;
    assert_eq!(users(&sim), [("111".to_owned(), Some(NOW + 50_000))]);
}
