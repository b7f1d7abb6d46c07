//! The signature that every request carries. Docs: API Request Signature.

use sha1::{Digest, Sha1};

/// The `Signature` of a request: lower-case hex of SHA-1 over App Secret, nonce and timestamp, joined as texts.
///
/// Neither path nor body is covered.
pub fn signature(app_secret: &str, nonce: &str, timestamp: &str) -> String {
    let digest = Sha1::new().chain_update(app_secret).chain_update(nonce).chain_update(timestamp).finalize();
    hex::encode(digest)
}
