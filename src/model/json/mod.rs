//! A config as the API's own JSON: read, written, and shown to the rules, all by one table of its keys.

mod keys;
mod kinds;
mod read;
mod tree;

use serde::{Serialize, Serializer};

use self::keys::Object;
pub(crate) use self::kinds::Scalar;
use self::kinds::{RECORDING, See, Shown};
pub(super) use self::read::read_config;
pub(crate) use self::tree::Tree;
use super::advice::{Advice, advise};
use super::rules::{Around, Value, check};
use super::{LayoutUpdate, RecordingConfig};
use crate::error::Violation;

/// A valid config as compact JSON.
pub(super) fn write_config(config: &RecordingConfig) -> serde_json::Result<String> {
    serde_json::to_string(&(RECORDING.write)(Some(config)))
}

/// A config as the API spells it.
#[cfg(feature = "serde")]
pub(super) fn spelled_config(config: &RecordingConfig) -> impl Serialize {
    (RECORDING.write)(Some(config))
}

/// The layout of a running recording, with the flat keys of `config.json`.
pub(crate) struct WireLayout<'a>(pub &'a LayoutUpdate);

impl Serialize for WireLayout<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.written().serialize(serializer)
    }
}

/// Every violation of a config, in the order of the API's fields.
pub(super) fn check_config(config: &RecordingConfig) -> Vec<Violation> {
    found(check, |see| show_config(config, see))
}

/// All advice about a config, in the order of the API's fields.
pub(super) fn advice_of_config(config: &RecordingConfig) -> Vec<Advice> {
    found(advise, |see| show_config(config, see))
}

/// Every violation of a layout update. Its paths have no `config.`: the request's keys are flat.
pub(super) fn check_layout_update(update: &LayoutUpdate) -> Vec<Violation> {
    found(check, |see| update.show("", see))
}

/// All advice about a layout update.
pub(super) fn advice_of_layout_update(update: &LayoutUpdate) -> Vec<Advice> {
    found(advise, |see| update.show("", see))
}

fn show_config(config: &RecordingConfig, see: &mut See<'_>) {
    (RECORDING.show)(Some(config), Shown { path: "config", around: Around::Other, see });
}

fn found<T>(rules: fn(&str, Value<'_>, &mut Vec<T>), show: impl FnOnce(&mut See<'_>)) -> Vec<T> {
    let mut found = Vec::new();
    show(&mut |path, value| rules(path, value, &mut found));
    found
}
