//! Statistics as metrics: one table of names, units and attributes for every adapter in every language.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

/// Whether a measured value only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Enum))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum MeasurementKind {
    /// It only grows. A process that begins anew, and a forked child, begin at zero.
    Counter,
    /// It goes up and down.
    Gauge,
}

/// One value of a metric, now. Give it to your metrics library as it is: names, units and attributes are those of the
/// table in `docs/metrics.md`, and never contain a room, a session or a user.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Measurement {
    /// The metric's name, for example `rongcloud.recording.client.calls`.
    pub name: String,
    /// Whether the value only grows.
    pub kind: MeasurementKind,
    /// The unit by UCUM: `{call}`, `s`.
    pub unit: String,
    /// What is measured, as a sentence.
    pub description: String,
    /// The value.
    pub value: f64,
    /// What tells it from other values of the same metric.
    pub attributes: Vec<MeasurementAttribute>,
}

/// What tells a value from others of the same metric. OpenTelemetry's name where its conventions have one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "ffi", derive(uniffi::Record))]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct MeasurementAttribute {
    /// Its name, for example `error.type`.
    pub name: String,
    /// Its value, for example `outcome_unknown`.
    pub value: String,
}

/// A metric: what all of its values have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// Whether its values only grow.
    pub kind: MeasurementKind,
    /// Its unit by UCUM.
    pub unit: &'static str,
    /// What is measured, as a sentence.
    pub description: &'static str,
    /// The attributes that a value may have.
    pub attributes: &'static [&'static str],
}

impl Metric {
    pub(crate) const fn counter(name: &'static str, unit: &'static str, description: &'static str) -> Self {
        Self { name, kind: MeasurementKind::Counter, unit, description, attributes: &[] }
    }

    pub(crate) const fn gauge(name: &'static str, unit: &'static str, description: &'static str) -> Self {
        Self { name, kind: MeasurementKind::Gauge, unit, description, attributes: &[] }
    }

    pub(crate) const fn by(self, attributes: &'static [&'static str]) -> Self {
        Self { attributes, ..self }
    }

    /// A value of it, with its attributes' values in order. An attribute without a value is left out.
    #[allow(clippy::cast_precision_loss)]
    pub(crate) fn count(&self, value: i64, attributes: &[Option<&str>]) -> Measurement {
        self.value(value as f64, attributes)
    }

    /// As [`count`](Self::count), of a fraction.
    pub(crate) fn value(&self, value: f64, attributes: &[Option<&str>]) -> Measurement {
        let attribute = |(name, value): (&&str, &Option<&str>)| {
            value.map(|value| MeasurementAttribute { name: (*name).to_owned(), value: value.to_owned() })
        };
        Measurement {
            name: self.name.to_owned(),
            kind: self.kind,
            unit: self.unit.to_owned(),
            description: self.description.to_owned(),
            value,
            attributes: self.attributes.iter().zip(attributes).filter_map(attribute).collect(),
        }
    }
}

impl fmt::Display for MeasurementKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
        })
    }
}

/// Counts one thing.
#[derive(Default)]
pub(crate) struct Counter(AtomicI64);

impl Counter {
    pub(crate) fn add(&self, number: i64) {
        self.0.fetch_add(number, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}
