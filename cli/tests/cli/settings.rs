//! Where settings come from.

use super::support::{TempFile, at, program, ran, run, run_at, simulator};

#[tokio::test]
async fn a_file_of_variables_is_as_good_as_the_environment_and_wins_over_it() {
    let simulator = simulator().await;
    let file = TempFile::of(&format!(
        "# the app\nRONGCLOUD_APP_KEY=uwd1c0sxdlx2\nexport RONGCLOUD_APP_SECRET='Y1W2MeFwwwRxa0'\nRONGCLOUD_API_URL={}\n",
        simulator.url()
    ));
    let mut command = program(&["room", "room1", "--env-file", file.path()]);
    command.env("RONGCLOUD_APP_SECRET", "another");
    assert_eq!(ran(command).await.code, 0);
}

#[tokio::test]
async fn a_line_that_is_none_is_named_by_number_and_never_shown() {
    let file = TempFile::of("RONGCLOUD_APP_KEY=a\nhunter2\n");
    let told = run(&["explain", "1004", "--env-file", file.path(), "--json"]).await;
    assert_eq!(told.code, 3);
    assert!(told.stderr.contains(":2") && !format!("{told:?}").contains("hunter2"), "{told:?}");
    assert_eq!(run(&["explain", "--env-file", "/nonexistent"]).await.code, 3);
}

#[tokio::test]
async fn everything_that_is_missing_is_told_at_once() {
    let told = run(&["room", "room1", "--json"]).await;
    assert_eq!((told.code, told.json()["error"]["violations"].as_array().unwrap().len()), (3, 3), "{told:?}");
}

#[tokio::test]
async fn a_password_of_the_ledger_is_no_argument() {
    let simulator = simulator().await;
    for url in [
        "postgres://app:hunter2@127.0.0.1/db",
        "postgres://app@127.0.0.1/db?password=hunter2",
        // Several hosts are no address to most who read one.
        "postgres://app:hunter2@127.0.0.1:1,127.0.0.1:2/db",
        "redis://:hunter2@127.0.0.1/0",
    ] {
        let ran = run_at(simulator.url(), &["list", "--ledger", url]).await;
        assert!(ran.code == 2 && ran.stderr.contains("RONGCLOUD_LEDGER_URL"), "{ran:?}");
        assert!(!format!("{ran:?}").contains("hunter2"));
    }
}

#[tokio::test]
async fn nothing_is_changed_elsewhere_unless_that_is_said() {
    let profile = super::support::profile();
    // Of the block for documentation (RFC 5737): nobody is there.
    let elsewhere = "https://192.0.2.1";
    let start = ["start", "room1", "aaa", "--profile", profile.path(), "--timeout", "300ms"];
    for arguments in [&start[..], &["stop", "room1", "aaa"], &["layout", "room1", "aaa", "--grid"]] {
        let ran = run_at(elsewhere, arguments).await;
        assert!(ran.code == 2 && ran.stderr.contains("--live"), "{arguments:?}: {ran:?}");
    }
    let reconcile = ["reconcile", "--on-unknown", "stop", "--ledger", "memory:"];
    assert_eq!(run_at(elsewhere, &reconcile).await.code, 2);
    let send = ["callback", "send", "ended", "--to", "https://192.0.2.1/webhook"];
    assert_eq!(run_at(elsewhere, &send).await.code, 2);
    let ran = run_at(elsewhere, &[&start[..], &["--live", "--json"]].concat()).await;
    assert_eq!((ran.code, &ran.json()["error"]["maybe_sent"]), (6, &false.into()), "{ran:?}");
}

#[tokio::test]
async fn an_option_without_effect_is_an_error() {
    let simulator = simulator().await;
    let profile = super::support::profile();
    let start = ["start", "room1", "--profile", profile.path()];
    for more in
        [&["--after", "1"][..], &["--settle", "1s"], &["--listen", "0"], &["--follow"], &["--host", "127.0.0.1"]]
    {
        let ran = ran(at(simulator.url(), &[&start[..], more].concat())).await;
        assert_eq!(ran.code, 2, "{more:?}: {ran:?}");
    }
    assert_eq!(simulator.executions().start, 0);
    let listen = ["callback", "listen", "--port", "0", "--api-url", simulator.url()];
    assert_eq!(run_at(simulator.url(), &listen).await.code, 2);
}
