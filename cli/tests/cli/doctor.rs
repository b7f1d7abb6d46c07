//! The doctor names the one thing that is broken.

use rongcloud_simulator::{Cut, DEMO_APP_KEY, DEMO_APP_SECRET, DoorOptions, DoorTls, Fault, Simulator};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::process::Command;

use super::support::{Ran, TempFile, at, over_tls_at, ran, run_at, simulator};

/// What is broken, by its id, and the exit code that goes with it.
fn found(ran: &Ran) -> (String, i32) {
    let told = ran.json();
    assert_eq!(told["exit_code"], ran.code, "{told}");
    let broken = told["broken"].as_str().unwrap_or("nothing").to_owned();
    for check in told["checks"].as_array().unwrap() {
        assert_eq!(check["status"] == "broken", check["fix"].is_string(), "each failure has a fix: {check}");
    }
    (broken, ran.code)
}

fn is(id: &str, code: i32) -> (String, i32) {
    (id.to_owned(), code)
}

async fn doctor(url: &str) -> Ran {
    run_at(url, &["doctor", "--signed", "--json"]).await
}

/// The doctor at a door that speaks TLS, with the simulator's CA trusted.
fn over_tls(simulator: &Simulator, tls: DoorTls) -> (Command, TempFile) {
    let door = simulator.open_door(DoorOptions::default().tls(tls)).unwrap();
    let ca = TempFile::of(simulator.ca_pem());
    let mut command = at(door.url(), &["doctor", "--signed", "--json"]);
    command.env("SSL_CERT_FILE", ca.path());
    (command, ca)
}

#[tokio::test]
async fn nothing_is_broken_where_all_is_well() {
    let simulator = simulator().await;
    let ran = doctor(simulator.url()).await;
    assert_eq!(found(&ran), is("nothing", 0), "{ran:?}");
    let signed = ran.json()["checks"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(signed["status"], "passed");
    assert!(signed["found"].as_str().unwrap().contains("inferred"), "{signed}");
    assert_eq!(simulator.recordings().len(), 0);
    let (command, _ca) = over_tls(&simulator, DoorTls::Valid);
    assert_eq!(found(&super::support::ran(command).await), is("nothing", 0));
}

#[tokio::test]
async fn without_being_told_it_signs_nothing() {
    let simulator = simulator().await;
    let ran = run_at(simulator.url(), &["doctor"]).await;
    assert!(ran.code == 0 && ran.stdout.lines().last().unwrap().starts_with("WELL"), "{ran:?}");
    assert_eq!(simulator.requests().len(), 1);
    assert!(!simulator.requests()[0].headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("signature")));
}

#[tokio::test]
async fn its_ids_stay_the_same() {
    let simulator = simulator().await;
    let door = simulator.open_door(DoorOptions::default()).unwrap();
    let arguments = ["doctor", "--json", "--api-url", simulator.url(), "--backup-api-url", door.url()];
    let told = run_at("http://127.0.0.1:1", &arguments).await.json();
    let ids: Vec<_> =
        told["checks"].as_array().unwrap().iter().map(|check| check["id"].as_str().unwrap().to_owned()).collect();
    let steps = ["proxy", "name", "tcp", "tls", "answer", "clock"];
    let of = |site: &str| steps.map(|step| format!("{site}.{step}")).to_vec();
    let first = ["credentials", "credentials.shape", "settings", "ca"].map(str::to_owned).to_vec();
    assert_eq!(ids, [first, of("primary"), of("backup"), vec!["signed".to_owned()]].concat());
}

#[tokio::test]
async fn a_wrong_secret_is_found() {
    let simulator = simulator().await;
    let mut command = at(simulator.url(), &["doctor", "--signed", "--json"]);
    command.env("RONGCLOUD_APP_SECRET", "Another1Secret");
    assert_eq!(found(&ran(command).await), is("signed", 4));
}

#[tokio::test]
async fn a_swapped_key_and_secret_are_found_with_and_without_asking() {
    let simulator = simulator().await;
    for arguments in [&["doctor", "--json"][..], &["doctor", "--json", "--signed"]] {
        let mut command = at(simulator.url(), arguments);
        command.env("RONGCLOUD_APP_KEY", DEMO_APP_SECRET).env("RONGCLOUD_APP_SECRET", DEMO_APP_KEY);
        assert_eq!(found(&ran(command).await), is("credentials.shape", 3));
    }
}

#[tokio::test]
async fn an_odd_shape_is_no_matter_where_the_service_accepts_it() {
    let simulator = Simulator::builder().app("KEY", "secret").start().await.unwrap();
    let mut command = at(simulator.url(), &["doctor", "--json", "--signed"]);
    command.env("RONGCLOUD_APP_KEY", "KEY").env("RONGCLOUD_APP_SECRET", "secret");
    assert_eq!(found(&ran(command).await), is("nothing", 0));
}

#[tokio::test]
async fn a_padded_or_missing_secret_is_found() {
    let simulator = simulator().await;
    for secret in ["Y1W2MeFwwwRxa0 ", ""] {
        let mut command = at(simulator.url(), &["doctor", "--json", "--signed"]);
        command.env("RONGCLOUD_APP_SECRET", secret);
        let ran = ran(command).await;
        assert_eq!(found(&ran), is("credentials", 3));
        let network = ran.json()["checks"]
            .as_array()
            .unwrap()
            .iter()
            .any(|check| check["id"] == "primary.answer" && check["status"] == "passed");
        assert!(network, "the way is looked at all the same");
    }
}

#[tokio::test]
async fn a_missing_data_center_is_found() {
    let mut command = at("", &["doctor", "--json"]);
    command.env_remove("RONGCLOUD_API_URL");
    assert_eq!(found(&ran(command).await), is("settings", 3));
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_found_with_its_direction() {
    let simulator = simulator().await;
    for (skew, direction) in [(-600_000, "ahead of"), (600_000, "behind")] {
        simulator.set_skew_ms(skew);
        let ran = doctor(simulator.url()).await;
        assert_eq!(found(&ran), is("primary.clock", 4));
        assert!(ran.json()["verdict"].as_str().unwrap().contains(direction), "{ran:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_no_good_is_found() {
    let simulator = simulator().await;
    for (tls, said) in [
        (DoorTls::Expired, "expired on"),
        (DoorTls::WrongHost, "for another host"),
        (DoorTls::Untrusted, "a CA that this host doesn't know"),
    ] {
        let (command, _ca) = over_tls(&simulator, tls);
        let ran = ran(command).await;
        assert_eq!(found(&ran), is("primary.tls", 6));
        assert!(ran.json()["verdict"].as_str().unwrap().contains(said), "{ran:?}");
    }
}

#[tokio::test]
async fn whichever_domain_is_shut_is_found() {
    let simulator = simulator().await;
    let open = simulator.open_door(DoorOptions::default()).unwrap();
    let shut = simulator.open_door(DoorOptions::default()).unwrap();
    shut.shut().await.unwrap();
    for (primary, backup, broken) in [(&open, &shut, "backup.tcp"), (&shut, &open, "primary.tcp")] {
        let arguments = ["doctor", "--signed", "--json", "--api-url", primary.url(), "--backup-api-url", backup.url()];
        let ran = run_at("http://127.0.0.1:1", &arguments).await;
        assert_eq!(found(&ran), is(broken, 6));
        assert_eq!(ran.json()["checks"].as_array().unwrap().last().unwrap()["status"], "passed", "the other is open");
    }
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_found() {
    // Never resolves (RFC 2606).
    let (command, _ca) = over_tls_at("https://api.invalid", &["doctor", "--signed", "--json"]).await;
    assert_eq!(found(&ran(command).await), is("primary.name", 6));
}

#[tokio::test]
async fn a_proxy_that_refuses_is_found() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let proxy = tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let mut head = [0; 1024];
            let _ = client.read(&mut head).await;
            let _ = client.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n").await;
        }
    });
    let (mut command, _ca) = over_tls_at("https://api.example", &["doctor", "--signed", "--json"]).await;
    command.env("HTTPS_PROXY", format!("http://user:hunter2@{address}"));
    let ran = ran(command).await;
    proxy.abort();
    assert_eq!(found(&ran), is("primary.proxy", 6));
    assert!(ran.stdout.contains("refused to connect") && !ran.stdout.contains("hunter2"), "{ran:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_machine_without_ca_certificates_is_found() {
    let simulator = simulator().await;
    let (mut command, _ca) = over_tls(&simulator, DoorTls::Valid);
    command.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent");
    assert_eq!(found(&ran(command).await), is("ca", 6));
}

#[tokio::test]
async fn what_is_no_api_is_found() {
    let simulator = simulator().await;
    let ran = doctor(&format!("{}/elsewhere", simulator.url())).await;
    assert_eq!(found(&ran), is("primary.answer", 7));
}

#[tokio::test]
async fn what_answers_without_the_services_code_is_not_the_service() {
    for (answer, said) in [
        (&b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"[..], "with 200"),
        (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 16\r\n\r\n<h1>blocked</h1>", "with 403"),
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 15\r\n\r\n{\"error\":\"who\"}", "with 401"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(answer).await;
            }
        });
        let ran = run_at(&url, &["doctor", "--json"]).await;
        assert_eq!(found(&ran), is("primary.answer", 7));
        let verdict = ran.json()["verdict"].as_str().unwrap().to_owned();
        assert!(verdict.contains("something answers HTTP") && verdict.contains(said), "{verdict}");
    }
}

#[tokio::test]
async fn a_connection_that_hangs_is_not_blamed_on_a_name_that_is_known() {
    let simulator = simulator().await;
    let door = simulator.open_door(DoorOptions::default().tls(DoorTls::Valid)).unwrap();
    door.inject([Fault::connection(Cut::Hang).times(8)]).unwrap();
    let ca = TempFile::of(simulator.ca_pem());
    let mut command = at(door.url(), &["doctor", "--json", "--timeout", "2s"]);
    command.env("SSL_CERT_FILE", ca.path());
    let ran = ran(command).await;
    assert_eq!(found(&ran), is("primary.tcp", 6));
    let told = ran.json();
    let name = told["checks"].as_array().unwrap().iter().find(|check| check["id"] == "primary.name").unwrap();
    assert_eq!(name["status"], "skipped", "{name}");
}
