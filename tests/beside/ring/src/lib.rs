//! A program that has rustls with ring and nothing else, and so has this library with ring.

#![cfg(test)]

use rongcloud_recording::{ClientOptions, Credentials, RecordingClient};
use rustls::{ClientConfig, RootCertStore};

#[test]
fn rustls_finds_its_provider_and_reqwest_that_one() {
    ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    // Before rustls has made a config or `install_default` was called, reqwest asks for aws-lc-rs, which is not in
    // this program.
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
