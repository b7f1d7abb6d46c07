//! Faults below HTTP: what the caller is told when connections fail, break or lie.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::env;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rongcloud_recording::{
    ClientOptions, Credentials, FailureCause, RecordingClient, RecordingError, RequestStamp, StampSource, StartOptions,
    StartedRecording,
};
use support::{credentials, profile, read_request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}

async fn start(options: ClientOptions) -> Result<StartedRecording, RecordingError> {
    let client = RecordingClient::new(credentials(), options).unwrap();
    client.start("room1", "aaa", &profile(), StartOptions::default()).await
}

fn at(url: impl Into<String>) -> ClientOptions {
    ClientOptions::default().api_url(url)
}

fn assert_not_sent(error: &RecordingError, expected: FailureCause) {
    assert!(matches!(error, RecordingError::NotSent { cause, .. } if *cause == expected), "{error:?}");
    assert!(error.is_retryable() && !error.maybe_sent());
}

fn assert_outcome_unknown(error: &RecordingError, expected: FailureCause) {
    assert!(matches!(error, RecordingError::OutcomeUnknown { cause, .. } if *cause == expected), "{error:?}");
    assert!(!error.is_retryable() && error.maybe_sent());
    assert!(error.request_id().is_some());
}

struct NoStamps;

impl StampSource for NoStamps {
    fn stamp(&self, _: &Credentials) -> Result<RequestStamp, String> {
        Err("the system gives no random numbers".to_owned())
    }
}

#[tokio::test]
async fn a_machine_without_random_numbers_sends_nothing() {
    let client = RecordingClient::with_stamps(credentials(), at("http://127.0.0.1:1"), Arc::new(NoStamps)).unwrap();
    let error = client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap_err();
    assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::Local, .. }), "{error:?}");
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    let (listener, address) = listener().await;
    drop(listener);
    assert_not_sent(&start(at(format!("http://{address}"))).await.unwrap_err(), FailureCause::Connection);
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_not_sent() {
    let error = start(at("https://name.invalid")).await.unwrap_err();
    assert_not_sent(&error, FailureCause::NameResolution);
}

/// Runs itself again in a process that is told of no CA certificates.
#[test]
fn a_machine_without_ca_certificates_says_so_when_the_client_is_made() {
    const NAME: &str = "a_machine_without_ca_certificates_says_so_when_the_client_is_made";
    if env::var_os("SSL_CERT_FILE").is_some_and(|file| file == "/nonexistent") {
        let error = RecordingClient::new(credentials(), at("https://127.0.0.1")).unwrap_err();
        assert!(matches!(error, RecordingError::NotSent { cause: FailureCause::Local, .. }), "{error:?}");
        assert!(!error.is_retryable());
        // Plain http on this machine needs none.
        RecordingClient::new(credentials(), at("http://127.0.0.1")).unwrap();
        return;
    }
    let child = Command::new(env::current_exe().unwrap())
        .args([NAME, "--exact"])
        .env("SSL_CERT_FILE", "/nonexistent")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
}

#[tokio::test]
async fn a_server_without_tls_is_not_sent_to() {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        // Kept open until the client has read it.
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    assert_not_sent(&start(at(format!("https://{address}"))).await.unwrap_err(), FailureCause::Tls);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_not_sent_to() {
    let (listener, address) = listener().await;
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        tokio_rustls::TlsAcceptor::from(Arc::new(config)).accept(stream).await.is_ok()
    });
    assert_not_sent(&start(at(format!("https://{address}"))).await.unwrap_err(), FailureCause::Tls);
    assert!(!server.await.unwrap(), "the handshake came about");
}

#[tokio::test]
async fn a_handshake_that_hangs_past_the_connect_timeout_is_not_sent() {
    let (_listener, address) = listener().await;
    let options = at(format!("https://{address}")).connect_timeout(Duration::from_millis(100));
    assert_not_sent(&start(options).await.unwrap_err(), FailureCause::Timeout);
}

#[tokio::test]
async fn a_handshake_that_hangs_past_the_overall_timeout_is_not_sent() {
    let (_listener, address) = listener().await;
    let options = at(format!("https://{address}")).timeout(Duration::from_millis(100));
    assert_not_sent(&start(options).await.unwrap_err(), FailureCause::Timeout);
}

#[tokio::test]
async fn a_connection_closed_without_a_reply_leaves_the_outcome_unknown() {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
    });
    let error = start(at(format!("http://{address}"))).await.unwrap_err();
    assert_outcome_unknown(&error, FailureCause::ConnectionLost);
}

#[tokio::test]
async fn a_reply_cut_at_any_byte_is_never_a_success_and_never_sent_again() {
    const REPLY: &str = "HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n{\"code\":200,\"recordId\":\"0123456\"}";
    let (listener, address) = listener().await;
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = connections.clone();
    tokio::spawn(async move {
        for length in 0..=REPLY.len() {
            let (mut stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            read_request(&mut stream).await;
            stream.write_all(&REPLY.as_bytes()[..length]).await.unwrap();
        }
    });
    let client = RecordingClient::new(credentials(), at(format!("http://{address}"))).unwrap();
    for length in 0..REPLY.len() {
        let outcome = client.start("room1", "aaa", &profile(), StartOptions::default()).await;
        assert_outcome_unknown(&outcome.unwrap_err(), FailureCause::ConnectionLost);
        assert_eq!(connections.load(Ordering::SeqCst), length + 1, "cut at byte {length}");
    }
    client.start("room1", "aaa", &profile(), StartOptions::default()).await.unwrap();
}

#[tokio::test]
async fn a_connection_cut_while_the_request_is_read_leaves_the_outcome_unknown() {
    for length in [1, 20, 200, 400] {
        let (listener, address) = listener().await;
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.read_exact(&mut vec![0; length]).await.unwrap();
        });
        let error = start(at(format!("http://{address}"))).await.unwrap_err();
        assert_outcome_unknown(&error, FailureCause::ConnectionLost);
    }
}

#[tokio::test]
async fn a_reply_that_is_not_http_leaves_the_outcome_unknown() {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
    });
    let error = start(at(format!("http://{address}"))).await.unwrap_err();
    assert!(matches!(error, RecordingError::OutcomeUnknown { .. }), "{error:?}");
}

#[tokio::test]
async fn an_endless_reply_is_given_up_as_unreadable() {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n").await.unwrap();
        // Ends by itself: the client closes the connection.
        while stream.write_all(&[b' '; 64 * 1024]).await.is_ok() {}
    });
    let error = start(at(format!("http://{address}"))).await.unwrap_err();
    assert!(matches!(error, RecordingError::UnreadableReply { status: 200, .. }), "{error:?}");
}

#[tokio::test]
async fn a_reply_that_drips_past_the_deadline_leaves_the_outcome_unknown() {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n{\"code\"").await.unwrap();
        let _ = stream.read_to_end(&mut Vec::new()).await;
    });
    let error = start(at(format!("http://{address}")).timeout(Duration::from_millis(150))).await.unwrap_err();
    assert_outcome_unknown(&error, FailureCause::Timeout);
}
