//! The end of the shared runtime. In a process of its own, because it is the end for the whole process.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::thread;
use std::time::Duration;

use rongcloud_recording::{ClientOptions, FailureCause, RecordingError, StartOptions, blocking, runtime};
use rongcloud_simulator::Step;
use support::{credentials, profile, simulator};

#[tokio::test(flavor = "multi_thread")]
async fn shutting_down_ends_calls_under_way_as_cancelled_and_later_ones_as_not_sent() {
    let simulator = simulator().await;
    simulator.next([Step::hold().times(10)]).unwrap();
    let client =
        blocking::RecordingClient::new(credentials(), ClientOptions::default().api_url(simulator.url())).unwrap();
    let profile = profile();
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let (client, profile) = (client.clone(), profile.clone());
            thread::spawn(move || client.start("room1", "aaa", &profile, StartOptions::default()))
        })
        .collect();
    simulator.wait_for_requests(10).await.unwrap();

    runtime::shutdown(Duration::from_secs(5));

    for call in calls {
        let error = call.join().unwrap().unwrap_err();
        assert!(matches!(error, RecordingError::Cancelled { sent: true, .. }), "{error:?}");
        assert!(error.request_id().is_some(), "{error:?}");
    }
    let error = client.start("room1", "aaa", &profile, StartOptions::default()).unwrap_err();
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::ClientClosed, .. }), "{error:?}");
    assert!(error.to_string().starts_with("start: not sent: "), "{error}");
    assert_eq!(simulator.requests().len(), 10);
}
