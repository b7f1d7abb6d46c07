//! Any text as a config: it is read or refused, and what is read is written and read again as the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use rongcloud_recording::RecordingProfile;

fuzz_target!(|text: &str| {
    match RecordingProfile::from_json(text.to_owned()) {
        Ok(profile) => {
            let again = RecordingProfile::from_json(profile.to_json().to_owned()).expect("what was written is valid");
            assert_eq!(again.to_json(), profile.to_json());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
