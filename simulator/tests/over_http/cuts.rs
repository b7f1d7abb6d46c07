//! The faults of a door, as the client and the service meet them.

use std::time::Duration;

use rongcloud_simulator::{self as simulator, Cut, Door, Fault, InvalidFault, Simulator, Step, Verdict};

use crate::doors::with_door;
use crate::support::client::{Call, verdicts};
use crate::support::connection::{Connection, Ended};

const CUTS: [(Cut, Ended); 2] = [(Cut::Reset, Ended::Reset), (Cut::Close, Ended::Closed)];

/// A simulator and a door with one fault.
async fn faulty(fault: Fault) -> (Simulator, Door) {
    let (sim, door) = with_door().await;
    door.inject([fault]).unwrap();
    (sim, door)
}

/// A connection that hangs doesn't end before its client leaves, and nothing comes until then.
async fn hangs(connection: Connection, door: &Door) {
    door.wait(|counts| counts.connections == 1).await.unwrap();
    let listed = door.connections()[0].clone();
    assert_eq!((listed.open, listed.ended), (true, None));
    assert_eq!(connection.leave().await, (vec![], Ended::Closed));
    door.wait(|counts| counts.open == 0).await.unwrap();
    assert_eq!(door.connections()[0].ended, Some(simulator::Ended::Client));
}

#[tokio::test]
async fn a_connection_can_be_reset_or_closed() {
    for (cut, ended) in CUTS {
        let (sim, door) = faulty(Fault::connection(cut)).await;
        assert_eq!(Connection::at(door.url()).await.rest().await, (vec![], ended));
        assert_eq!(sim.requests().len(), 0);
        let listed = door.connections()[0].clone();
        assert_eq!((listed.requests, listed.ended), (0, Some(simulator::Ended::Fault)));
    }
}

#[tokio::test]
async fn a_connection_that_hangs_gets_nothing_to_the_service() {
    let (sim, door) = faulty(Fault::connection(Cut::Hang)).await;
    hangs(Call::start().open(door.url()).await, &door).await;
    assert_eq!(sim.requests().len(), 0);
}

#[tokio::test]
async fn after_the_last_fault_the_door_just_relays() {
    let (_sim, door) = faulty(Fault::connection(Cut::Reset).times(2)).await;
    for _ in 0..2 {
        Connection::at(door.url()).await.rest().await;
    }
    assert_eq!(Call::start().send_to(door.url()).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_request_cut_at_any_byte_is_executed_only_when_it_is_whole() {
    let (sim, door) = with_door().await;
    let length = Call::start_number(0).bytes().len();
    for (cut, ended) in CUTS {
        for bytes in 0..=length + 1 {
            sim.forget_requests();
            let before = sim.recordings().len();
            door.inject([Fault::request_bytes(bytes as u64, cut)]).unwrap();
            // The same number of digits each time: nonces are used once.
            let number = format!("{}", 10_000 + bytes + 2 * length * usize::from(ended == Ended::Reset));
            let call = Call::start().signed(&number, crate::support::client::NOW);
            let length = call.bytes().len();
            assert_eq!(call.open(door.url()).await.rest().await, (vec![], ended), "{bytes} of {length}");
            let listed = door.connections().pop().unwrap();
            assert_eq!((listed.request_bytes, listed.reply_bytes), (bytes.min(length) as u64, 0));
            let executed = sim.recordings().len() - before;
            assert_eq!(executed, usize::from(bytes >= length), "{bytes} of {length}");
        }
    }
}

#[tokio::test]
async fn a_request_cut_within_its_body_is_abandoned_before_the_client_notices() {
    let call = Call::start();
    let (sim, door) = faulty(Fault::request_bytes(call.bytes().len() as u64 - 1, Cut::Close)).await;
    call.open(door.url()).await.rest().await;
    assert_eq!(verdicts(&sim), [Verdict::Abandoned]);
}

#[tokio::test]
async fn a_request_cut_within_its_head_is_not_listed() {
    let (sim, door) = faulty(Fault::request_bytes(20, Cut::Close)).await;
    Call::start().open(door.url()).await.rest().await;
    assert_eq!(verdicts(&sim), []);
}

#[tokio::test]
async fn a_cut_after_the_whole_request_waits_for_a_reply_that_is_held() {
    let (sim, door) = faulty(Fault::request_bytes(u64::MAX, Cut::Close)).await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(door.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    assert_eq!(door.connections()[0].ended, None);
    sim.release();
    assert_eq!(connection.rest().await, (vec![], Ended::Closed));
}

#[tokio::test]
async fn a_client_that_leaves_before_the_cut_has_abandoned_its_request() {
    let (sim, door) = faulty(Fault::request_bytes(u64::MAX, Cut::Hang)).await;
    sim.next([Step::hold()]).unwrap();
    let connection = Call::start().open(door.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    drop(connection);
    sim.wait_for_abandoned(1).await.unwrap();
}

#[tokio::test]
async fn a_request_that_is_cut_can_hang_executed() {
    let (sim, door) = faulty(Fault::request_bytes(u64::MAX, Cut::Hang)).await;
    let connection = Call::start().open(door.url()).await;
    sim.wait_for_requests(1).await.unwrap();
    hangs(connection, &door).await;
    assert_eq!(sim.recordings().len(), 1);
}

#[tokio::test]
async fn a_request_that_is_cut_can_hang_unfinished() {
    let call = Call::start();
    let (sim, door) = faulty(Fault::request_bytes(call.bytes().len() as u64 - 1, Cut::Hang)).await;
    let connection = call.open(door.url()).await;
    sim.wait_for_abandoned(1).await.unwrap();
    hangs(connection, &door).await;
    assert_eq!(sim.recordings().len(), 0);
}

#[tokio::test]
async fn of_a_reply_cut_at_any_byte_the_client_gets_exactly_so_many() {
    let (sim, door) = with_door().await;
    let whole = Call::start_number(0).send(&sim).await.length();
    for (cut, ended) in CUTS {
        for bytes in 0..=whole + 1 {
            let before = sim.recordings().len();
            door.inject([Fault::reply_bytes(bytes as u64, cut)]).unwrap();
            let number = 1 + bytes + 2 * whole * usize::from(ended == Ended::Reset);
            let (got, how) = Call::start_number(number).open(door.url()).await.rest().await;
            assert_eq!((got.len(), how), (bytes.min(whole), ended), "{bytes} of {whole}");
            let listed = door.connections().pop().unwrap();
            assert_eq!((listed.reply_bytes, listed.ended), (got.len() as u64, Some(simulator::Ended::Fault)));
            assert_eq!(sim.recordings().len() - before, 1, "{bytes} of {whole}");
        }
    }
}

#[tokio::test]
async fn a_request_whose_reply_is_cut_is_accepted() {
    let (sim, door) = faulty(Fault::reply_bytes(0, Cut::Reset)).await;
    Call::start().open(door.url()).await.rest().await;
    let record_id = Some(sim.recordings()[0].record_id.clone());
    assert_eq!(verdicts(&sim), [Verdict::Accepted { record_id }]);
}

#[tokio::test]
async fn a_reply_that_is_cut_can_hang() {
    let (_sim, door) = faulty(Fault::reply_bytes(7, Cut::Hang)).await;
    let mut connection = Call::start().open(door.url()).await;
    assert_eq!(connection.take(7).await, b"HTTP/1.");
    hangs(connection, &door).await;
}

#[tokio::test]
async fn a_large_reply_is_cut_where_it_should_be() {
    let (sim, door) = faulty(Fault::reply_bytes(3_000_000, Cut::Close)).await;
    sim.next([Step::normal().pad_bytes(5_000_000)]).unwrap();
    let (got, ended) = Call::start().open(door.url()).await.rest().await;
    assert_eq!((got.len(), ended), (3_000_000, Ended::Closed));
}

#[tokio::test]
async fn a_later_request_of_a_connection_can_be_struck() {
    let (sim, door) = with_door().await;
    let mut connection = Connection::at(door.url()).await;
    connection.send(&Call::start_number(1)).await;
    door.inject([Fault::request_bytes(0, Cut::Reset)]).unwrap();
    connection.write(&Call::start_number(2).bytes()).await.unwrap();
    assert_eq!(connection.rest().await, (vec![], Ended::Reset));
    assert_eq!((sim.recordings().len(), door.connections()[0].requests), (1, 2));
}

#[tokio::test]
async fn faults_are_taken_in_order() {
    let (_sim, door) = with_door().await;
    door.inject([Fault::reply_bytes(3, Cut::Close), Fault::connection(Cut::Reset), Fault::reply_bytes(4, Cut::Close)])
        .unwrap();
    let mut found = Vec::new();
    for number in 0..3 {
        let (bytes, ended) = Call::start_number(number).try_open(door.url()).await.rest().await;
        found.push((bytes.len(), ended));
    }
    assert_eq!(found, [(3, Ended::Closed), (0, Ended::Reset), (4, Ended::Closed)]);
}

#[tokio::test]
async fn new_faults_replace_those_that_were_to_come() {
    let (_sim, door) = faulty(Fault::connection(Cut::Reset)).await;
    door.inject([]).unwrap();
    assert_eq!(Call::start().send_to(door.url()).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_reply_that_drips_comes_whole() {
    let (_sim, door) = faulty(Fault::drip(Duration::ZERO)).await;
    assert_eq!(Call::start().send_to(door.url()).await.codes(), (200, 200));
}

/// With the clock of tokio paused, nothing but the pauses moves the time.
#[tokio::test(start_paused = true)]
async fn a_reply_drips_a_byte_at_a_time() {
    let (_sim, door) = faulty(Fault::drip(Duration::from_millis(10))).await;
    let connection = Call::start().open(door.url()).await;
    let before = tokio::time::Instant::now();
    let reply = connection.reply_however_late().await;
    let pauses = reply.length() as u32 - 1;
    assert_eq!(before.elapsed().as_millis() / 10, u128::from(pauses));
}

#[tokio::test(start_paused = true)]
async fn a_reply_drips_for_a_minute_at_most() {
    let (_sim, door) = faulty(Fault::drip(Duration::from_secs(1))).await;
    let connection = Call::start().open(door.url()).await;
    let before = tokio::time::Instant::now();
    connection.reply_however_late().await;
    assert_eq!(before.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_ends_the_dripping() {
    let (_sim, door) = faulty(Fault::drip(Duration::from_secs(1))).await;
    let mut connection = Call::start().open(door.url()).await;
    connection.take(1).await;
    drop(connection);
    door.wait(|counts| counts.open == 0).await.unwrap();
    assert!(door.connections()[0].reply_bytes < 20);
}

#[tokio::test]
async fn the_reply_after_one_that_dripped_comes_at_once() {
    let (_sim, door) = faulty(Fault::drip(Duration::ZERO)).await;
    let mut connection = Connection::at(door.url()).await;
    connection.send(&Call::start_number(1)).await;
    assert_eq!(connection.send(&Call::start_number(2)).await.codes(), (200, 200));
}

#[tokio::test]
async fn faults_that_are_none_are_refused() {
    let (_sim, door) = with_door().await;
    let refused = |fault: Fault| matches!(door.inject([fault]), Err(InvalidFault { .. }));
    assert!(refused(Fault::connection(Cut::Reset).times(0)));
    assert!(refused(Fault::drip(Duration::from_millis(1001))));
}
