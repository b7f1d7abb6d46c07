//! Doors: what goes through them whole, what is known of it, and how they are shut.

use std::io::ErrorKind;

use rongcloud_simulator::{Cut, Door, DoorError, DoorOptions, Ended, Fault, Simulator, Step, Verdict};
use tokio::net::TcpStream;

use crate::support::client::{self, Call, simulator, verdicts};
use crate::support::connection::Connection;

pub async fn with_door() -> (Simulator, Door) {
    let sim = simulator().await;
    let door = sim.open_door(DoorOptions::default()).unwrap();
    (sim, door)
}

#[tokio::test]
async fn a_door_leads_to_the_same_service() {
    let (sim, door) = with_door().await;
    let record_id = Call::start().send_to(door.url()).await.record_id();
    assert_eq!(sim.recordings()[0].record_id, record_id);
}

#[tokio::test]
async fn the_main_address_stays_undamaged() {
    let (sim, door) = with_door().await;
    door.inject([Fault::connection(Cut::Reset)]).unwrap();
    assert_eq!(Call::start().send(&sim).await.codes(), (200, 200));
}

#[tokio::test]
async fn the_other_doors_stay_undamaged() {
    let (sim, door) = with_door().await;
    let other = sim.open_door(DoorOptions::default()).unwrap();
    door.inject([Fault::connection(Cut::Reset)]).unwrap();
    assert_eq!(Call::start().send_to(other.url()).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_connection_carries_many_requests() {
    let (_sim, door) = with_door().await;
    let mut connection = Connection::at(door.url()).await;
    for number in 0..100 {
        assert_eq!(connection.send(&Call::start_number(number)).await.codes(), (200, 200));
    }
    let found = (door.connections().len(), door.connections()[0].requests);
    assert_eq!(found, (1, 100));
}

#[tokio::test]
async fn large_requests_and_replies_come_through_whole() {
    let (sim, door) = with_door().await;
    sim.next([Step::reply(200, "x").pad_bytes(5_000_000)]).unwrap();
    let reply = Call::start().body("y".repeat(1_000_000)).send_to(door.url()).await;
    assert_eq!((reply.body.len(), sim.requests()[0].body.len()), (5_000_001, 1_000_000));
}

#[tokio::test]
async fn a_request_is_listed_with_the_number_of_its_connection_through_the_door() {
    let (sim, door) = with_door().await;
    Call::new("GET", "/").send(&sim).await;
    Call::start().send_to(door.url()).await;
    assert_eq!(sim.requests()[1].connection, door.connections()[0].connection);
}

#[tokio::test]
async fn the_bytes_relayed_are_counted() {
    let (_sim, door) = with_door().await;
    let call = Call::start();
    let reply = call.send_to(door.url()).await;
    let counted = door.connections()[0].clone();
    assert_eq!(counted.request_bytes, call.bytes().len() as u64);
    assert_eq!(counted.reply_bytes, reply.length() as u64);
}

#[tokio::test]
async fn a_connection_that_its_client_closes_is_no_longer_open() {
    let (_sim, door) = with_door().await;
    Call::start().send_to(door.url()).await;
    door.wait(|counts| counts.open == 0).await.unwrap();
    let ended = door.connections()[0].clone();
    assert_eq!((ended.open, ended.ended), (false, Some(Ended::Client)));
}

#[tokio::test]
async fn a_connection_that_the_service_closes_was_ended_by_it() {
    let (_sim, door) = with_door().await;
    let connection = Call::start().with("Connection", "close").open(door.url()).await;
    connection.rest().await;
    assert_eq!(door.connections()[0].ended, Some(Ended::Service));
}

#[tokio::test]
async fn a_client_that_leaves_during_a_hold_has_abandoned_its_request() {
    let (sim, door) = with_door().await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(door.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    drop(connection);
    sim.wait_for_abandoned(1).await.unwrap();
    assert_eq!(verdicts(&sim), [Verdict::Abandoned]);
}

#[tokio::test]
async fn a_client_that_leaves_at_once_has_had_its_request_executed() {
    let (sim, door) = with_door().await;
    drop(Call::start().open(door.url()).await);
    sim.wait_for_requests(1).await.unwrap();
    assert_eq!(sim.recordings().len(), 1);
}

async fn is_refused(url: &str) -> bool {
    let address = url.strip_prefix("http://").unwrap();
    TcpStream::connect(address).await.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}

#[tokio::test]
async fn to_connect_to_a_shut_door_is_refused() {
    let (_sim, door) = with_door().await;
    door.shut().await.unwrap();
    assert!(is_refused(door.url()).await);
}

#[tokio::test]
async fn shutting_a_door_ends_its_connections() {
    let (_sim, door) = with_door().await;
    let mut connection = Connection::at(door.url()).await;
    connection.send(&Call::start()).await;
    door.shut().await.unwrap();
    connection.ended().await;
    let ended = door.connections()[0].clone();
    assert_eq!((ended.open, ended.ended), (false, Some(Ended::Fault)));
}

#[tokio::test]
async fn shutting_a_door_breaks_off_what_is_held() {
    let (sim, door) = with_door().await;
    sim.next([Step::hold()]).unwrap();
    let _connection = Call::start().open(door.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    door.shut().await.unwrap();
    assert_eq!(verdicts(&sim), [Verdict::Abandoned]);
}

#[tokio::test]
async fn a_door_reopens_on_the_same_port() {
    let (_sim, door) = with_door().await;
    Call::start_number(1).send_to(door.url()).await;
    for number in 2..5 {
        door.shut().await.unwrap();
        door.reopen().await.unwrap();
        let reply = Call::start_number(number).send_to(door.url()).await;
        assert_eq!(reply.codes(), (200, 200));
    }
}

#[tokio::test]
async fn shutting_and_reopening_twice_is_the_same_as_once() {
    let (_sim, door) = with_door().await;
    door.shut().await.unwrap();
    door.shut().await.unwrap();
    door.reopen().await.unwrap();
    door.reopen().await.unwrap();
    assert_eq!(Call::start().send_to(door.url()).await.codes(), (200, 200));
}

#[tokio::test]
async fn nobody_else_can_have_the_port_of_a_shut_door() {
    let (_sim, door) = with_door().await;
    door.shut().await.unwrap();
    let address = door.url().strip_prefix("http://").unwrap();
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    let error = socket.bind(address.parse().unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[tokio::test]
async fn a_closed_door_refuses_and_is_gone() {
    let (sim, door) = with_door().await;
    assert!(sim.close_door(&door).await);
    assert!(is_refused(door.url()).await);
    assert!(!sim.close_door(&door).await);
    assert!(matches!(door.reopen().await, Err(DoorError::Closed)));
}

#[tokio::test]
async fn no_more_than_64_doors_are_open_at_once() {
    let sim = simulator().await;
    let doors: Vec<Door> = (0..64).map(|_| sim.open_door(DoorOptions::default()).unwrap()).collect();
    assert!(matches!(sim.open_door(DoorOptions::default()), Err(DoorError::TooMany)));
    sim.close_door(&doors[0]).await;
    assert!(sim.open_door(DoorOptions::default()).is_ok());
}

#[tokio::test]
async fn dropping_the_simulator_ends_what_hangs_at_a_door() {
    let (sim, door) = with_door().await;
    door.inject([Fault::connection(Cut::Hang)]).unwrap();
    let connection = Call::start().open(door.url()).await;
    door.wait(|counts| counts.connections == 1).await.unwrap();
    drop(sim);
    connection.ended().await;
}

#[tokio::test]
async fn shutting_the_simulator_down_closes_its_doors() {
    let (sim, door) = with_door().await;
    sim.shutdown().await;
    assert!(is_refused(door.url()).await);
}

#[tokio::test]
async fn a_door_can_be_given_its_port() {
    let (sim, door) = with_door().await;
    sim.close_door(&door).await;
    let port = door.url().rsplit_once(':').unwrap().1.parse().unwrap();
    let again = sim.open_door(DoorOptions::default().port(port)).unwrap();
    assert_eq!(again.url(), door.url());
}

#[tokio::test]
async fn a_door_can_be_opened_from_outside_the_runtime() {
    let sim = simulator().await;
    let opened = std::thread::scope(|scope| scope.spawn(|| sim.open_door(DoorOptions::default())).join().unwrap());
    assert_eq!(Call::start().send_to(opened.unwrap().url()).await.codes(), (200, 200));
}

#[tokio::test]
async fn doors_are_of_the_same_address_as_the_simulator() {
    let sim = Simulator::builder().app(client::APP_KEY, client::SECRET).room("room1", "aaa").clock(|| client::NOW);
    let sim = sim.host("127.0.0.2".parse().unwrap()).start().await.unwrap();
    let door = sim.open_door(DoorOptions::default()).unwrap();
    assert!(door.url().starts_with("http://127.0.0.2:"), "{}", door.url());
    assert_eq!(Call::start().send_to(door.url()).await.codes(), (200, 200));
}
