//! Any bytes as a reply, under any status: understood or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &[u8])| rongcloud_recording::fuzzing::read_reply(input.0, input.1));
