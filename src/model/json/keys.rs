//! The tables of the keys. A row says all there is to know of a key: what may stand there, its kind, and the fields that
//! it stands for. Reading, writing, and showing the values to the rules go by the rows alone.

use super::kinds::{
    HEIGHT, HOST_STREAM, HOST_USER, ID, INPUT, Kind, MIX_LAYOUT, POSITION, RECORDING, RESOLUTION, Scalar, See, Shown,
    WIDTH, nested, scalar,
};
use super::read::{Place, Reader, join};
use super::tree::Tree;
use crate::model::rules::Around;
use crate::model::{
    AudioFormat, Layout, LayoutUpdate, McuConfig, McuRecording, RecordType, RecordingConfig, RecordingMode, RenderMode,
    SliceLength, SplitStreamRecording, VideoFormat, Window,
};

/// The body of a start, as far as it is read: what stands around the config belongs to a call.
pub(super) struct Body {
    session_id: Option<String>,
    extra: Option<String>,
    pub config: Option<RecordingConfig>,
}

/// One key, and what it stands for in which type.
pub(super) struct Key {
    pub name: &'static str,
    /// What may stand there, as sentences say it. A list of names says it itself.
    pub allowed: &'static str,
    body: Option<Field<Body>>,
    split: Option<Field<SplitStreamRecording>>,
    mcu: Option<Field<McuRecording>>,
    update: Option<Field<LayoutUpdate>>,
    mcu_config: Option<Field<McuConfig>>,
    window: Option<Field<Window>>,
}

const NOWHERE: Key =
    Key { name: "", allowed: "", body: None, split: None, mcu: None, update: None, mcu_config: None, window: None };

pub(super) struct Field<T> {
    pub read: fn(&mut Reader, Place<'_>, &mut T),
    write: fn(&T) -> Option<Tree>,
    show: fn(&T, &str, &mut See<'_>),
}

macro_rules! key {
    ($name:literal[$allowed:literal] $($kind:expr => $($object:ident.$field:ident),+)?) => {
        Key {
            name: $name,
            allowed: $allowed,
            $($($object: Some(Field {
                read: |reader, place, object| read(reader, place, &$kind, &mut object.$field),
                write: |object| ($kind.write)((&object.$field).into()),
                show: |object, path, see| {
                    ($kind.show)((&object.$field).into(), Shown { path, around: object.around(), see });
                },
            }),)+)?
            ..NOWHERE
        }
    };
}

/// A field that has a value before anything was read is one that must be given.
fn read<V, F: From<V>>(reader: &mut Reader, place: Place<'_>, kind: &Kind<V>, field: &mut F)
where
    for<'a> Option<&'a V>: From<&'a F>,
{
    let is_required = Option::<&V>::from(&*field).is_some();
    if let Some(value) = (kind.read)(reader, &Place { is_required, ..place }) {
        *field = value.into();
    }
}

/// What stands around a config. Docs: record/start.
const BODY: &[Key] = &[
    key!("sessionId"["a string"] scalar::<String>() => body.session_id),
    key!("extra"["a string"] scalar::<String>() => body.extra),
    key!("config"["an object"] RECORDING => body.config),
];

/// The keys of a config, in the order of the documentation's table: so they are written, and so violations are found.
/// `split` and `mcu` are the two kinds of recording; what `update` has stands in a change of layout, too.
/// Docs: record/start, `config`; record/change-layout.
#[rustfmt::skip]
pub(super) const CONFIG: &[Key] = &[
    key!("recordType"["1 (split-stream) or 2 (MCU)"]),
    key!("mode"["0 to 6"] scalar::<RecordingMode>() => split.mode),
    key!("videoResolution"["a string"] RESOLUTION => split.video_resolution),
    key!("videoFormat"[""] scalar::<VideoFormat>() => split.video_format, mcu.video_format),
    key!("audioFormat"[""] scalar::<AudioFormat>() => split.audio_format, mcu.audio_format),
    key!("mixLayout"["1 (custom), 2 (floating) or 3 (adaptive)"] MIX_LAYOUT => split.layout, update.layout),
    key!("sliceMin"["30, 60, 90 or 120 minutes"] scalar::<SliceLength>() => split.slice_length, mcu.slice_length),
    key!("renderMode"["1 (fill) or 2 (fit)"] scalar::<RenderMode>() => split.render_mode, mcu.render_mode, update.render_mode),
    key!("hostUserId"["the host whose stream hostStreamId names"] HOST_USER => split.host, update.host),
    key!("hostStreamId"["the stream of hostUserId"] HOST_STREAM => split.host, update.host),
    key!("input"["the custom layout's windows"] INPUT => split.layout, update.layout),
    key!("mcuConfig"["an object"] nested::<McuConfig>() => mcu.mcu_config),
];

/// The one key of `input`.
pub(super) const VIDEO: Key = key!("video"["an array"]);

/// Docs: record/start, `config.mcuConfig`.
const MCU_CONFIG: &[Key] = &[
    key!("mode"["a number of 32 bits"] scalar::<i32>() => mcu_config.mode),
    key!("videoResolution"["a string"] RESOLUTION => mcu_config.video_resolution),
];

/// Docs: record/start, `config.input.video`.
const WINDOW: &[Key] = &[
    key!("userId"["a string"] ID => window.user_id),
    key!("streamId"["a string"] ID => window.stream_id),
    key!("x"["a fraction of the canvas"] POSITION => window.x),
    key!("y"["a fraction of the canvas"] POSITION => window.y),
    key!("width"["a fraction of the canvas"] WIDTH => window.width),
    key!("height"["a fraction of the canvas"] HEIGHT => window.height),
];

/// What the API has as an object.
pub(super) trait Object: Sized + 'static {
    const KEYS: &'static [Key];
    const RECORD_TYPE: Option<RecordType> = None;

    fn field(key: &'static Key) -> Option<&'static Field<Self>>;

    /// A valid one to go on with, in which what can be read takes its place.
    fn stand_in() -> Self;

    /// What the rules see around its values.
    fn around(&self) -> Around<'_> {
        Around::Other
    }

    fn fields() -> impl Iterator<Item = (&'static Key, &'static Field<Self>)> {
        Self::KEYS.iter().filter_map(|key| Some((key, Self::field(key)?)))
    }

    /// What is sent of it.
    fn written(&self) -> Tree {
        let record_type = Self::RECORD_TYPE.and_then(|record_type| Some(("recordType", record_type.write()?)));
        let written = Self::fields().filter_map(|(key, field)| Some((key.name, (field.write)(self)?)));
        Tree::Object(record_type.into_iter().chain(written).map(|(name, value)| (name.into(), value)).collect())
    }

    /// Shows all its values, in order.
    fn show(&self, at: &str, see: &mut See<'_>) {
        for (key, field) in Self::fields() {
            (field.show)(self, &join(at, key.name), see);
        }
    }
}

macro_rules! object {
    ($object:ident in $keys:ident: $type:ident, $stand_in:expr $(, $around:path)? $(; $record_type:expr)?) => {
        impl Object for $type {
            const KEYS: &'static [Key] = $keys;
            $(const RECORD_TYPE: Option<RecordType> = Some($record_type);)?

            fn field(key: &'static Key) -> Option<&'static Field<Self>> {
                key.$object.as_ref()
            }

            fn stand_in() -> Self {
                $stand_in
            }

            $(fn around(&self) -> Around<'_> {
                $around(self)
            })?
        }
    };
}

const FORMATS: (VideoFormat, AudioFormat, SliceLength) = (VideoFormat::Mp4, AudioFormat::Aac, SliceLength::Minutes60);

object!(body in BODY: Body, Self { session_id: None, extra: None, config: None });
object!(split in CONFIG: SplitStreamRecording, Self::new(FORMATS.0, FORMATS.1, FORMATS.2), Around::Start; RecordType::SplitStream);
object!(mcu in CONFIG: McuRecording, Self::new(FORMATS.0, FORMATS.1, FORMATS.2); RecordType::Mcu);
object!(update in CONFIG: LayoutUpdate, Self::new(Layout::Floating), Around::Update);
object!(mcu_config in MCU_CONFIG: McuConfig, Self { mode: None, video_resolution: "?".to_owned() });
object!(window in WINDOW: Window, Self::new("?", "?", (0.0, 0.0), (1.0, 1.0)), Around::Window);

#[cfg(test)]
mod tests {
    use super::CONFIG;

    #[test]
    fn every_key_stands_on_the_page_about_the_service() {
        let page = include_str!("../../../docs/service.md");
        for name in CONFIG.iter().map(|key| key.name) {
            let is_told = [format!("`config.{name}"), format!("`{name}`")].iter().any(|told| page.contains(told));
            assert!(is_told, "{name}");
        }
    }
}
