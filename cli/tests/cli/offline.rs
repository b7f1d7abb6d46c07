//! What needs no service.

use super::support::{TempFile, committed, profile, program, ran, run, run_with};

/// A floating mix without a host: valid, with a piece of advice.
const ADVISED: &str =
    r#"{"recordType":1,"mode":3,"videoFormat":"mp4","audioFormat":"aac","mixLayout":2,"sliceMin":60}"#;

#[tokio::test]
async fn a_valid_config_passes_the_check() {
    let ran = run(&["check", profile().path()]).await;
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 1), "{ran:?}");
}

#[tokio::test]
async fn every_mistake_of_a_config_is_told_at_once() {
    let file = TempFile::of(r#"{"recordType":1,"model":3,"videoFormat":"avi","audioFormat":"aac","sliceMin":61}"#);
    let told = run(&["check", file.path()]).await;
    assert_eq!((told.code, told.stdout.lines().count()), (3, 3), "{told:?}");
    let told = run(&["check", "--json", file.path()]).await;
    let paths: Vec<_> = told.json()["violations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["path"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        (told.code, paths),
        (3, ["config.model", "config.videoFormat", "config.sliceMin"].map(str::to_owned).into())
    );
}

#[tokio::test]
async fn advice_stops_nothing_unless_the_check_is_strict() {
    let advised = run_with(&["check", "-", "--json"], ADVISED).await;
    assert_eq!((advised.code, &advised.json()["is_valid"]), (0, &true.into()));
    assert_eq!(advised.json()["advice"][0]["code"], "host_missing");
    let strict = run_with(&["check", "--strict", "-", "--json"], ADVISED).await;
    assert_eq!((strict.code, &strict.json()["is_valid"]), (3, &false.into()));
}

#[tokio::test]
async fn a_file_that_is_not_there_is_invalid_input_and_one_object() {
    let ran = run(&["check", "/nonexistent/config.json", "--json"]).await;
    let error = &ran.json()["error"];
    assert_eq!((ran.code, &error["kind"], &error["exit_code"]), (3, &"invalid_input".into(), &3.into()));
    assert!(ran.stderr.contains("/nonexistent/config.json"), "{ran:?}");
}

#[tokio::test]
async fn the_windows_of_a_custom_layout_are_drawn() {
    let ran = run(&["show", profile().path(), "--source", "16:9"]).await;
    assert_eq!(ran.code, 0, "{ran:?}");
    for text in ["┌", "0 111", "1 2222", "320x240", "640x480, custom", "window 1: 25 % of the camera is cropped"] {
        assert!(ran.stdout.contains(text), "{text}: {ran:?}");
    }
    let json = run(&["show", profile().path(), "--json", "--source", "4:3"]).await.json();
    assert_eq!((&json["decided_by"], &json["windows"][1]["cropped"]), (&"config".into(), &0.0.into()));
}

#[tokio::test]
async fn a_layout_is_written_as_svg_and_in_the_pixels_of_the_recording() {
    let folder = tempfile::tempdir().unwrap();
    let (svg, png) = (folder.path().join("layout.svg"), folder.path().join("layout.png"));
    let paths = [svg.to_str().unwrap(), png.to_str().unwrap()];
    let ran =
        run(&["show", profile().path(), "--json", "--source", "16:9", "--svg", paths[0], "--png", paths[1]]).await;
    assert_eq!((ran.code, &ran.json()["layout"]), (0, &"custom".into()), "{ran:?}");
    let svg = std::fs::read_to_string(svg).unwrap();
    assert!(svg.starts_with("<svg ") && svg.contains("25 % cropped"), "{svg}");
    let png = std::fs::read(png).unwrap();
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    assert!(png.starts_with(b"\x89PNG\r\n") && (number(16), number(20)) == (640, 480));
    let ran = run(&["show", profile().path(), "--png", "/nonexistent/layout.png"]).await;
    assert!(ran.code != 0 && ran.stderr.contains("/nonexistent/layout.png"), "{ran:?}");
}

#[tokio::test]
async fn what_the_service_decides_is_said_to_be_so() {
    let ran = run_with(&["show", "-"], ADVISED).await;
    assert!(ran.stdout.contains("floating: the service decides") && ran.stderr.contains("advice:"), "{ran:?}");
    assert_eq!(run_with(&["show", "-", "--json"], ADVISED).await.json()["decided_by"], "service");
}

#[tokio::test]
async fn a_user_id_moves_no_cursor() {
    let file =
        TempFile::of(&std::fs::read_to_string(profile().path()).unwrap().replace("\"2222\"", "\"\\u001b[2J\\u202e\""));
    let ran = run(&["show", file.path()]).await;
    assert!(ran.code == 0 && !ran.stdout.contains('\u{1b}') && !ran.stdout.contains('\u{202e}'), "{ran:?}");
}

#[tokio::test]
async fn a_code_is_explained_whatever_it_is_of() {
    for (code, of, text) in [
        ("1004", "service", "signature"),
        ("room_not_found", "service", "40003"),
        ("outside_canvas", "violation", "at most 1"),
        ("host_missing", "advice", "host"),
        ("OutcomeUnknown", "kind", "never start again blindly"),
        ("CONNECTION_LOST", "cause", "says nothing of the request"),
        ("conflict-unknown", "conflict", "resolve"),
        ("replayed", "refusal", "HTTP 401"),
        ("7", "exit", "may be recording"),
    ] {
        let ran = run(&["explain", code]).await;
        assert!(ran.code == 0 && ran.stdout.contains(text), "{code}: {ran:?}");
        let told = run(&["explain", code, "--json"]).await.json();
        assert_eq!(told["meanings"][0]["of"], of, "{code}");
        if of != "exit" {
            let (page, anchor) = told["meanings"][0]["page"].as_str().unwrap().split_once('#').unwrap();
            let heading = format!("\n### {} `{}`\n", of, anchor.strip_prefix(of).unwrap().trim_start_matches('-'));
            assert!(committed(page).contains(&heading) && ran.stdout.contains(anchor), "{code}: {anchor}");
        }
    }
    assert!(run(&["explain"]).await.stdout.lines().count() > 60);
}

#[tokio::test]
async fn an_unknown_code_is_an_error_with_the_one_that_was_meant() {
    let ran = run(&["explain", "outside_canvass"]).await;
    assert!(ran.code == 3 && ran.stderr.contains("did you mean outside_canvas?"), "{ran:?}");
    assert_eq!(run(&["explain", "9999"]).await.code, 3);
}

#[tokio::test]
async fn a_wrong_command_line_is_told_apart_from_everything_else() {
    for arguments in
        [&["strat"][..], &["check"], &["start", "room1"], &["show", "x", "--unknown"], &["resolve", "a", "1"]]
    {
        let ran = run(arguments).await;
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{arguments:?}: {ran:?}");
        let with_json = [arguments, &["--json"]].concat();
        let ran = run(&with_json).await;
        assert_eq!((ran.code, &ran.json()["error"]["kind"]), (2, &"usage".into()), "{arguments:?}");
    }
}

#[tokio::test]
async fn help_and_version_are_data() {
    for arguments in [&["--help"][..], &["--version"], &["start", "--help"], &["callback", "listen", "--help"]] {
        let ran = run(arguments).await;
        assert!(ran.code == 0 && ran.stdout.contains("rongcloud-recording") && ran.stderr.is_empty(), "{ran:?}");
    }
}

#[tokio::test]
async fn every_shell_and_every_command_has_its_text() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = run(&["completions", shell]).await;
        assert!(ran.code == 0 && ran.stdout.contains("unresolved") && ran.stdout.contains("forward-to"), "{shell}");
    }
    let page = run(&["man"]).await.stdout;
    assert!(page.starts_with(".ie") || page.contains(".TH"), "{page}");
    assert!(run(&["man", "callback", "listen"]).await.stdout.contains("forward"));
    assert_eq!(run(&["man", "nothing"]).await.code, 2);
    let whole = run(&["man", "--json"]).await.json()["text"].as_str().unwrap().to_owned();
    assert_eq!(whole, page);
}

#[tokio::test]
async fn bash_takes_its_completions() {
    let script = TempFile::of(&run(&["completions", "bash"]).await.stdout);
    let mut bash = tokio::process::Command::new("bash");
    bash.args(["-n", script.path()]);
    assert!(bash.status().await.unwrap().success());
}

#[tokio::test]
async fn the_drawing_is_as_wide_as_the_terminal() {
    let profile = profile();
    for columns in [40, 100] {
        let mut command = program(&["show", profile.path()]);
        command.env("COLUMNS", columns.to_string());
        let first = ran(command).await.stdout.lines().next().unwrap().chars().count();
        assert_eq!(first, columns);
    }
}
