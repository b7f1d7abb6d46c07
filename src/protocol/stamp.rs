//! What makes each request unlike any other: nonce, time and request id.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use subtle::ConstantTimeEq;

use crate::credentials::Credentials;

/// The values that make one request unique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestStamp {
    /// `Nonce`: at most 18 characters, never used twice.
    pub nonce: String,
    /// `Timestamp`: milliseconds since 1970-01-01 UTC.
    pub timestamp_ms: u64,
    /// `X-Request-ID`: at most 36 characters. Identifies the request in the vendor's logs and in ours.
    pub request_id: String,
}

/// The source of stamps and of randomness. The client's own source reads the system's clock and random numbers; tests
/// provide another. All waiting follows tokio's clock, which tests can pause and advance.
pub trait StampSource: Send + Sync + 'static {
    /// Returns a new stamp for a request of this app.
    ///
    /// # Errors
    /// A sentence, if the system provides no random numbers or no usable time.
    fn stamp(&self, credentials: &Credentials) -> Result<RequestStamp, String>;

    /// The fraction of the longest wait before another attempt that is actually waited: 0 to 1. Default: taken from the
    /// system's random numbers; 1 if there are none.
    fn jitter(&self) -> f64 {
        random().map_or(1.0, |bytes| f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX))
    }
}

/// Stamps of the system's clock and random number generator.
pub(crate) struct SystemStamps;

/// Longest `Nonce`. Docs: API Request Signature, "no more than 18 characters".
const NONCE_LENGTH: usize = 18;
const RANDOM_DIGITS: usize = 10;
const COUNTER_DIGITS: usize = 3;
const MARK_DIGITS: usize = NONCE_LENGTH - RANDOM_DIGITS - COUNTER_DIGITS;
/// Some more than the ten needed: a few are not fair.
const NONCE_BYTES: usize = 22;
const ID_BYTES: usize = 16;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// What the mark of a nonce says, beside the nonce itself.
const MARK_DOMAIN: &[u8] = b"rongcloud-recording request nonce\n";

static COUNTER: AtomicU32 = AtomicU32::new(0);

impl StampSource for SystemStamps {
    fn stamp(&self, credentials: &Credentials) -> Result<RequestStamp, String> {
        let now =
            SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| "the system's clock is before 1970".to_owned())?;
        // One request to the system for both: most of the cost is the asking.
        let bytes = random::<{ ID_BYTES + NONCE_BYTES }>()?;
        let (request_id, for_nonce) = bytes.split_at(ID_BYTES);
        let for_nonce = for_nonce.try_into().map_err(|_| "there are too few random numbers".to_owned())?;
        Ok(RequestStamp {
            nonce: nonce(credentials.app_secret(), COUNTER.fetch_add(1, Ordering::Relaxed), for_nonce)?,
            timestamp_ms: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            request_id: hex::encode(request_id),
        })
    }
}

/// Ten random characters (59 bits from the system, so that nobody can foresee them and a forked process makes others),
/// three of a counter, and five that mark it as ours.
fn nonce(secret: &str, count: u32, mut random_bytes: [u8; NONCE_BYTES]) -> Result<String, String> {
    let mut nonce = String::with_capacity(NONCE_LENGTH);
    loop {
        // The bytes of an incomplete last round would favour some characters.
        let fair = random_bytes.into_iter().filter(|byte| usize::from(*byte) < 4 * ALPHABET.len());
        let room = RANDOM_DIGITS - nonce.len();
        nonce.extend(fair.take(room).map(|byte| character(usize::from(byte))));
        if nonce.len() == RANDOM_DIGITS {
            break;
        }
        random_bytes = random()?;
    }
    nonce.extend(digits(count.into(), COUNTER_DIGITS));
    let mark = mark(secret, &nonce).ok_or("the App Secret can't be a key")?;
    nonce.push_str(&mark);
    Ok(nonce)
}

/// Whether a nonce was made by this library for a request under this secret.
///
/// The service signs callbacks by the same rule and with the same secret as we sign requests: whoever sees a request
/// could send its signature as that of a callback. So our nonces carry a mark that nobody without the secret can take
/// away, and receivers refuse what has it. Another's nonce has it by chance once in nine hundred million. What follows
/// the first characters doesn't count: it may be digits of the time, which is signed as one text with the nonce.
pub(crate) fn is_of_our_request(secret: &str, nonce: &str) -> bool {
    let ours = nonce.get(..NONCE_LENGTH);
    ours.and_then(|ours| ours.split_at_checked(NONCE_LENGTH - MARK_DIGITS)).is_some_and(|(marked, found)| {
        mark(secret, marked).is_some_and(|mark| mark.as_bytes().ct_eq(found.as_bytes()).into())
    })
}

/// A short HMAC of the first part of a nonce.
fn mark(secret: &str, marked: &str) -> Option<String> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(MARK_DOMAIN);
    mac.update(marked.as_bytes());
    let code = mac.finalize().into_bytes();
    let head = code.first_chunk().copied()?;
    Some(digits(u64::from_be_bytes(head), MARK_DIGITS).collect())
}

/// The last digits of a number, to the base of the alphabet.
fn digits(mut number: u64, count: usize) -> impl Iterator<Item = char> {
    let base = ALPHABET.len() as u64;
    (0..count).map(move |_| {
        let digit = usize::try_from(number % base).unwrap_or_default();
        number /= base;
        character(digit)
    })
}

fn character(number: usize) -> char {
    char::from(ALPHABET[number % ALPHABET.len()])
}

fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| format!("the system gives no random numbers: {error}"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::HashSet;

    use super::*;

    const SECRET: &str = "Y1W2MeFwwwRxa0";

    fn made(count: u32) -> String {
        nonce(SECRET, count, random().unwrap()).unwrap()
    }

    #[test]
    fn a_nonce_has_eighteen_letters_and_digits() {
        let nonce = made(u32::MAX);
        assert_eq!(nonce.len(), 18);
        assert!(nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{nonce}");
    }

    #[test]
    fn the_counter_alone_keeps_nonces_apart() {
        let counted: HashSet<String> = (0..100_000).map(|count| made(count)[10..13].to_owned()).collect();
        assert_eq!(counted.len(), 100_000);
    }

    #[test]
    fn equal_counters_still_give_unforeseeable_nonces() {
        let random: HashSet<String> = (0..1_000).map(|_| made(7)[..10].to_owned()).collect();
        assert_eq!(random.len(), 1_000);
    }

    #[test]
    fn a_nonce_is_known_as_ours_under_its_own_secret_only() {
        for count in 0..1_000 {
            let nonce = made(count);
            assert!(is_of_our_request(SECRET, &nonce), "{nonce}");
            assert!(!is_of_our_request("another", &nonce), "{nonce}");
        }
    }

    #[test]
    fn a_nonce_that_was_changed_in_any_place_is_not_ours() {
        let nonce = made(1);
        for place in 0..nonce.len() {
            let other = if nonce[place..].starts_with('x') { "y" } else { "x" };
            let mut changed = nonce.clone();
            changed.replace_range(place..=place, other);
            assert!(!is_of_our_request(SECRET, &changed), "{changed}");
        }
        for other in ["", "a", "录录录录录录", &nonce[1..], &format!("0{nonce}")] {
            assert!(!is_of_our_request(SECRET, other), "{other}");
        }
    }

    #[test]
    fn a_nonce_of_ours_is_known_with_digits_of_the_time_behind_it() {
        assert!(is_of_our_request(SECRET, &format!("{}179", made(1))));
    }

    #[test]
    fn a_system_stamp_has_milliseconds_and_a_short_request_id() {
        let credentials = Credentials::new("uwd1c0sxdlx2", SECRET).unwrap();
        let stamp = SystemStamps.stamp(&credentials).unwrap();
        assert!(stamp.timestamp_ms > 1_600_000_000_000, "{}", stamp.timestamp_ms);
        assert_eq!(stamp.request_id.len(), 32);
        assert!(is_of_our_request(SECRET, &stamp.nonce));
    }
}
