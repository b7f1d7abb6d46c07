//! Whom to trust: the platform's CA certificates and those given.

use std::error::Error;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;

use super::TransportFailure;
use crate::error::{FailureCause, Violation, codes};

/// TLS 1.2 and 1.3, by ring. It is always verified: no setting turns that off.
///
/// Given to reqwest ready-made, because its own way needs a process-wide default provider, which is the program's to
/// choose.
pub(super) fn tls(is_plain: bool, extra: &[CertificateDer<'static>]) -> Result<ClientConfig, TransportFailure> {
    let unusable = |error: &dyn Error| {
        let reason = format!(
            "this host has no usable CA certificates ({error}): install them (on Debian, the package \
             ca-certificates), name their file in SSL_CERT_FILE, or give the client its own"
        );
        TransportFailure::failed(FailureCause::Local, reason)
    };
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?;
    if is_plain {
        // No certificate is ever accepted: a host without CA roots can still talk to itself.
        return Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth());
    }
    let verifier: Arc<dyn ServerCertVerifier> =
        Arc::new(Verifier::new_with_extra_roots(extra.iter().cloned(), provider).map_err(|error| unusable(&error))?);
    // "dangerous" names the hook for any verifier of one's own; this one is the platform's.
    Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// The certificates of a PEM text.
pub(crate) fn certificates(path: &str, pem: &str) -> Result<Vec<CertificateDer<'static>>, Violation> {
    let invalid = |reason: String| Violation::new(path, codes::INVALID_CERTIFICATES, reason);
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| invalid(format!("is not PEM: {error:?}")))?;
    let mut store = rustls::RootCertStore::empty();
    for (index, certificate) in certificates.iter().enumerate() {
        store
            .add(certificate.clone())
            .map_err(|error| invalid(format!("certificate {} can't be used: {error}", index + 1)))?;
    }
    if certificates.is_empty() {
        return Err(invalid("has no certificate in it: \"-----BEGIN CERTIFICATE-----\" is missing".to_owned()));
    }
    Ok(certificates)
}
