//! Doors that speak TLS.

use std::sync::Arc;

use rongcloud_simulator::{Cut, Door, DoorOptions, DoorTls, Fault, Simulator, Verdict};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{CertificateError, ClientConfig, Error, RootCertStore};

use crate::control::get;
use crate::support::client::{Call, simulator, verdicts};
use crate::support::connection::{Connection, Ended, soon};

async fn with_door(tls: DoorTls) -> (Simulator, Door) {
    let sim = simulator().await;
    let door = sim.open_door(DoorOptions::default().tls(tls)).unwrap();
    (sim, door)
}

fn trusting(ca_pem: &str) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config).into()
}

/// A connection of a client that trusts the CA and expects `host`, or why it didn't come about.
pub async fn connect_to(ca_pem: &str, url: &str, host: &'static str) -> Result<Connection, Error> {
    let address = url.strip_prefix("https://").unwrap();
    let socket = TcpStream::connect(address).await.unwrap();
    let host = ServerName::try_from(host).unwrap();
    match soon(trusting(ca_pem).connect(host, socket)).await {
        Ok(stream) => Ok(Connection::over(stream, address)),
        Err(error) => Err(error.into_inner().unwrap().downcast_ref::<Error>().unwrap().clone()),
    }
}

async fn connect(sim: &Simulator, door: &Door) -> Connection {
    connect_to(sim.ca_pem(), door.url(), "localhost").await.unwrap()
}

async fn refusal(tls: DoorTls) -> Error {
    let (sim, door) = with_door(tls).await;
    let Err(error) = connect_to(sim.ca_pem(), door.url(), "localhost").await else {
        panic!("the certificate was accepted")
    };
    door.wait(|counts| counts.open == 0).await.unwrap();
    let listed = door.connections()[0].clone();
    assert_eq!((listed.requests, listed.ended), (0, Some(rongcloud_simulator::Ended::Client)));
    error
}

#[tokio::test]
async fn a_door_with_a_valid_certificate_leads_to_the_service() {
    let (sim, door) = with_door(DoorTls::Valid).await;
    assert!(door.url().starts_with("https://localhost:"), "{}", door.url());
    assert_eq!(connect(&sim, &door).await.send(&Call::start()).await.codes(), (200, 200));
}

#[tokio::test]
async fn a_valid_certificate_is_for_the_address_too() {
    let (sim, door) = with_door(DoorTls::Valid).await;
    let mut connection = connect_to(sim.ca_pem(), door.url(), "127.0.0.1").await.unwrap();
    assert_eq!(connection.send(&Call::start()).await.codes(), (200, 200));
}

#[tokio::test]
async fn an_expired_certificate_is_nothing_but_expired() {
    let error = refusal(DoorTls::Expired).await;
    assert!(matches!(error, Error::InvalidCertificate(CertificateError::ExpiredContext { .. })), "{error:?}");
}

#[tokio::test]
async fn a_certificate_for_a_wrong_host_is_nothing_but_that() {
    let error = refusal(DoorTls::WrongHost).await;
    assert!(matches!(error, Error::InvalidCertificate(CertificateError::NotValidForNameContext { .. })), "{error:?}");
}

#[tokio::test]
async fn an_untrusted_certificate_is_nothing_but_that() {
    let error = refusal(DoorTls::Untrusted).await;
    assert!(matches!(error, Error::InvalidCertificate(CertificateError::UnknownIssuer)), "{error:?}");
}

#[tokio::test]
async fn each_simulator_has_a_ca_of_its_own() {
    let (sim, other) = (simulator().await, simulator().await);
    assert_ne!(sim.ca_pem(), other.ca_pem());
}

#[tokio::test]
async fn the_ca_is_told_over_http() {
    let sim = simulator().await;
    let told = get(&sim, "ca.pem").await;
    assert_eq!(String::from_utf8(told.body).unwrap(), sim.ca_pem());
}

#[tokio::test]
async fn the_ca_is_written_in_lines_of_64_characters() {
    let sim = simulator().await;
    let lines: Vec<&str> = sim.ca_pem().lines().collect();
    let (first, last) = (lines[0], lines[lines.len() - 1]);
    assert_eq!((first, last), ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"));
    assert!(lines[1..lines.len() - 2].iter().all(|line| line.len() == 64), "{lines:?}");
}

#[tokio::test]
async fn a_client_that_speaks_no_tls_is_closed_out() {
    let (sim, door) = with_door(DoorTls::Valid).await;
    let address = door.url().replace("https://localhost", "http://127.0.0.1");
    let (_alert, ended) = Call::start().open(&address).await.rest().await;
    assert_eq!((ended, sim.requests().len()), (Ended::Closed, 0));
}

#[tokio::test]
async fn a_connection_can_hang_in_its_handshake() {
    let (sim, door) = with_door(DoorTls::Valid).await;
    door.inject([Fault::connection(Cut::Hang)]).unwrap();
    let address = door.url().replace("https://localhost", "http://127.0.0.1");
    // Anything will do: a door that reads a handshake would answer this with an alert.
    let connection = Call::start().open(&address).await;
    door.wait(|counts| counts.connections == 1).await.unwrap();
    assert_eq!(connection.leave().await, (vec![], Ended::Closed));
    assert_eq!(sim.requests().len(), 0);
}

#[tokio::test]
async fn a_connection_closed_after_its_last_request_says_so_in_tls() {
    let (sim, door) = with_door(DoorTls::Valid).await;
    let mut connection = connect(&sim, &door).await;
    connection.write(&Call::start().with("Connection", "close").bytes()).await.unwrap();
    assert_eq!(connection.rest().await.1, Ended::Closed);
}

#[tokio::test]
async fn a_request_cut_at_any_decrypted_byte_is_executed_only_when_it_is_whole() {
    let (sim, door) = with_door(DoorTls::Valid).await;
    let length = Call::start_number(100).bytes().len();
    for bytes in [0, 1, length - 1, length, length + 1] {
        let before = sim.recordings().len();
        door.inject([Fault::request_bytes(bytes as u64, Cut::Close)]).unwrap();
        let mut connection = connect(&sim, &door).await;
        connection.write(&Call::start_number(100 + bytes.abs_diff(length)).bytes()).await.unwrap();
        assert_eq!(connection.rest().await, (vec![], Ended::CutOff));
        assert_eq!(sim.recordings().len() - before, usize::from(bytes >= length), "{bytes} of {length}");
    }
}

#[tokio::test]
async fn of_a_reply_cut_at_any_decrypted_byte_the_client_gets_exactly_so_many() {
    let (sim, door) = with_door(DoorTls::Valid).await;
    let whole = Call::start_number(0).send(&sim).await.length();
    for (bytes, cut, ended) in [
        (0, Cut::Close, Ended::CutOff),
        (1, Cut::Close, Ended::CutOff),
        (whole - 1, Cut::Reset, Ended::Reset),
        (whole, Cut::Reset, Ended::Reset),
        (whole + 1, Cut::Close, Ended::CutOff),
    ] {
        door.inject([Fault::reply_bytes(bytes as u64, cut)]).unwrap();
        let mut connection = connect(&sim, &door).await;
        connection.write(&Call::start_number(1 + bytes).bytes()).await.unwrap();
        let (got, how) = connection.rest().await;
        assert_eq!((got.len(), how), (bytes.min(whole), ended), "{bytes} of {whole}");
        let listed = door.connections().pop().unwrap();
        assert_eq!(listed.reply_bytes, got.len() as u64);
    }
}

#[tokio::test]
async fn a_client_that_leaves_after_a_cut_request_finds_it_accepted() {
    let (sim, door) = with_door(DoorTls::Valid).await;
    door.inject([Fault::request_bytes(u64::MAX, Cut::Reset)]).unwrap();
    let mut connection = connect(&sim, &door).await;
    connection.write(&Call::start().bytes()).await.unwrap();
    assert_eq!(connection.rest().await, (vec![], Ended::Reset));
    assert!(matches!(verdicts(&sim)[..], [Verdict::Accepted { .. }]));
}
