//! The kinds of values that stand under a config's keys: how each is read, written, and shown to the rules.

use super::keys::{CONFIG, Object, VIDEO};
use super::read::{Place, Reader, find};
use super::tree::Tree;
use crate::error::codes;
use crate::model::layout::LayoutKind;
use crate::model::rules::{Around, Value};
use crate::model::{Host, Layout, McuRecording, RecordType, RecordingConfig, SplitStreamRecording, Window};

/// How a `V` stands under a key.
pub(super) struct Kind<V> {
    /// What stands at the place. What is wrong with it is noted.
    pub read: fn(&mut Reader, &Place<'_>) -> Option<V>,
    /// What is sent.
    pub write: fn(Option<&V>) -> Option<Tree>,
    /// What the rules look at.
    pub show: fn(Option<&V>, Shown<'_, '_>),
}

/// Who is shown the values, each with its path.
pub(super) type See<'a> = dyn FnMut(&str, Value<'_>) + 'a;

/// Where a value is shown, and to whom.
pub(super) struct Shown<'a, 'b> {
    pub path: &'a str,
    pub around: Around<'a>,
    pub see: &'a mut See<'b>,
}

impl Shown<'_, '_> {
    fn see(self, value: Option<Value<'_>>) {
        if let Some(value) = value {
            (self.see)(self.path, value);
        }
    }
}

/// A value that JSON has itself, or one of a list.
pub(crate) trait Scalar: Clone + PartialEq + 'static {
    /// Its type, as sentences say it.
    const TYPE: &'static str;
    /// All of a list, each with the API's word for it.
    const ALL: &'static [(Self, Tree)] = &[];
    /// What is sent where none was chosen.
    const DEFAULT: Option<Self> = None;

    fn read(tree: &Tree) -> Option<Self> {
        Self::ALL.iter().find(|(_, word)| word == tree).map(|(value, _)| value.clone())
    }

    fn write(&self) -> Option<Tree> {
        Self::ALL.iter().find(|(value, _)| value == self).map(|(_, word)| word.clone())
    }
}

macro_rules! scalar {
    ($type:ty, $name:literal, $write:path: $($tree:pat => $value:expr),+) => {
        impl Scalar for $type {
            const TYPE: &'static str = $name;

            fn read(tree: &Tree) -> Option<Self> {
                match tree {
                    $($tree => $value,)+
                    _ => None,
                }
            }

            fn write(&self) -> Option<Tree> {
                Some($write(self.clone().into()))
            }
        }
    };
}

scalar!(i32, "a whole number", Tree::Integer: Tree::Integer(number) => (*number).try_into().ok());
scalar!(f64, "a number", Tree::Float: Tree::Integer(number) => Some(*number as f64), Tree::Float(number) => Some(*number));
scalar!(String, "a string", Tree::Text: Tree::Text(text) => Some(text.clone().into_owned()));

/// A scalar that no rule looks at.
pub(super) const fn scalar<V: Scalar>() -> Kind<V> {
    Kind { read: Reader::scalar::<V>, write: |value| value.cloned().or(V::DEFAULT)?.write(), show: |_, _| {} }
}

/// The id of a user or stream.
pub(super) const ID: Kind<String> = Kind { show: |id, at| at.see(id.map(|id| Value::Id(id))), ..scalar() };

pub(super) const RESOLUTION: Kind<String> =
    Kind { show: |resolution, at| at.see(resolution.map(|resolution| Value::Resolution(resolution))), ..scalar() };

pub(super) const POSITION: Kind<f64> =
    Kind { show: |position, at| at.see(position.map(|position| Value::Position(*position))), ..scalar() };

pub(super) const WIDTH: Kind<f64> = Kind { show: |width, at| show_extent('x', width, at), ..scalar() };

pub(super) const HEIGHT: Kind<f64> = Kind { show: |height, at| show_extent('y', height, at), ..scalar() };

fn show_extent(axis: char, extent: Option<&f64>, at: Shown<'_, '_>) {
    let around = at.around;
    at.see(extent.map(|extent| Value::Extent(axis, *extent, around)));
}

pub(super) const fn nested<V: Object>() -> Kind<V> {
    Kind {
        read: |reader, place| reader.object(&place.path(), place.value()?),
        write: |value| value.map(V::written),
        show: |value, at| value.into_iter().for_each(|value| value.show(at.path, at.see)),
    }
}

/// A recording of either kind. Which one it is says which keys count.
pub(super) const RECORDING: Kind<RecordingConfig> = Kind {
    read: |reader, place| {
        let at = &place.path();
        let fields = &reader.fields(at, place.value()?, CONFIG)?;
        let place = Place { at, fields, ..*place };
        let (record_type, mcu_config) = (place.of("recordType"), place.of("mcuConfig"));
        let kind = reader.scalar(&record_type);
        if record_type.value().is_none() && mcu_config.value().is_some() {
            let reason = "is read only when recordType is 2, and recordType is missing, which means 1: say which \
                          recording is meant";
            reader.violation(mcu_config.path(), codes::NOT_APPLICABLE, reason);
        }
        Some(match kind {
            Some(RecordType::Mcu) => reader.object_of::<McuRecording>(at, fields).into(),
            _ => reader.object_of::<SplitStreamRecording>(at, fields).into(),
        })
    },
    write: |config| {
        Some(match config? {
            RecordingConfig::SplitStream { recording } => recording.written(),
            RecordingConfig::Mcu { recording } => recording.written(),
        })
    },
    show: |config, at| match config {
        Some(RecordingConfig::SplitStream { recording }) => recording.show(at.path, at.see),
        Some(RecordingConfig::Mcu { recording }) => recording.show(at.path, at.see),
        None => {}
    },
};

/// The number of a layout. Its windows are read with it, because `input` counts beside the custom one only.
pub(super) const MIX_LAYOUT: Kind<Layout> = Kind {
    read: read_layout,
    write: |layout| layout.unwrap_or(&Layout::Floating).kind().write(),
    show: |layout, at| {
        let around = at.around;
        at.see(layout.map(|layout| Value::Layout(layout, around)));
    },
};

/// The windows of a custom layout.
pub(super) const INPUT: Kind<Layout> = Kind {
    read: |_, _| None,
    write: |layout| {
        let windows = Tree::List(windows_of(layout)?.iter().map(Window::written).collect());
        Some(Tree::Object(vec![(VIDEO.name.into(), windows)]))
    },
    show: |layout, at| {
        let Some(windows) = windows_of(layout) else { return };
        let path = format!("{}.{}", at.path, VIDEO.name);
        (at.see)(&path, Value::Windows(windows));
        for (index, window) in windows.iter().enumerate() {
            let path = format!("{path}[{index}]");
            window.show(&path, at.see);
            (at.see)(&path, Value::Window(index, windows));
        }
    },
};

fn windows_of(layout: Option<&Layout>) -> Option<&[Window]> {
    if let Layout::Custom { windows } = layout? { Some(windows) } else { None }
}

fn read_layout(reader: &mut Reader, place: &Place<'_>) -> Option<Layout> {
    let kind = reader.scalar(place);
    let is_unreadable = kind.is_none() && place.value().is_some();
    let input = place.of("input");
    let windows = input.value().and_then(|value| read_windows(reader, &input.path(), value));
    match kind {
        Some(LayoutKind::Custom) if input.value().is_none() => reader.missing(input.path(), input.key.allowed),
        Some(LayoutKind::Custom) => {}
        _ if windows.is_none() || is_unreadable => {}
        _ => {
            let reason = "its windows are read only by the custom layout: set mixLayout to 1 or remove input";
            reader.violation(input.path(), codes::NOT_APPLICABLE, reason);
        }
    }
    Some(match kind {
        Some(LayoutKind::Floating) => Layout::Floating,
        Some(LayoutKind::Adaptive) => Layout::Adaptive,
        Some(LayoutKind::Custom) => Layout::Custom { windows: windows.unwrap_or_default() },
        None if is_unreadable => Layout::Custom { windows: windows.unwrap_or_else(|| vec![Window::stand_in()]) },
        None => Layout::Custom { windows: windows? },
    })
}

/// The windows of an `input`, if it is an object.
fn read_windows(reader: &mut Reader, at: &str, input: &Tree) -> Option<Vec<Window>> {
    let fields = reader.fields(at, input, &[VIDEO])?;
    let path = format!("{at}.{}", VIDEO.name);
    match find(&fields, VIDEO.name) {
        Some(Tree::List(items)) => {
            let items = items.iter().enumerate();
            let window = |(index, item)| reader.object(&format!("{path}[{index}]"), item);
            return Some(items.map(window).map(|window| window.unwrap_or_else(Window::stand_in)).collect());
        }
        Some(other) => reader.wrong_type(path, VIDEO.allowed, other),
        None => reader.missing(path, format!("{} of windows", VIDEO.allowed)),
    }
    Some(Vec::new())
}

/// Who is in the main place. Both ids are read together, because neither stands alone.
pub(super) const HOST_USER: Kind<Host> = Kind {
    read: |reader, place| {
        let stream = place.of("hostStreamId");
        let ids: [Option<String>; 2] = [reader.scalar(place), reader.scalar(&stream)];
        if ids == [None, None] {
            return None;
        }
        for place in [place, &stream] {
            if place.value().is_none() {
                reader.missing(place.path(), place.key.allowed);
            }
        }
        let [user_id, stream_id] = ids.map(|id| id.unwrap_or_else(|| "?".to_owned()));
        Some(Host { user_id, stream_id })
    },
    write: |host| host?.user_id.write(),
    show: |host, at| {
        let around = at.around;
        at.see(Some(host.map_or(Value::NoHost(around), |host| Value::Id(&host.user_id))));
    },
};

pub(super) const HOST_STREAM: Kind<Host> = Kind {
    read: |_, _| None,
    write: |host| host?.stream_id.write(),
    show: |host, at| at.see(host.map(|host| Value::Id(&host.stream_id))),
};
