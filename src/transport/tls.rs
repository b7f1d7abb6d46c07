//! Whom to trust: the platform's CA certificates and those given.

use std::error::Error;
use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
#[cfg(feature = "aws-lc-rs")]
use rustls::crypto::aws_lc_rs as cryptography;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
use rustls::crypto::ring as cryptography;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::Verifier;

use super::roots;
use crate::error::{FailureCause, RecordingError, Violation, codes};

#[cfg(not(any(feature = "aws-lc-rs", feature = "ring")))]
compile_error!("without its default features, rongcloud-recording needs the feature `ring`");

/// TLS that is always verified, by the platform's certificates and those given: no setting turns that off.
pub(crate) fn verified(extra: &[CertificateDer<'static>]) -> Result<ClientConfig, RecordingError> {
    roots::check_environment()?;
    let verifier =
        Verifier::new_with_extra_roots(extra.iter().cloned(), provider()).map_err(|error| unusable(&error))?;
    let verifier: Arc<dyn ServerCertVerifier> = Arc::new(verifier);
    // "dangerous" names the hook for any verifier of one's own; this one is the platform's.
    Ok(versions()?.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// TLS that accepts no certificate: a host without CA certificates can still talk to itself in plain text.
pub(super) fn trusting_nobody() -> Result<ClientConfig, RecordingError> {
    Ok(versions()?.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

/// TLS 1.2 and 1.3.
///
/// Given to reqwest ready-made, because its own way needs a process-wide default provider, which is the program's to
/// choose.
fn versions() -> Result<ConfigBuilder<ClientConfig, WantsVerifier>, RecordingError> {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(cryptography::default_provider())
}

fn unusable(error: &dyn Error) -> RecordingError {
    let reason = format!(
        "this host has no usable CA certificates ({error}): install them (on Debian, the package ca-certificates), \
         name their file in SSL_CERT_FILE, or give the client its own"
    );
    RecordingError::not_sent(FailureCause::Local, reason)
}

/// The certificates of a PEM text.
pub(crate) fn certificates(path: &str, pem: &str) -> Result<Vec<CertificateDer<'static>>, Violation> {
    let invalid = |reason: String| Violation::new(path, codes::INVALID_CERTIFICATES, reason);
    let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| invalid(not_pem(&error).to_owned()))?;
    let mut store = RootCertStore::empty();
    for (index, certificate) in certificates.iter().enumerate() {
        store
            .add(certificate.clone())
            .map_err(|_| invalid(format!("certificate {} in it is not an X.509 certificate", index + 1)))?;
    }
    if certificates.is_empty() {
        return Err(invalid("has no certificate in it: \"-----BEGIN CERTIFICATE-----\" is missing".to_owned()));
    }
    Ok(certificates)
}

/// What is wrong with a PEM text, without a byte of it.
fn not_pem(error: &pem::Error) -> &'static str {
    match error {
        pem::Error::MissingSectionEnd { .. } => {
            "is cut off: after a \"-----BEGIN …-----\", the \"-----END …-----\" is missing"
        }
        pem::Error::IllegalSectionStart { .. } => {
            "is damaged: a line that begins with \"-----BEGIN \" has no \"-----\" at its end"
        }
        pem::Error::Base64Decode(_) => {
            "is damaged: what stands between a \"-----BEGIN …-----\" and its end is not base64"
        }
        _ => "is not PEM",
    }
}
