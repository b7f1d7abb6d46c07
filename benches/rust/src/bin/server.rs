//! A server that answers every request with what succeeded and does nothing else, on plain HTTP and on TLS.
//!
//! Usage: `server CA_FILE`. Writes the certificate that signs its own to the file, prints its two addresses as one line
//! of JSON, answers each line on stdin with what it has counted so far, and ends with stdin.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::ServerSessionMemoryCache;
use tokio_rustls::rustls::{ServerConfig, crypto::ring};

type Failure = Box<dyn Error + Send + Sync>;

/// Docs: record/start, the example's reply.
const REPLY: &[u8] = br#"{"code":200,"errorMessage":"Success","recordId":"b8bed381888091ff4e6a42d6f3b8782a"}"#;

/// Docs: user/query. Two members, each with sound and picture, whether they are in the room or not.
const ROOM: &[u8] = br#"{"code":200,"roomId":"room1","sessionId":"aaa","createTime":1669276800000,"members":[{"userId":"user0","joinTime":1669276800100,"data":{"uris":[{"mediaType":0,"msid":"user0_RongCloudRTC","uri":"https://media.example/0","tag":"RongCloudRTC"},{"mediaType":1,"msid":"user0_RongCloudRTC","uri":"https://media.example/1","tag":"RongCloudRTC"}]}},{"userId":"user1","joinTime":1669276800200,"data":{"uris":[{"mediaType":0,"msid":"user1_RongCloudRTC","uri":"https://media.example/2","tag":"RongCloudRTC"},{"mediaType":1,"msid":"user1_RongCloudRTC","uri":"https://media.example/3","tag":"RongCloudRTC"}]}}]}"#;
const QUERY: &str = "/rtc/room/query.json";

static REQUESTS: AtomicU64 = AtomicU64::new(0);
static CONNECTIONS: AtomicU64 = AtomicU64::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let ca_file = std::env::args().nth(1).ok_or("usage: server CA_FILE")?;
    let acceptor = TlsAcceptor::from(Arc::new(certified(&ca_file)?));
    let plain = TcpListener::bind("127.0.0.1:0").await?;
    let tls = TcpListener::bind("127.0.0.1:0").await?;
    println!(r#"{{"http":"http://{}","https":"https://{}"}}"#, plain.local_addr()?, tls.local_addr()?);

    tokio::spawn(accept(plain, |stream| async { Some(stream) }));
    tokio::spawn(accept(tls, move |stream| {
        let handshake = acceptor.accept(stream);
        async { handshake.await.ok() }
    }));

    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    while lines.next_line().await?.is_some() {
        let (requests, connections) = (REQUESTS.load(Relaxed), CONNECTIONS.load(Relaxed));
        println!(r#"{{"requests":{requests},"connections":{connections}}}"#);
    }
    Ok(())
}

async fn accept<F, S>(listener: TcpListener, mut secured: impl FnMut(TcpStream) -> F)
where
    F: Future<Output = Option<S>> + Send + 'static,
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // An error of one connection (its client gave up) is none of the listener.
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        if stream.set_nodelay(true).is_err() {
            continue;
        }
        CONNECTIONS.fetch_add(1, Relaxed);
        let secured = secured(stream);
        tokio::spawn(async move {
            if let Some(stream) = secured.await {
                // It ends with an error where a client is killed.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)).await;
            }
        });
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let reply = if request.uri().path() == QUERY { ROOM } else { REPLY };
    // What can't be read isn't counted; hyper then ends the connection.
    if request.into_body().collect().await.is_ok() {
        REQUESTS.fetch_add(1, Relaxed);
    }
    let mut response = Response::new(Full::new(Bytes::from_static(reply)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// TLS by a certificate of its own, whose issuer is written to the file.
fn certified(ca_file: &str) -> Result<ServerConfig, Failure> {
    let mut ca = CertificateParams::new([])?;
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    // Of the same name, OpenSSL would take one for the other.
    ca.distinguished_name.push(DnType::CommonName, "issuer");
    let ca = CertifiedIssuer::self_signed(ca, KeyPair::generate()?)?;
    std::fs::write(ca_file, ca.pem())?;

    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()])?.signed_by(&key, &ca)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    // Room for two sessions of each of 512 connections: whoever connects again may resume.
    config.session_storage = ServerSessionMemoryCache::new(2048);
    Ok(config)
}
