//! What makes each request unlike any other: nonce, time and request id.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// What makes one request unlike any other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestStamp {
    /// `Nonce`: at most 18 characters, never used twice.
    pub nonce: String,
    /// `Timestamp`: milliseconds since 1970-01-01 UTC.
    pub timestamp_ms: u64,
    /// `X-Request-ID`: at most 36 characters; names the request in the vendor's logs and in ours.
    pub request_id: String,
}

/// Where stamps come from. The client's own source reads clock and random numbers from the system; tests give another.
pub trait StampSource: Send + Sync + 'static {
    /// A new stamp.
    ///
    /// # Errors
    /// A sentence, where the system gives no random numbers or no usable time.
    fn stamp(&self) -> Result<RequestStamp, String>;
}

/// Stamps of the system's clock and random number generator.
pub(crate) struct SystemStamps;

/// Longest `Nonce`. Docs: API Request Signature, "no more than 18 characters".
const NONCE_LENGTH: usize = 18;
/// Some more than the twelve needed: a few are not fair.
const NONCE_BYTES: usize = 24;
const ID_BYTES: usize = 16;
const COUNTER_DIGITS: usize = 6;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static COUNTER: AtomicU32 = AtomicU32::new(0);

impl StampSource for SystemStamps {
    fn stamp(&self) -> Result<RequestStamp, String> {
        let now =
            SystemTime::now().duration_since(UNIX_EPOCH).map_err(|_| "the system's clock is before 1970".to_owned())?;
        // One request to the system for both: most of the cost is the asking.
        let bytes = random::<{ ID_BYTES + NONCE_BYTES }>()?;
        let (request_id, for_nonce) = bytes.split_at(ID_BYTES);
        let for_nonce = for_nonce.try_into().map_err(|_| "there are too few random numbers".to_owned())?;
        Ok(RequestStamp {
            nonce: nonce(COUNTER.fetch_add(1, Ordering::Relaxed), for_nonce)?,
            timestamp_ms: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            request_id: hex::encode(request_id),
        })
    }
}

/// Twelve random characters (71 bits from the system, so that nobody can foresee them and a forked process makes
/// others) and six of a counter, so that no two in a process can be equal.
fn nonce(count: u32, mut random_bytes: [u8; NONCE_BYTES]) -> Result<String, String> {
    let mut nonce = String::with_capacity(NONCE_LENGTH);
    loop {
        // The bytes of an incomplete last round would favour some characters.
        let fair = random_bytes.into_iter().filter(|byte| usize::from(*byte) < 4 * ALPHABET.len());
        let room = NONCE_LENGTH - COUNTER_DIGITS - nonce.len();
        nonce.extend(fair.take(room).map(|byte| character(usize::from(byte))));
        if nonce.len() == NONCE_LENGTH - COUNTER_DIGITS {
            break;
        }
        random_bytes = random()?;
    }
    let mut rest = count as usize;
    for _ in 0..COUNTER_DIGITS {
        nonce.push(character(rest));
        rest /= ALPHABET.len();
    }
    Ok(nonce)
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

    #[test]
    fn a_nonce_has_eighteen_letters_and_digits() {
        let nonce = nonce(u32::MAX, random().unwrap()).unwrap();
        assert_eq!(nonce.len(), 18);
        assert!(nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{nonce}");
    }

    #[test]
    fn the_counter_alone_keeps_nonces_apart() {
        let counted: HashSet<String> =
            (0..100_000).map(|count| nonce(count, random().unwrap()).unwrap()[12..].to_owned()).collect();
        assert_eq!(counted.len(), 100_000);
    }

    #[test]
    fn equal_counters_still_give_unforeseeable_nonces() {
        let random: HashSet<String> = (0..1_000).map(|_| nonce(7, random().unwrap()).unwrap()).collect();
        assert_eq!(random.len(), 1_000);
    }

    #[test]
    fn a_system_stamp_has_milliseconds_and_a_short_request_id() {
        let stamp = SystemStamps.stamp().unwrap();
        assert!(stamp.timestamp_ms > 1_600_000_000_000, "{}", stamp.timestamp_ms);
        assert_eq!(stamp.request_id.len(), 32);
    }
}
