//! The way to the service: CA certificates, proxies, and what they must not give away.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::env;
use std::process::Command;

use rongcloud_recording::{ClientOptions, FailureCause, RecordingClient, RecordingError, RetryPolicy};
use rongcloud_simulator::{Door, DoorOptions, DoorTls, Simulator};
use support::{credentials, simulator};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const PASSWORD: &str = "hunter2";
/// `user:hunter2`.
const BASIC: &str = "dXNlcjpodW50ZXIy";

fn tls_door(simulator: &Simulator, tls: DoorTls) -> Door {
    simulator.open_door(DoorOptions::default().tls(tls)).unwrap()
}

fn at(simulator: &Simulator, url: &str) -> ClientOptions {
    let once = RetryPolicy::default().max_attempts(1);
    ClientOptions::default().api_url(url).ca_certificates(simulator.ca_pem()).retry(once)
}

async fn query(options: ClientOptions) -> Result<(), RecordingError> {
    RecordingClient::new(credentials(), options).unwrap().query_room("room1", None).await.map(drop)
}

/// A proxy for one connection, which answers CONNECT as told and tells what it was asked.
async fn proxy(accepts: bool) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked = tokio::spawn(async move {
        let (mut client, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        if accepts {
            let target = head.split(' ').nth(1).unwrap();
            let mut server = TcpStream::connect(target).await.unwrap();
            client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.unwrap();
            // Ends with the client.
            let _ = copy_bidirectional(&mut client, &mut server).await;
        } else {
            client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n").await.unwrap();
        }
        head
    });
    (address, asked)
}

#[tokio::test]
async fn a_given_certificate_is_trusted() {
    let simulator = simulator().await;
    let door = tls_door(&simulator, DoorTls::Valid);
    query(at(&simulator, door.url())).await.unwrap();
}

#[tokio::test]
async fn a_wrong_certificate_is_never_trusted() {
    let simulator = simulator().await;
    for tls in [DoorTls::Expired, DoorTls::WrongHost, DoorTls::Untrusted] {
        let door = tls_door(&simulator, tls);
        let error = query(at(&simulator, door.url())).await.unwrap_err();
        assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::Tls, .. }), "{tls:?}: {error:?}");
    }
    assert!(simulator.requests().is_empty());
}

#[tokio::test]
async fn a_given_proxy_is_gone_through_with_its_password() {
    let simulator = simulator().await;
    let door = tls_door(&simulator, DoorTls::Valid);
    let (address, asked) = proxy(true).await;
    let options = at(&simulator, door.url()).proxy(format!("http://user:{PASSWORD}@{address}"));
    query(options).await.unwrap();
    let asked = asked.await.unwrap();
    assert!(asked.starts_with("CONNECT localhost:") && asked.contains(BASIC), "{asked}");
}

#[tokio::test]
async fn a_proxy_that_refuses_leaves_the_call_not_sent_and_its_password_unsaid() {
    let simulator = simulator().await;
    let door = tls_door(&simulator, DoorTls::Valid);
    let (address, asked) = proxy(false).await;
    let options = at(&simulator, door.url()).proxy(format!("http://user:{PASSWORD}@{address}"));
    assert!(!format!("{options:?}").contains(PASSWORD));
    let client = RecordingClient::new(credentials(), options).unwrap();
    assert!(!format!("{client:?}").contains(PASSWORD));
    let error = client.query_room("room1", None).await.unwrap_err();
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::Connection, .. }), "{error:?}");
    for said in [error.to_string(), format!("{error:?}")] {
        assert!(!said.contains(PASSWORD) && !said.contains(BASIC), "{said}");
    }
    asked.await.unwrap();
}

#[tokio::test]
async fn this_machine_is_reached_in_plain_text_without_any_proxy() {
    let simulator = simulator().await;
    query(at(&simulator, simulator.url()).proxy("http://127.0.0.1:9")).await.unwrap();
}

/// Runs itself again in a process whose environment names the proxy.
#[test]
fn the_environments_proxy_is_gone_through_unless_direct_is_asked_for() {
    const NAME: &str = "the_environments_proxy_is_gone_through_unless_direct_is_asked_for";
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if let Ok(url) = env::var("RONGCLOUD_TEST_DOOR") {
        let options = ClientOptions::default().api_url(url).ca_certificates(env::var("RONGCLOUD_TEST_CA").unwrap());
        runtime.block_on(query(options.clone().proxy("direct"))).unwrap();
        runtime.block_on(query(options)).unwrap();
        return;
    }
    runtime.block_on(async {
        let simulator = simulator().await;
        let door = tls_door(&simulator, DoorTls::Valid);
        let (address, asked) = proxy(true).await;
        let (url, ca) = (door.url().to_owned(), simulator.ca_pem().to_owned());
        let child = tokio::task::spawn_blocking(move || {
            Command::new(env::current_exe().unwrap())
                .args([NAME, "--exact"])
                .env("RONGCLOUD_TEST_DOOR", url)
                .env("RONGCLOUD_TEST_CA", ca)
                .env("HTTPS_PROXY", format!("http://{address}"))
                .env_remove("NO_PROXY")
                .env_remove("no_proxy")
                .env_remove("https_proxy")
                .output()
                .unwrap()
        });
        let output = child.await.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        assert!(asked.await.unwrap().starts_with("CONNECT localhost:"));
    });
}
