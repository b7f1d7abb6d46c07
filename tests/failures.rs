//! What is said of a request that failed on its way: one sentence, with the host, that a person can act on.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::future::Future;
use std::time::Duration;

use rongcloud_recording::{ClientOptions, FailureCause, RecordingClient, RecordingError, RetryPolicy};
use rongcloud_simulator::{DoorOptions, DoorTls};
use support::{credentials, read_request, simulator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PASSWORD: &str = "hunter2";

fn at(url: impl Into<String>) -> ClientOptions {
    let once = RetryPolicy::default().max_attempts(1);
    ClientOptions::default().api_url(url).retry(once).proxy("direct")
}

/// What one query failed of, and the sentence.
async fn failure(options: ClientOptions) -> (FailureCause, String) {
    let client = RecordingClient::new(credentials(), options).unwrap();
    let error = client.query_room("room1", None).await.unwrap_err();
    assert!(!format!("{error:?}{error}").contains(PASSWORD), "{error:?}");
    match error {
        RecordingError::NotSent { cause, reason, .. } | RecordingError::OutcomeUnknown { cause, reason, .. } => {
            (cause, reason)
        }
        other => panic!("{other:?}"),
    }
}

/// The port of a server for one connection.
async fn server<F>(serve: impl FnOnce(TcpStream) -> F + Send + 'static) -> u16
where
    F: Future<Output = ()> + Send,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { serve(listener.accept().await.unwrap().0).await });
    port
}

async fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port()
}

#[tokio::test]
async fn a_name_that_cant_be_resolved_is_said() {
    let (cause, reason) = failure(at("https://api.rongcloud.invalid")).await;
    assert_eq!(cause, FailureCause::NameResolution);
    assert!(reason.starts_with("the name api.rongcloud.invalid can't be resolved: "), "{reason}");
    assert!(!reason.contains("lookup address"), "{reason}");
}

#[tokio::test]
async fn a_port_at_which_nobody_listens_is_said() {
    let port = closed_port().await;
    let (cause, reason) = failure(at(format!("http://127.0.0.1:{port}"))).await;
    assert_eq!(reason, format!("127.0.0.1:{port} refused the connection: nobody listens there"));
    assert_eq!(cause, FailureCause::Connection);
}

#[tokio::test]
async fn a_connection_that_is_not_made_in_time_is_said() {
    let port = server(|mut stream| async move {
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    })
    .await;
    let options = at(format!("https://127.0.0.1:{port}")).connect_timeout(Duration::from_millis(200));
    let (cause, reason) = failure(options).await;
    assert_eq!(reason, format!("there was no connection to 127.0.0.1:{port} within 200ms"));
    assert_eq!(cause, FailureCause::Timeout);
}

#[tokio::test]
async fn a_time_that_is_over_before_there_is_a_connection_is_said() {
    let port = server(|mut stream| async move {
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    })
    .await;
    let (cause, reason) = failure(at(format!("https://127.0.0.1:{port}")).timeout(Duration::from_millis(200))).await;
    assert!(reason.starts_with(&format!("there was still no connection to 127.0.0.1:{port} after ")), "{reason}");
    assert_eq!(cause, FailureCause::Timeout);
}

#[tokio::test]
async fn plain_http_at_an_https_port_is_said() {
    let port = server(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    })
    .await;
    let (cause, reason) = failure(at(format!("https://127.0.0.1:{port}"))).await;
    assert_eq!(reason, format!("127.0.0.1:{port} doesn't answer in TLS: is it plain http that is spoken there?"));
    assert_eq!(cause, FailureCause::Tls);
}

#[tokio::test]
async fn a_server_of_an_older_tls_is_said() {
    let port = server(|mut stream| async move {
        // A fatal alert, protocol_version.
        stream.write_all(&[21, 3, 1, 0, 2, 2, 70]).await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    })
    .await;
    let (cause, reason) = failure(at(format!("https://127.0.0.1:{port}"))).await;
    assert_eq!(reason, format!("127.0.0.1:{port} speaks neither TLS 1.2 nor 1.3, and this library no other"));
    assert_eq!(cause, FailureCause::Tls);
}

#[tokio::test]
async fn a_handshake_that_is_broken_off_is_said() {
    let port = server(|mut stream| async move {
        stream.read_u8().await.unwrap();
    })
    .await;
    let (cause, reason) = failure(at(format!("https://127.0.0.1:{port}"))).await;
    assert_eq!(reason, format!("127.0.0.1:{port} closed the connection before anything was sent"));
    assert_eq!(cause, FailureCause::Connection);
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said() {
    let simulator = simulator().await;
    let said = async |tls| {
        let door = simulator.open_door(DoorOptions::default().tls(tls)).unwrap();
        let host = door.url().strip_prefix("https://").unwrap().to_owned();
        let (cause, reason) = failure(at(door.url()).ca_certificates(simulator.ca_pem())).await;
        assert_eq!(cause, FailureCause::Tls);
        reason.strip_prefix(&format!("the certificate of {host} ")).expect(&reason).to_owned()
    };
    let expired = said(DoorTls::Expired).await;
    let (then, now) = expired.strip_prefix("expired on ").unwrap().split_once("; this host's clock says ").unwrap();
    assert!(then.ends_with(" GMT") && now.ends_with(" GMT"), "{expired}");
    assert_eq!(said(DoorTls::WrongHost).await, "is for another host: it names other-host.invalid");
    assert_eq!(
        said(DoorTls::Untrusted).await,
        "was issued by a CA that this host doesn't know; if it is your company's, give its certificate as \
         ca_certificates"
    );
}

#[tokio::test]
async fn a_connection_that_is_lost_is_said() {
    let port = server(|mut stream| async move {
        read_request(&mut stream).await;
    })
    .await;
    let (cause, reason) = failure(at(format!("http://127.0.0.1:{port}"))).await;
    assert_eq!(reason, format!("127.0.0.1:{port} closed the connection before its answer was complete"));
    assert_eq!(cause, FailureCause::ConnectionLost);
}

#[tokio::test]
async fn an_answer_that_is_cut_off_is_said() {
    let port = server(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{").await.unwrap();
    })
    .await;
    let (cause, reason) = failure(at(format!("http://127.0.0.1:{port}"))).await;
    assert_eq!(reason, format!("127.0.0.1:{port} closed the connection before its answer was complete"));
    assert_eq!(cause, FailureCause::ConnectionLost);
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_said() {
    let port = server(|mut stream| async move {
        read_request(&mut stream).await;
        stream.write_all(b"220 mail.example ESMTP\r\n\r\n").await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.unwrap();
    })
    .await;
    let (cause, reason) = failure(at(format!("http://127.0.0.1:{port}"))).await;
    assert_eq!(reason, format!("127.0.0.1:{port} answered with something that isn't HTTP/1.1"));
    assert_eq!(cause, FailureCause::ConnectionLost);
}

/// Through a proxy to a service that nobody reaches.
async fn through(proxy: String) -> (FailureCause, String) {
    failure(at("https://api.rongcloud.invalid").proxy(format!("http://user:{PASSWORD}@{proxy}"))).await
}

#[tokio::test]
async fn a_proxy_that_cant_be_reached_is_named_without_its_password() {
    let port = closed_port().await;
    let (cause, reason) = through(format!("127.0.0.1:{port}")).await;
    assert_eq!(reason, format!("the proxy 127.0.0.1:{port} refused the connection: nobody listens there"));
    assert_eq!(cause, FailureCause::Connection);
    let (cause, reason) = through("proxy.rongcloud.invalid:3128".to_owned()).await;
    assert!(reason.starts_with("the proxy's name proxy.rongcloud.invalid can't be resolved: "), "{reason}");
    assert_eq!(cause, FailureCause::NameResolution);
}

#[tokio::test]
async fn what_a_proxy_refuses_is_said() {
    for (answer, said) in [
        ("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "requires a user and password, or different ones"),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "refused to connect to api.rongcloud.invalid:443"),
        ("", "closed the connection when asked for api.rongcloud.invalid:443"),
    ] {
        let port = server(move |mut stream| async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            stream.write_all(answer.as_bytes()).await.unwrap();
        })
        .await;
        let (cause, reason) = through(format!("127.0.0.1:{port}")).await;
        assert_eq!(reason, format!("the proxy 127.0.0.1:{port} {said}"));
        assert_eq!(cause, FailureCause::Connection);
    }
}

#[test]
fn damaged_certificates_are_described_without_a_byte_of_them() {
    let said = |pem: &str| {
        let options = at("https://api.example").ca_certificates(pem);
        match RecordingClient::new(credentials(), options).unwrap_err() {
            RecordingError::InvalidInput { violations, .. } => violations[0].reason.clone(),
            other => panic!("{other:?}"),
        }
    };
    let (begin, end) = ("-----BEGIN CERTIFICATE-----\n", "-----END CERTIFICATE-----\n");
    assert_eq!(
        said(&format!("{begin}TUlJQg==\n")),
        "is cut off: after a \"-----BEGIN …-----\", the \"-----END …-----\" is missing"
    );
    assert_eq!(
        said(&format!("{begin}not base64!\n{end}")),
        "is damaged: what stands between a \"-----BEGIN …-----\" and its end is not base64"
    );
    assert_eq!(
        said("-----BEGIN CERTIFICATE\nTUlJQg==\n"),
        "is damaged: a line that begins with \"-----BEGIN \" has no \"-----\" at its end"
    );
    assert_eq!(said(&format!("{begin}TUlJQg==\n{end}")), "certificate 1 in it is not an X.509 certificate");
}
