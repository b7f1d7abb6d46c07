//! How often operations were executed, and the connections that they came on.

use rongcloud_simulator::{Cut, Fault, Simulator, Step};
use serde_json::{Value, json};

use crate::control::get;
use crate::doors::with_door;
use crate::support::client::{Call, LAYOUT, QUERY, simulator};
use crate::support::connection::Connection;

/// All there are by name, and those alone that were executed.
async fn executions(sim: &Simulator) -> (Value, Value) {
    let all: Value = get(sim, "executions").await.json();
    let executed = all.as_object().unwrap().iter().filter(|(_, count)| **count != 0);
    let executed = executed.map(|(name, count)| (name.clone(), count.clone())).collect();
    (all, executed)
}

fn layout() -> Call {
    Call::to(
        LAYOUT,
        "layout",
        &json!({ "sessionId": "aaa", "mixLayout": 3, "renderMode": 1, "hostUserId": "1", "hostStreamId": "1" }),
    )
}

#[tokio::test]
async fn each_operation_has_a_count_of_its_own() {
    let sim = simulator().await;
    Call::start_number(1).send(&sim).await;
    Call::start_number(2).send(&sim).await;
    layout().send(&sim).await;
    Call::stop().send(&sim).await;
    for number in ["3", "4", "5"] {
        Call::to(QUERY, number, &json!({ "roomId": "room1" })).send(&sim).await;
    }
    assert_eq!(executions(&sim).await.1, json!({ "start": 2, "config": 1, "stop": 1, "query": 3 }));
}

#[tokio::test]
async fn what_is_refused_was_not_executed() {
    let sim = simulator().await;
    Call::stop().send(&sim).await;
    Call::start().body("{}").send(&sim).await;
    let (all, executed) = executions(&sim).await;
    assert_eq!(executed, json!({}));
    assert_eq!(["start", "config", "stop", "query"].map(|name| all[name].as_u64()), [Some(0); 4]);
}

#[tokio::test]
async fn what_is_scripted_was_not_executed() {
    let sim = simulator().await;
    sim.next([Step::reply(200, "{}")]).unwrap();
    Call::start().send(&sim).await;
    assert_eq!(sim.executions().start, 0);
}

#[tokio::test]
async fn what_is_abandoned_while_held_was_executed() {
    let sim = simulator().await;
    sim.next([Step::hold()]).unwrap();
    drop(Call::start().open(sim.url()).await);
    sim.wait_for_abandoned(1).await.unwrap();
    assert_eq!(sim.executions().start, u64::try_from(sim.recordings().len()).unwrap());
}

#[tokio::test]
async fn a_stop_whose_reply_is_cut_was_executed() {
    let (sim, door) = with_door().await;
    Call::start().send(&sim).await;
    door.inject([Fault::request_bytes(u64::MAX, Cut::Reset)]).unwrap();
    Call::stop().open(door.url()).await.rest().await;
    assert_eq!(sim.executions().stop, 1);
}

#[tokio::test]
async fn executions_are_forgotten_with_the_requests() {
    let sim = simulator().await;
    Call::start().send(&sim).await;
    sim.forget_requests();
    assert_eq!(sim.executions().start, 0);
}

#[tokio::test]
async fn connections_and_their_requests_are_counted() {
    let sim = simulator().await;
    let mut connection = Connection::to(&sim).await;
    for number in 0..3 {
        connection.send(&Call::start_number(number)).await;
    }
    Call::start_number(3).send(&sim).await;
    sim.wait_for_open(1).await.unwrap();
    assert_eq!(get(&sim, "connections").await.json(), json!({ "open": 1, "seen": 2, "mostRequests": 3 }));
}

#[tokio::test]
async fn connections_through_doors_count_as_well() {
    let (sim, door) = with_door().await;
    let mut connection = Connection::at(door.url()).await;
    connection.send(&Call::start()).await;
    assert_eq!(get(&sim, "connections").await.json(), json!({ "open": 1, "seen": 1, "mostRequests": 1 }));
}

#[tokio::test]
async fn a_connection_without_a_request_is_open_too() {
    let (sim, door) = with_door().await;
    let _connection = Connection::at(door.url()).await;
    door.wait(|counts| counts.open == 1).await.unwrap();
    // The control's own connection came later and has been accepted later.
    assert_eq!(get(&sim, "connections").await.json()["open"], json!(1));
}

#[tokio::test]
async fn connections_to_the_control_api_are_not_counted() {
    let sim = simulator().await;
    let mut connection = Connection::to(&sim).await;
    connection.send(&Call::new("GET", "/__simulator/requests")).await;
    assert_eq!(get(&sim, "connections").await.json(), json!({ "open": 0, "seen": 0, "mostRequests": 0 }));
}

#[tokio::test]
async fn a_connection_counts_once_it_leaves_the_control_api() {
    let sim = simulator().await;
    let mut connection = Connection::to(&sim).await;
    connection.send(&Call::new("GET", "/__simulator/requests")).await;
    connection.send(&Call::start()).await;
    connection.send(&Call::new("GET", "/__simulator/requests")).await;
    assert_eq!(get(&sim, "connections").await.json(), json!({ "open": 1, "seen": 1, "mostRequests": 1 }));
}

#[tokio::test]
async fn what_was_seen_is_forgotten_with_the_requests_and_what_is_open_is_not() {
    let sim = simulator().await;
    let mut connection = Connection::to(&sim).await;
    connection.send(&Call::start()).await;
    sim.forget_requests();
    assert_eq!(get(&sim, "connections").await.json(), json!({ "open": 1, "seen": 0, "mostRequests": 0 }));
}

#[tokio::test]
async fn waiting_ends_when_the_connections_are_gone() {
    let sim = simulator().await;
    let mut connection = Connection::to(&sim).await;
    connection.send(&Call::start()).await;
    let waiting = Call::new("GET", "/__simulator/connections/wait?open=0").open(sim.url()).await;
    drop(connection);
    assert_eq!(waiting.reply().await.json()["open"], json!(0));
}

#[tokio::test]
async fn waiting_for_connections_to_go_has_an_end() {
    let sim = simulator().await;
    let mut connection = Connection::to(&sim).await;
    connection.send(&Call::start()).await;
    assert_eq!(get(&sim, "connections/wait?open=0&timeoutMs=1").await.status(), 504);
}
