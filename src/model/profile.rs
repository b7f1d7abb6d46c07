//! A config that has been validated once and is kept ready to send.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::json::{advice_of_config, check_config, read_config, write_config};
use super::{Advice, RecordingConfig};
use crate::error::RecordingError;

/// A recording's config, validated once and kept as the bytes that are sent.
///
/// Create one when your program starts and use it for every room: a start then spends no time on validating or
/// serialising the config. A profile is immutable and can be shared between threads and clients. Cheap to clone.
///
/// # Examples
///
/// ```
/// use rongcloud_recording::{
///     AudioFormat, RecordingError, RecordingProfile, SliceLength, SplitStreamRecording, VideoFormat,
/// };
///
/// let recording = SplitStreamRecording::new(VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);
/// let profile = RecordingProfile::new(recording.video_resolution("1280x720"))?;
/// assert!(profile.to_json().contains("1280x720"));
///
/// // All that is wrong is told at once, each with the API's path and a code.
/// let wrong = r#"{"recordType": 1, "mode": 3, "videoFormat": "mp4", "audioFormat": "aac", "sliceMin": 61}"#;
/// let Err(RecordingError::InvalidInput { violations, .. }) = RecordingProfile::from_json(wrong) else {
///     panic!("61 minutes are no length of a slice");
/// };
/// assert_eq!(violations[0].path, "config.sliceMin");
/// # Ok::<_, RecordingError>(())
/// ```
#[derive(Debug, Clone)]
#[cfg_attr(feature = "ffi", derive(uniffi::Object))]
pub struct RecordingProfile {
    validated: Arc<Validated>,
}

#[derive(Debug)]
struct Validated {
    config: RecordingConfig,
    json: Box<RawValue>,
}

impl RecordingProfile {
    /// Creates a profile by validating the config. All violations are reported at once. A profile that exists stays
    /// valid.
    ///
    /// # Errors
    /// `InvalidInput`.
    pub fn new(config: impl Into<RecordingConfig>) -> Result<Self, RecordingError> {
        let config = config.into();
        RecordingError::from_violations(check_config(&config))?;
        Self::validated(config)
    }

    /// Creates a profile from the API's own JSON: the `config` object, or the whole body of `start.json` around it,
    /// whose `sessionId` and `extra` are not kept.
    ///
    /// Unknown and misspelt keys, repeated keys, wrong types and undocumented values are reported by path, all at once.
    /// Text that is not JSON is reported by line and column. Keys that are documented as valid only for the other
    /// `recordType` are left out.
    ///
    /// # Errors
    /// `InvalidInput`.
    pub fn from_json(json: impl AsRef<str>) -> Result<Self, RecordingError> {
        let config =
            read_config(json.as_ref()).map_err(|violations| RecordingError::InvalidInput { violations, call: None })?;
        Self::validated(config)
    }
}

impl RecordingProfile {
    fn validated(config: RecordingConfig) -> Result<Self, RecordingError> {
        let json = write_config(&config)
            .and_then(RawValue::from_string)
            .map_err(|error| RecordingError::internal(error.to_string()))?;
        Ok(Self { validated: Arc::new(Validated { config, json }) })
    }

    /// The config that the profile was created from.
    pub fn config(&self) -> &RecordingConfig {
        &self.validated.config
    }

    /// The `config` object as the API's JSON, compact, exactly as it is sent.
    pub fn to_json(&self) -> &str {
        self.validated.json.get()
    }

    /// Returns advice: what is allowed but may not be what you meant, in the order of the API's fields. Advice never
    /// stops a start. It is worked out on each call.
    pub fn advice(&self) -> Vec<Advice> {
        advice_of_config(self.config())
    }

    pub(crate) fn json(&self) -> &RawValue {
        &self.validated.json
    }
}
