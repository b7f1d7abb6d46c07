//! A start's arguments and outcomes as plain bytes, for languages in which each text that crosses the boundary is dear.
//!
//! All numbers are little-endian and nothing is aligned; each text has its length before it, so that it may hold
//! anything. Python's side is `_packed.py`.
//!
//! ```text
//! arguments  timeout: seconds i64 (below 0: the client's), nanoseconds u32
//!            lengths of room id and session id, u32 each
//!            room id, session id, extra: the rest
//! outcomes   u8: 1 where the log has records to fetch
//!            then for each call that has ended:
//!            its number u64, and u8: 1 split-stream or 2 MCU recording started; 0 to be asked of the call itself
//!            after 1 and 2: four lengths, u32 each, of record id, room id, session id and request id, and these texts
//! ```

use std::str;
use std::time::Duration;

use crate::error::RecordingError;
use crate::model::RecordType;
use crate::protocol::start::StartedRecording;

/// What a start is told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StartArguments<'a> {
    pub(super) room_id: &'a str,
    pub(super) session_id: &'a str,
    pub(super) extra: &'a str,
    pub(super) timeout: Option<Duration>,
}

impl<'a> StartArguments<'a> {
    /// Reads packed arguments.
    pub(super) fn unpack(mut bytes: &'a [u8]) -> Result<Self, RecordingError> {
        // Only our own layers pack them.
        Self::read(&mut bytes).ok_or_else(|| RecordingError::internal("the start's arguments are packed wrongly"))
    }

    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let seconds = i64::from_le_bytes(array(rest)?);
        let nanoseconds = u32::from_le_bytes(array(rest)?);
        let room_id = u32::from_le_bytes(array(rest)?);
        let session_id = u32::from_le_bytes(array(rest)?);
        Some(Self {
            timeout: u64::try_from(seconds).ok().map(|seconds| Duration::new(seconds, nanoseconds)),
            room_id: text(rest, room_id)?,
            session_id: text(rest, session_id)?,
            extra: str::from_utf8(rest).ok()?,
        })
    }
}

fn array<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (array, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*array)
}

fn text<'a>(rest: &mut &'a [u8], length: u32) -> Option<&'a str> {
    let (text, after) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    *rest = after;
    str::from_utf8(text).ok()
}

/// Outcomes of calls, ready for another language.
#[derive(Default)]
pub(super) struct Outcomes {
    packed: Vec<u8>,
}

impl Outcomes {
    /// Adds a recording that was started, or another outcome.
    pub(super) fn add(&mut self, number: u64, started: Option<&StartedRecording>) {
        self.packed.extend(number.to_le_bytes());
        if started.and_then(|started| self.add_started(started)).is_none() {
            self.packed.push(0);
        }
    }

    fn add_started(&mut self, started: &StartedRecording) -> Option<()> {
        let texts = [&started.record_id, &started.room_id, &started.session_id, &started.request_id];
        // Four gigabytes in one text take the way that every other outcome takes.
        let [Ok(record_id), Ok(room_id), Ok(session_id), Ok(request_id)] = texts.map(|text| u32::try_from(text.len()))
        else {
            return None;
        };
        self.packed.push(match started.record_type {
            RecordType::SplitStream => 1,
            RecordType::Mcu => 2,
        });
        for length in [record_id, room_id, session_id, request_id] {
            self.packed.extend(length.to_le_bytes());
        }
        for text in texts {
            self.packed.extend(text.as_bytes());
        }
        Some(())
    }

    /// The bytes. Whether the log has records to fetch is to be found out last: those of the outcomes are among them.
    pub(super) fn into_bytes(mut self, is_log_waiting: bool) -> Vec<u8> {
        self.packed.splice(..0, [u8::from(is_log_waiting)]);
        self.packed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The same bytes as in bindings/python/tests/test_packed.py.
    const ARGUMENTS: &str = "0200000000000000 0065cd1d 03000000 04000000 720000 c3a97c00 e5bd950a00";
    const OUTCOMES: &str = "01 0700000000000000 00 \
        ffffffffffffffff 02 00000000 02000000 03000000 01000000 7200 e5bd95 0a \
        0800000000000000 01 01000000 00000000 00000000 00000000 78";

    fn bytes(spaced: &str) -> Vec<u8> {
        hex::decode(spaced.replace(' ', "")).unwrap_or_default()
    }

    fn started(texts: [&str; 4], record_type: RecordType) -> StartedRecording {
        let [record_id, room_id, session_id, request_id] = texts.map(str::to_owned);
        StartedRecording { record_id, room_id, session_id, request_id, record_type }
    }

    #[test]
    fn arguments_may_hold_any_text() {
        assert_eq!(
            StartArguments::unpack(&bytes(ARGUMENTS)).ok(),
            Some(StartArguments {
                room_id: "r\0\0",
                session_id: "é|\0",
                extra: "录\n\0",
                timeout: Some(Duration::from_millis(2_500)),
            })
        );
    }

    #[test]
    fn seconds_below_zero_are_no_timeout_and_texts_may_be_empty() {
        let packed = [[0xff; 8].as_slice(), &[0; 12]].concat();
        let nothing = StartArguments { room_id: "", session_id: "", extra: "", timeout: None };
        assert_eq!(StartArguments::unpack(&packed).ok(), Some(nothing));
    }

    #[test]
    fn arguments_cut_off_within_their_lengths_or_ids_are_an_error() {
        let whole = bytes(ARGUMENTS);
        let up_to_extra = whole.len() - "录\n\0".len();
        let read = (0..up_to_extra).filter(|end| StartArguments::unpack(&whole[..*end]).is_ok());
        assert_eq!(read.count(), 0);
    }

    #[test]
    fn arguments_that_are_not_unicode_are_an_error() {
        let packed = [[0; 20].as_slice(), &[0xff]].concat();
        assert!(StartArguments::unpack(&packed).is_err());
    }

    #[test]
    fn outcomes_may_hold_any_text() {
        let mut outcomes = Outcomes::default();
        outcomes.add(7, None);
        outcomes.add(u64::MAX, Some(&started(["", "r\0", "录", "\n"], RecordType::Mcu)));
        outcomes.add(8, Some(&started(["x", "", "", ""], RecordType::SplitStream)));
        assert_eq!(hex::encode(outcomes.into_bytes(true)), OUTCOMES.replace(' ', ""));
    }

    #[test]
    fn no_outcomes_tell_of_the_log_only() {
        assert_eq!(Outcomes::default().into_bytes(false), [0]);
    }
}
