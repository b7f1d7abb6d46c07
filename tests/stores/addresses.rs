//! What an address may say, how its connections are encrypted, and that no text shows its password.

use std::net::{Ipv4Addr, SocketAddr};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rcgen::generate_simple_self_signed;
use rongcloud_recording::Violation;
use rongcloud_recording::ledger::store::open;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::places::{self, answers};
use crate::servers::{Engine, Server};

const PASSWORD: &str = "hunter2";

fn violation(url: &str) -> Violation {
    open(url, None).err().unwrap_or_else(|| panic!("{url} is opened"))
}

#[test]
fn a_wrong_address_is_told_without_its_password() {
    let wrong = [
        ("", "invalid_url"),
        ("ledger", "invalid_url"),
        ("mysql://user:hunter2@host/database", "invalid_url"),
        ("memory://hunter2", "invalid_url"),
        ("sqlite:", "invalid_url"),
        ("sqlite://", "invalid_url"),
        ("sqlite://host/path", "invalid_url"),
        ("sqlite:///folder/", "invalid_url"),
        ("sqlite:///ledger?mode=ro", "invalid_url"),
        ("postgres://user:hunter2@", "invalid_url"),
        ("postgres://user:hunter2@host:port/database", "invalid_url"),
        ("postgres://host/database?hunter2=1", "invalid_url"),
        ("postgres://user:hunter2@host/database?prefix=a", "invalid_url"),
        ("postgres://user:hunter2@host/database?sslmode=hunter2", "unknown_value"),
        ("postgres://user:hunter2@host/database?sslrootcert=/hunter2", "unknown_value"),
        ("postgres://user:hunter2@host/database?durability=hunter2", "unknown_value"),
        ("redis://user:hunter2@host", "insecure_url"),
        ("rediss://user:hunter2@", "invalid_url"),
        ("rediss://user:hunter2@host:port", "invalid_url"),
        ("rediss://user:hunter2@host/database", "invalid_url"),
        ("rediss://user:hunter2@host?hunter2=1", "invalid_url"),
        ("rediss://user:hunter2@host?sslmode=disable", "invalid_url"),
    ];
    for (url, code) in wrong {
        let violation = violation(url);
        assert_eq!((violation.path.as_str(), violation.code.as_str()), ("ledger_url", code), "{url}: {violation}");
        assert!(!violation.reason.contains(PASSWORD), "{violation}");
    }
}

#[tokio::test]
async fn an_address_that_is_right_is_opened_without_a_server() {
    let right = [
        "sqlite:ledger",
        "postgres://user:hunter2@host/database",
        "postgresql://user:p%40ss%3F@host1:5432,host2:5433/database?application_name=a&sslmode=verify-full",
        "postgres://user:hunter2?x=1@host/database",
        "postgres:///database?host=/var/run/postgresql",
        "postgres://user:hunter2@host/database?sslmode=disable&durability=unsafe",
        "redis://127.0.0.1",
        "redis://[::1]:6379/3",
        "redis://host:6379?sslmode=disable",
        "redis://host:6379?sslmode=verify-full",
        "rediss://user:p%40ss@host:6380/0?prefix=staging",
    ];
    for url in right {
        assert!(open(url, None).is_ok(), "{url}: {}", violation(url));
    }
}

#[test]
fn certificates_that_are_none_are_refused() {
    for url in ["postgres://host/database", "rediss://host"] {
        let violation = open(url, Some("none")).map(|_| ()).unwrap_err();
        assert_eq!((violation.path.as_str(), violation.code.as_str()), ("ca_certificates", "invalid_certificates"));
    }
}

async fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// What a server is sent first by the store of this address.
async fn first_bytes(listener: TcpListener, url: &str) -> Vec<u8> {
    let store = open(url, None).unwrap();
    let asking = tokio::spawn(async move { answers(&*store).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut first = vec![0; 8];
    stream.read_exact(&mut first).await.unwrap();
    asking.abort();
    first
}

#[tokio::test]
async fn beyond_this_machine_encryption_is_asked_for_first() {
    const WISH_FOR_TLS: [u8; 8] = [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f];
    // The driver knows the address of the host that is elsewhere.
    for (host, options, asks) in [
        ("127.0.0.1", "", false),
        ("127.0.0.1", "sslmode=prefer", true),
        ("elsewhere", "hostaddr=127.0.0.1", true),
        ("elsewhere", "hostaddr=127.0.0.1&sslmode=prefer", true),
        ("elsewhere", "hostaddr=127.0.0.1&sslmode=disable", false),
    ] {
        let (listener, address) = listener().await;
        let url = format!("postgres://user:hunter2@{host}:{}/database?{options}", address.port());
        assert_eq!(first_bytes(listener, &url).await == WISH_FOR_TLS, asks, "{url}");
    }
}

fn pem(kind: &str, der: &[u8]) -> String {
    let lines: Vec<_> = der.chunks(48).map(|line| BASE64_STANDARD.encode(line)).collect();
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", lines.join("\n"))
}

#[tokio::test]
async fn certificates_are_verified_by_the_host_s_name() {
    for engine in [Engine::Postgres, Engine::Redis] {
        let certified = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let (pem, key) =
            (pem("CERTIFICATE", certified.cert.der()), pem("PRIVATE KEY", &certified.signing_key.serialize_der()));
        let mut server = Server::with_tls(engine, &format!("{engine:?}-tls"), &pem, &key);
        let url = server.tls_url("localhost");
        server.start(&*open(&url, Some(&pem)).unwrap()).await;

        let untrusted = answers(&*open(&url, None).unwrap()).await.unwrap_err().reason;
        assert!(untrusted.contains("invalid peer certificate"), "{untrusted}");
        let by_another_name = open(&server.tls_url("127.0.0.1"), Some(&pem)).unwrap();
        let misnamed = answers(&*by_another_name).await.unwrap_err().reason;
        assert!(misnamed.contains("not valid for name"), "{misnamed}");
    }
}

/// A server that answers whatever it is sent.
async fn answering(answer: Vec<u8>) -> SocketAddr {
    let (listener, address) = listener().await;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(&answer).await;
            let _ = stream.read_to_end(&mut Vec::new()).await;
        }
    });
    address
}

#[tokio::test]
async fn no_error_shows_a_password_that_a_server_quotes() {
    let told = format!("unknown command 'AUTH', with args beginning with: '{PASSWORD}'");
    let redis = answering(format!("-ERR {told}\r\n").repeat(9).into_bytes()).await;
    let fields = format!("SERROR\0C42000\0M{told}\0\0");
    let length = u32::try_from(fields.len() + 4).unwrap().to_be_bytes();
    let postgres = answering([b"E".as_slice(), &length, fields.as_bytes()].concat()).await;
    for url in [format!("redis://:{PASSWORD}@{redis}"), format!("postgres://user:{PASSWORD}@{postgres}/database")] {
        let error = answers(&*open(&url, None).unwrap()).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error}");
        assert!(error.reason.contains("failed: "), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_password_fails_each_call_and_is_not_shown() {
    let postgres = places::postgres("password").await.replace("kept-secret", PASSWORD);
    let redis = places::redis("password").replace("kept-secret", PASSWORD);
    for url in [postgres, redis] {
        let error = answers(&*open(&url, None).unwrap()).await.unwrap_err();
        assert!(error.reason.contains("assword authentication failed"), "{error}");
        assert!(!format!("{error} {error:?}").contains(PASSWORD), "{error}");
    }
}
