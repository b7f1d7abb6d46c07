//! The simulator's own certificate authority. It is made anew at each start and stands in no file of the repository.

use std::error::Error;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// Clocks that disagree a little must not make a certificate one of tomorrow.
const BACKDATED: Duration = Duration::days(2);

/// Apple's systems trust no certificate of a server that is valid for longer than 825 days.
const VALID: Duration = Duration::days(365);

/// What is wrong here can only be found out by the libraries at work.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Result<Self, Failure> {
        let mut params = named(name, vec![])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate()?;
        let pem = pem(params.self_signed(&key)?.der());
        Ok(Self { issuer: Issuer::new(params, key), pem })
    }

    /// Its own certificate.
    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    /// A server with a certificate for these hosts, which has expired or is valid for a year.
    pub(crate) fn acceptor(&self, hosts: Vec<String>, expired: bool) -> Result<TlsAcceptor, Failure> {
        let mut params = named("rongcloud-simulator", hosts)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        // Python from 3.13 on checks strictly, and misses it.
        params.use_authority_key_identifier_extension = true;
        if expired {
            params.not_after = OffsetDateTime::now_utc() - Duration::DAY;
        }
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], PrivatePkcs8KeyDer::from(key.serialize_der()).into())?;
        Ok(Arc::new(config).into())
    }
}

fn named(name: &str, hosts: Vec<String>) -> Result<CertificateParams, Failure> {
    let mut params = CertificateParams::new(hosts)?;
    params.distinguished_name.push(DnType::CommonName, name);
    let now = OffsetDateTime::now_utc();
    params.not_before = now - BACKDATED;
    params.not_after = now + VALID;
    Ok(params)
}

/// RFC 7468.
fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let (lines, last) = text.as_bytes().as_chunks::<64>();
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in lines.iter().map(<[u8; 64]>::as_slice).chain((!last.is_empty()).then_some(last)) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}
