//! hyper with nothing around it, as the limit of this machine: each worker has a connection of its own, without a pool.
//! The same signing and body.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::by_hand::{Config, Operation, headers, tls};
use crate::{Contender, Failure, Target};

#[derive(Clone)]
struct Shared {
    /// Host and port.
    authority: String,
    tls: Option<TlsConnector>,
    operation: Operation,
    config: Arc<Config>,
}

pub struct ByHyper {
    shared: Shared,
    connection: Option<SendRequest<Full<Bytes>>>,
}

impl ByHyper {
    pub fn new(target: &Target) -> Result<Self, Failure> {
        let (scheme, authority) = target.url.split_once("://").ok_or("no URL")?;
        let tls = if scheme == "https" { Some(TlsConnector::from(Arc::new(tls(target)?))) } else { None };
        let (operation, config) = (target.operation, Arc::new(Config::example()));
        let shared = Shared { authority: authority.to_owned(), tls, operation, config };
        Ok(Self { shared, connection: None })
    }

    async fn connected(&self) -> Result<SendRequest<Full<Bytes>>, Failure> {
        let stream = TcpStream::connect(&self.shared.authority).await?;
        stream.set_nodelay(true)?;
        match &self.shared.tls {
            None => handshake(stream).await,
            Some(tls) => handshake(tls.connect(ServerName::try_from("127.0.0.1")?, stream).await?).await,
        }
    }
}

async fn handshake<S>(stream: S) -> Result<SendRequest<Full<Bytes>>, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (connection, driven) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(driven);
    Ok(connection)
}

/// Another worker, whose connection is its own.
impl Clone for ByHyper {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), connection: None }
    }
}

impl Contender for ByHyper {
    async fn call(&mut self) -> Result<(), Failure> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.connected().await?,
        };
        let mut request = Request::post(self.shared.operation.path()).header(HOST, &self.shared.authority);
        for (name, value) in headers()? {
            request = request.header(name, value);
        }
        let body = self.shared.operation.body(&self.shared.config)?;
        connection.ready().await?;
        let response = connection.send_request(request.body(body.into())?).await?;
        let status = response.status().as_u16();
        self.shared.operation.read_reply(status, &response.into_body().collect().await?.to_bytes())?;
        self.connection = Some(connection);
        Ok(())
    }
}
