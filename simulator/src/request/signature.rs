//! The signature every request carries. docs: auth.

use axum::http::HeaderMap;
use sha1_smol::Sha1;

use super::headers::{Found, find};
use super::nonces::Nonces;
use crate::reply::{Code, Problem, Refusal};
use crate::settings::Settings;
use crate::shared::Shared;

/// docs: auth, Nonce.
const MAX_NONCE: usize = 18;

/// Each header's plain name and the one for platforms that strip plain headers. docs: auth.
const APP_KEY: [&str; 2] = ["App-Key", "RC-App-Key"];
const NONCE: [&str; 2] = ["Nonce", "RC-Nonce"];
const TIMESTAMP: [&str; 2] = ["Timestamp", "RC-Timestamp"];
const SIGNATURE: [&str; 2] = ["Signature", "RC-Signature"];

/// The app key of a rightly signed request.
pub(crate) fn check<'h>(
    headers: &'h HeaderMap,
    settings: &Settings,
    nonces: &Shared<Nonces>,
) -> Result<&'h str, Refusal> {
    let app_key = required(headers, APP_KEY)?;
    let nonce = required(headers, NONCE)?;
    let timestamp = required(headers, TIMESTAMP)?;
    let signature = required(headers, SIGNATURE)?;

    let Some(secret) = settings.secret_of(app_key) else {
        return Err(Refusal::at(Code::UnknownApp, Problem::header(APP_KEY[0], "is unknown")));
    };
    if nonce.is_empty() || nonce.chars().count() > MAX_NONCE {
        return Err(Refusal::at(Code::Parameter, Problem::header(NONCE[0], "must have 1 to 18 characters")));
    }
    let now = settings.now_ms();
    let signed_at = signed_at(timestamp, now, settings.window_ms)?;
    if signature != sign(secret, nonce, timestamp) {
        let sentence = "must be the lower-case hex SHA-1 of app secret, nonce and timestamp";
        return Err(Refusal::at(Code::Signature, Problem::header(SIGNATURE[0], sentence)));
    }
    let until = now.max(signed_at).saturating_add(settings.window_ms);
    if !nonces.lock().use_once(app_key, nonce, now, until) {
        return Err(Refusal::at(Code::Signature, Problem::header(NONCE[0], "was used before")));
    }
    Ok(app_key)
}

fn required<'h>(headers: &'h HeaderMap, names: [&str; 2]) -> Result<&'h str, Refusal> {
    match find(headers, &names) {
        Found::Once(value) => Ok(value),
        Found::Nothing => Err(Refusal::at(Code::Signature, Problem::header(names[0], "header is missing"))),
        Found::Wrong(why) => Err(Refusal::at(Code::Parameter, Problem::header(names[0], why))),
    }
}

fn signed_at(timestamp: &str, now: u64, window: u64) -> Result<u64, Refusal> {
    let digits = timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let parsed = timestamp.parse::<u64>().ok().filter(|_| digits);
    let Some(signed_at) = parsed else {
        return Err(Refusal::at(Code::Signature, Problem::header(TIMESTAMP[0], "must be milliseconds in digits")));
    };
    if signed_at.abs_diff(now) > window {
        let sentence = format!("is {} ms off, allowed are {window} (it counts milliseconds)", signed_at.abs_diff(now));
        return Err(Refusal::at(Code::Signature, Problem::header(TIMESTAMP[0], sentence)));
    }
    Ok(signed_at)
}

/// docs: auth, and auth-callback.
pub(crate) fn sign(secret: &str, nonce: &str, timestamp: &str) -> String {
    let mut hash = Sha1::new();
    for part in [secret, nonce, timestamp] {
        hash.update(part.as_bytes());
    }
    hash.digest().to_string()
}
