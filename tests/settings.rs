//! A client's settings, as the environment of a real process and its caller give them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::env;
use std::process::Command;
use std::time::Duration;

use rongcloud_recording::{
    ClientOptions, ENV_API_URL, ENV_APP_KEY, ENV_APP_SECRET, ENV_DATA_CENTER, RecordingClient, StartOptions,
};
use support::{client, profile, simulator, violations};

/// Set in the children of this suite, whose test then makes a client of its environment.
const CHILD: &str = "RONGCLOUD_TEST_SETTINGS";

/// What a process with these variables says about its client.
fn said_with(variables: &[(&str, &str)]) -> String {
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "a_client_of_the_environment"])
        .env_remove(ENV_APP_KEY)
        .env_remove(ENV_APP_SECRET)
        .env_remove(ENV_API_URL)
        .env_remove(ENV_DATA_CENTER)
        .envs(variables.iter().copied())
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(child.status.success(), "{child:?}");
    let output = String::from_utf8(child.stdout).unwrap();
    let (_, said) = output.split_once("said: ").unwrap();
    said.split_once(" :end").unwrap().0.to_owned()
}

/// The child's part. On its own it shows that a client is made of variables that are right.
#[test]
fn a_client_of_the_environment() {
    if env::var_os(CHILD).is_some() {
        let options = ClientOptions::default().timeout(Duration::ZERO);
        match RecordingClient::from_env(options) {
            Ok(_) => println!("said: made :end"),
            Err(error) => println!("said: {error} :end"),
        }
        return;
    }
    let said = said_with(&[
        (ENV_APP_KEY, "uwd1c0sxdlx2"),
        (ENV_APP_SECRET, "Y1W2MeFwwwRxa0"),
        (ENV_DATA_CENTER, "Singapore_B"),
    ]);
    // The only thing that is wrong is what the caller gave.
    assert_eq!(said, "invalid input: timeout: must be above zero [out_of_range]");
}

#[test]
fn everything_that_is_missing_or_wrong_is_told_at_once_by_the_name_it_was_given_by() {
    let said = said_with(&[(ENV_APP_SECRET, ""), (ENV_API_URL, "http://example.com")]);
    assert_eq!(
        said,
        "invalid input: 4 violations\n  \
         app_key: is not given and RONGCLOUD_APP_KEY is not set [required]\n  \
         RONGCLOUD_APP_SECRET: is set but empty [empty]\n  \
         RONGCLOUD_API_URL: plain http is accepted for this machine only (127.0.0.1, [::1], localhost): use https \
         [insecure_url]\n  \
         timeout: must be above zero [out_of_range]"
    );
}

#[tokio::test]
async fn a_call_with_an_endless_timeout_is_refused_and_not_sent() {
    let simulator = simulator().await;
    let options = StartOptions::default().timeout(Duration::MAX);
    let error = client(simulator.url()).start("room1", "aaa", &profile(), options).await.unwrap_err();
    let found: Vec<_> = violations(&error).iter().map(|found| (found.path.as_str(), found.code.as_str())).collect();
    assert_eq!(found, [("timeout", "out_of_range")]);
    assert!(simulator.requests().is_empty());
}
