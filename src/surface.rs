//! What the generator of the other languages' code needs and UniFFI's metadata can't carry: constants, and the values
//! by which the API spells enumerations.

use std::borrow::Cow;
use std::fmt::Debug;

use crate::callback::{RecordingEventKind, RoomEventKind};
use crate::constant::Declared;
pub use crate::constant::Value;
use crate::error::codes;
use crate::model::{
    ADVICE, AudioFormat, Layout, MediaType, RULES, RecordType, RecordingMode, RenderMode, Scalar, SliceLength, Tree,
    VideoFormat, mcu_mode, resolution,
};
use crate::options;
use crate::protocol::service_codes;
use crate::transport::DataCenter;

/// Constants that belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Group {
    /// What they are called together: `ServiceCode`.
    pub name: &'static str,
    /// Their documentation.
    pub doc: &'static str,
}

/// A constant that every language has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// The [`Group`] that it is of.
    pub group: &'static str,
    /// Its name, as Rust spells it: `ROOM_NOT_FOUND`.
    pub name: &'static str,
    /// Its value.
    pub value: Value,
    /// Its documentation.
    pub doc: String,
}

/// How the API, or the environment, spells a variant of an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireValue {
    /// The enumeration: `VideoFormat`.
    pub type_name: &'static str,
    /// The variant, as Rust spells it: `Mp4`.
    pub variant: String,
    /// The value.
    pub value: Value,
}

const RESOLUTION: Group = Group {
    name: "Resolution",
    doc: "The known sizes of the picture: `videoResolution`, `WIDTHxHEIGHT`.\n\nOnly six of the service's twelve are \
          publicly known, so any text of that form is accepted as a resolution, another one with advice.",
};
const MCU_MODE: Group = Group {
    name: "McuMode",
    doc: "The known values of `mcuConfig.mode`. Its values are not publicly known, so any number is accepted.",
};
const SERVICE_CODE: Group = Group {
    name: "ServiceCode",
    doc: "The known codes of the service, as in an error's `code`.\n\nThe RTC pages publish no list. This is the \
          general table of the vendor's gateway, from public copies, and the codes of RTC signalling. The service may \
          send other codes, which are passed on unchanged.",
};
const VIOLATION_CODE: Group =
    Group { name: "ViolationCode", doc: "The rules that a violation can break, as in its `code`. More may be added." };
const ADVICE_CODE: Group =
    Group { name: "AdviceCode", doc: "What a piece of advice can be about, as in its `code`. More may be added." };
const ENVIRONMENT: Group = Group {
    name: "Environment",
    doc: "The environment variables from which a client takes the settings that are not given in code. Given values take \
          precedence.",
};

/// Every group of constants.
pub fn groups() -> Vec<Group> {
    vec![RESOLUTION, MCU_MODE, SERVICE_CODE, VIOLATION_CODE, ADVICE_CODE, ENVIRONMENT]
}

/// Every constant, by group.
pub fn constants() -> Vec<Constant> {
    let is_advice = |declared: &&Declared| ADVICE.iter().any(|advice| declared.value == Value::Text(advice.code));
    let is_rule = |declared: &&Declared| RULES.iter().any(|rule| declared.value == Value::Text(rule.code));
    let violations = codes::DECLARED.iter().filter(|code| is_rule(code) || !is_advice(code));
    let of_environment = options::DECLARED.iter().map(|variable| constant(ENVIRONMENT, variable));
    of(RESOLUTION, resolution::DECLARED)
        .chain(of(MCU_MODE, mcu_mode::DECLARED))
        .chain(of(SERVICE_CODE, service_codes::DECLARED))
        .chain(of(VIOLATION_CODE, violations))
        .chain(of(ADVICE_CODE, codes::DECLARED.iter().filter(is_advice)))
        // The group's name says it.
        .chain(of_environment.map(|variable| Constant { name: variable.name.trim_start_matches("ENV_"), ..variable }))
        .collect()
}

/// Every variant that the API or the environment has a value for, by type.
pub fn wire_values() -> Vec<WireValue> {
    let layouts = [Layout::Custom { windows: Vec::new() }, Layout::Floating, Layout::Adaptive];
    let data_centers = DataCenter::names().map(|(data_center, name)| (data_center, Value::Text(name)));
    [
        scalars::<RecordType>("RecordType"),
        scalars::<RecordingMode>("RecordingMode"),
        scalars::<VideoFormat>("VideoFormat"),
        scalars::<AudioFormat>("AudioFormat"),
        scalars::<SliceLength>("SliceLength"),
        scalars::<RenderMode>("RenderMode"),
        listed("Layout", layouts.map(|layout| (layout.clone(), Value::Number(layout.kind() as i64)))),
        known("MediaType", &MediaType::NUMBERS),
        known("RecordingEventKind", &RecordingEventKind::NUMBERS),
        known("RoomEventKind", &RoomEventKind::NUMBERS),
        listed("DataCenter", data_centers),
    ]
    .concat()
}

fn of(group: Group, declared: impl IntoIterator<Item = &'static Declared>) -> impl Iterator<Item = Constant> {
    declared.into_iter().map(move |declared| constant(group, declared))
}

fn constant(group: Group, declared: &Declared) -> Constant {
    let doc: Vec<_> = declared.doc.lines().map(str::trim).collect();
    Constant { group: group.name, name: declared.name, value: declared.value, doc: doc.join("\n") }
}

fn scalars<T: Scalar + Debug>(type_name: &'static str) -> Vec<WireValue> {
    let value = |word: &Tree| match word {
        Tree::Text(Cow::Borrowed(text)) => Some(Value::Text(text)),
        Tree::Integer(number) => Some(Value::Number(*number)),
        _ => None,
    };
    listed(type_name, T::ALL.iter().filter_map(|(variant, word)| Some((variant, value(word)?))))
}

fn known<T: Debug + Copy>(type_name: &'static str, numbers: &[(T, i64)]) -> Vec<WireValue> {
    listed(type_name, numbers.iter().map(|(variant, number)| (*variant, Value::Number(*number))))
}

fn listed<T: Debug>(type_name: &'static str, values: impl IntoIterator<Item = (T, Value)>) -> Vec<WireValue> {
    let named = |(variant, value): (T, Value)| {
        let text = format!("{variant:?}");
        let variant = text.split(' ').next().unwrap_or(&text).to_owned();
        WireValue { type_name, variant, value }
    };
    values.into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(group: Group) -> Vec<&'static str> {
        constants().iter().filter(|constant| constant.group == group.name).map(|constant| constant.name).collect()
    }

    #[test]
    fn every_constant_has_a_group_and_documentation() {
        let groups: Vec<_> = groups().iter().map(|group| group.name).collect();
        for constant in constants() {
            assert!(groups.contains(&constant.group), "{constant:?}");
            assert!(constant.doc.ends_with('.') && !constant.doc.contains("]("), "{constant:?}");
        }
    }

    #[test]
    fn a_constant_is_what_rust_has() {
        let code = constants().into_iter().find(|constant| constant.name == "ROOM_NOT_FOUND");
        assert_eq!(
            code,
            Some(Constant {
                group: "ServiceCode",
                name: "ROOM_NOT_FOUND",
                value: Value::Number(40003),
                doc: "`40003`: the room does not exist.".to_owned(),
            })
        );
    }

    #[test]
    fn codes_are_those_of_violations_of_advice_or_of_both() {
        let (violations, advice) = (names_in(VIOLATION_CODE), names_in(ADVICE_CODE));
        assert_eq!(
            advice,
            [
                "CONTROL_CHARACTER",
                "UNKNOWN_RESOLUTION",
                "OVERLAPPING",
                "HOST_MISSING",
                "LAYOUT_IGNORED",
                "DUPLICATE_STREAM"
            ]
        );
        for (name, is_violation) in [("OVERLAPPING", false), ("DUPLICATE_STREAM", true), ("AMBIGUOUS", true)] {
            assert_eq!(violations.contains(&name), is_violation, "{name}");
        }
    }

    #[test]
    fn variables_of_the_environment_have_no_prefix() {
        assert_eq!(names_in(ENVIRONMENT), ["APP_KEY", "APP_SECRET", "DATA_CENTER", "API_URL", "LEDGER_URL"]);
    }

    #[test]
    fn variants_have_the_values_that_the_api_has() {
        let spelt: Vec<_> = wire_values()
            .into_iter()
            .map(|WireValue { type_name, variant, value }| match value {
                Value::Text(text) => format!("{type_name}.{variant} {text}"),
                Value::Number(number) => format!("{type_name}.{variant} {number}"),
            })
            .collect();
        for known in [
            "VideoFormat.Mp4 mp4",
            "AudioFormat.Aac aac",
            "RecordType.SplitStream 1",
            "RecordType.Mcu 2",
            "RecordingMode.SingleUserMix 6",
            "SliceLength.Minutes120 120",
            "RenderMode.Fill 1",
            "Layout.Custom 1",
            "Layout.Adaptive 3",
            "MediaType.Video 1",
            "RecordingEventKind.Uploaded 4",
            "RoomEventKind.StreamsChanged 20",
            "DataCenter.SingaporeB singapore-b",
        ] {
            assert!(spelt.iter().any(|spelt| spelt == known), "{known}: {spelt:?}");
        }
        assert_eq!(spelt.len(), 41);
    }
}
