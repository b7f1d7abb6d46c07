//! Configs and profiles as types of serde: spelled as the API spells them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::json::{read_config, spelled_config};
use super::{RecordingConfig, RecordingProfile};
use crate::error::RecordingError;

/// As the API's `config` object, with the defaults that are always sent. Nothing is checked.
impl Serialize for RecordingConfig {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        spelled_config(self).serialize(serializer)
    }
}

/// From the API's `config` object, as [`RecordingProfile::from_json`] reads it. Fails with all that is wrong in it.
impl<'de> Deserialize<'de> for RecordingConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Value::deserialize(deserializer)?.to_string();
        let invalid = |violations| D::Error::custom(RecordingError::InvalidInput { violations, call: None });
        read_config(&text).map_err(invalid)
    }
}

/// As the API's `config` object.
impl Serialize for RecordingProfile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.config().serialize(serializer)
    }
}

/// From the API's `config` object, validated. Fails with all that is wrong in it.
impl<'de> Deserialize<'de> for RecordingProfile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(RecordingConfig::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
