//! A program that has rustls as it comes, and reqwest without TLS.

#![cfg(test)]

use rongcloud_recording::{ClientOptions, Credentials, RecordingClient};
use rustls::{ClientConfig, RootCertStore};

#[test]
fn rustls_finds_its_provider() {
    ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth();
}

#[test]
fn reqwest_makes_a_client() {
    reqwest::Client::new();
}

#[tokio::test]
async fn this_library_makes_calls() {
    let credentials = Credentials::new("key", "secret").unwrap();
    // Nobody listens there.
    let options = ClientOptions::default().api_url("http://127.0.0.1:9");
    let error = RecordingClient::new(credentials, options).unwrap().query_room("room1", None).await.unwrap_err();
    assert!(!error.maybe_sent(), "{error}");
}
