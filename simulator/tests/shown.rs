//! What the pages show of the simulator in Rust, as code that is compiled and run. The marks name regions: scripts/shown.py.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)] // Each suite uses a part.
mod support;

use std::error::Error;
use std::time::Duration;

use rongcloud_simulator::{Cut, DoorOptions, Fault, Member, Room, Scenario, Simulator, Step, Stream};

use crate::support::client::{APP_KEY, Call, NOW, SECRET, simulator};
use crate::support::receiver::Receiver;

/// A call of the service under test.
async fn start(sim: &Simulator) {
    Call::start().send(sim).await;
}

#[tokio::test]
async fn a_held_reply_is_abandoned_as_shown() -> Result<(), Box<dyn Error>> {
    let sim = simulator().await;
    // ANCHOR: simulator_hold
    sim.next([Step::hold()])?; // hold the next reply
    tokio::select! {
        () = start(&sim) => panic!("it was answered"), // a call to sim.url()
        arrived = sim.wait_for_requests(1) => arrived?, // it has arrived and is held: now it is cancelled
    };
    sim.wait_for_abandoned(1).await?; // the client has left
    assert_eq!(sim.recordings().len(), 1);
    // ANCHOR_END: simulator_hold
    Ok(())
}

#[tokio::test]
async fn time_passes_in_a_room_as_shown() -> Result<(), Box<dyn Error>> {
    let receiver = Receiver::start().await;
    let builder = || Simulator::builder().clock(|| NOW);
    // ANCHOR: simulator_time
    let host = Member::new("111").stream(Stream::video("111_RongCloudRTC"));
    let sim = builder()
        .app(APP_KEY, SECRET)
        .room("room1", Room::new("aaa").member(host))
        .recording_callback(receiver.url())
        .start()
        .await?;
    start(&sim).await; // in slices of 60 minutes
    sim.advance(Duration::from_secs(2 * 3600)); // two slices close
    sim.leave("room1", "111");
    sim.flush_callbacks().await; // the receiver has them all
    assert_eq!(sim.callbacks().len(), 3);
    // ANCHOR_END: simulator_time
    Ok(())
}

#[tokio::test]
async fn a_scenario_is_played_as_shown() -> Result<(), Box<dyn Error>> {
    let text = include_str!("shown_scenarios/scenario.json");
    // ANCHOR: simulator_scenario
    let sim = Simulator::builder().app("app-key", "app-secret").scenario(Scenario::from_json(text)?).start().await?;
    sim.advance(Duration::from_secs(60)); // what is planned for the first minute has happened
    // ANCHOR_END: simulator_scenario
    assert_eq!(sim.room("room1").map(|room| room.members.len()), Some(2));
    Ok(())
}

#[tokio::test]
async fn a_door_loses_a_reply_as_shown() -> Result<(), Box<dyn Error>> {
    let sim = simulator().await;
    // ANCHOR: simulator_door
    let door = sim.open_door(DoorOptions::default())?; // or .tls(DoorTls::Valid), with sim.ca_pem()
    door.inject([Fault::reply_bytes(0, Cut::Reset)])?; // executed, and the reply is lost
    door.shut().await?; // to connect is refused, until door.reopen()
    // ANCHOR_END: simulator_door
    assert_eq!(sim.executions().start, 0);
    Ok(())
}
