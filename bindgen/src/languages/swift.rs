//! Swift: names, types and values as it spells them, and its files.

use std::sync::Arc;

use heck::{ToLowerCamelCase, ToSnakeCase, ToUpperCamelCase};
use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, context};

use super::{Language, Template};
use crate::docs::Spelling;
use crate::surface::{Record, Surface};
use crate::template;

/// Swift.
pub struct Swift;

const TEMPLATES: &[Template] = &[
    template!("swift/macros.jinja"),
    template!("swift/RongCloudRecordingFFI.h.jinja" => "RongCloudRecordingFFI/include/RongCloudRecordingFFI.h"),
    template!("swift/module.modulemap.jinja" => "RongCloudRecordingFFI/include/module.modulemap"),
    template!("swift/Data.swift.jinja" => "RongCloudRecording/Generated/Data.swift"),
    template!("swift/Errors.swift.jinja" => "RongCloudRecording/Generated/Errors.swift"),
    template!("swift/Objects.swift.jinja" => "RongCloudRecording/Generated/Objects.swift"),
    template!("swift/Operations.swift.jinja" => "RongCloudRecording/Generated/Operations.swift"),
    template!("swift/Dispatch.swift.jinja" => "Dispatch.swift"),
];

/// What reads better than Rust's own name with plain labels: a function's place and name, an argument's label and name.
const SPELLED: &[(&str, &str)] = &[
    ("StartInRoom", "start"),
    ("StartInRoom.room_id", "inRoom roomId"),
    ("start_in_room", "start(inRoom:profile:)"),
    ("UpdateLayout.recording", "of recording"),
    ("UpdateLayout.layout", "to layout"),
    ("Stop.recording", "_ recording"),
    ("QueryRoom.room_id", "_ roomId"),
    ("Take.request", "_ request"),
    ("TakeRoomEvent.request", "_ request"),
    ("Get.session_id", "_ sessionId"),
    ("NextChange.session_id", "of sessionId"),
    ("WaitUntilUploaded.session_id", "_ sessionId"),
    ("Resolve.session_id", "_ sessionId"),
    ("Resolve.resolution", "as resolution"),
    ("NativeLedger.keep_up.interval", "every interval"),
    ("RecordingProfile.new.config", "_ config"),
    ("RecordingProfile.to_json", "json"),
    ("RecordingProfile.to_svg", "svg"),
    ("CallbackReceiver.verify_recording_event.request", "_ request"),
    ("CallbackReceiver.verify_room_event.request", "_ request"),
    ("RecordingTracker.restore.snapshot", "restoring snapshot"),
    ("RecordingTracker.requested.started", "_ started"),
    ("RecordingTracker.requested.at", "at time"),
    ("RecordingTracker.record.event", "_ event"),
    ("RecordingTracker.merge.other", "_ other"),
    ("RecordingTracker.state.now", "at time"),
    ("signature", "RecordingClient.signature"),
    ("parse_recording_event", "RecordingEvent.init"),
    ("parse_recording_event.body", "unverified body"),
    ("parse_room_event", "RoomEvent.init"),
    ("parse_room_event.body", "unverified body"),
    ("grid_layout", "Layout.grid"),
    ("grid_layout.streams", "_ streams"),
    ("spotlight_layout", "Layout.spotlight"),
    ("spotlight_layout.main", "_ main"),
    ("side_by_side_layout", "Layout.sideBySide"),
    ("side_by_side_layout.streams", "_ streams"),
    ("picture_in_picture_layout", "Layout.pictureInPicture"),
    ("picture_in_picture_layout.main", "_ main"),
];
/// Functions that users have as a part of something else.
const WITHIN: &[(&str, &str)] = &[
    ("check_replay", "ReceivedCallback.checkReplay"),
    ("completed", "RecordingError.init"),
    ("completed_refusal", "CallbackRefused.init"),
];
/// Whose methods the operations are.
const CLIENT: &str = "RecordingClient";
const LEDGER: &str = "RecordingLedger";
/// Arguments whose fields are given one by one, always or also.
const SPREAD: &[&str] = &["UpdateLayout.update"];
const ONE_BY_ONE: &[&str] =
    &["NativeClient.of_keys.options", "NativeLedger.new.options", "CallbackReceiver.new.options"];
/// Arguments that users don't give.
const FIXED: &[(&str, &str)] = &[("NativeClient.of_keys.language", "\"swift\"")];
/// Arguments that stand first.
const FIRST: &[&str] = &["RecordingTracker.state.now"];
/// What is also taken in place of a type, whose fields it has.
const ALSO_TAKEN: &[(&str, &str)] = &[("RecordingTarget", "StartedRecording")];
/// What need not be looked at: an answer, or what a method returns.
const DISCARDABLE: &[&str] = &["Acknowledged", "TakenEvent", "LedgerEntry", "RecordingTracker.record"];
/// Objects that never change: what their methods tell is read once, and stands in properties.
const UNCHANGING: &[&str] = &["RecordingProfile"];
/// Types of the boundary that users see all the same, and members of types that they see but for these.
const SHOWN: &[&str] = &["LogLevel", "LogRecord", "LogField", "NativeClient", "NativeLedger"];
const INNER: &[&str] = &[
    "NativeClient.new",
    "NativeClient.begin",
    "NativeClient.shut_down",
    "NativeLedger.begin",
    "NativeLedger.shut_down",
    "NativeLedger.is_closed",
    "CallbackReceiver.recording_event",
    "CallbackReceiver.room_event",
];
/// Types with a name of Swift's own.
const NAMED: &[(&str, &str)] = &[
    ("Span", "Duration"),
    ("Timestamp", "Date"),
    ("CallbackError", "CallbackRefused"),
    ("NativeClient", CLIENT),
    ("NativeLedger", LEDGER),
];
/// The kinds of type that have a name of their own.
const DECLARED: &[&str] = &["record", "flat_enum", "enum", "object", "custom"];
/// Data that only the library makes, all of it at once.
const COMPLETED: &[&str] = &["CallbackRefused"];
/// Fields that may hold a password.
const SECRET: &[&str] =
    &["ClientOptions.api_url", "ClientOptions.backup_api_url", "ClientOptions.proxy", "LedgerOptions.store"];
/// Records whose figures are printed on a line each: on one, nobody finds any.
const IN_LINES: &[&str] = &["ClientStatistics", "LedgerStatistics"];
const KEYWORDS: &[&str] =
    &["as", "case", "default", "extension", "in", "init", "internal", "is", "protocol", "repeat", "self"];

fn found<'a>(table: &'a [(&str, &str)], key: &str) -> Option<&'a str> {
    table.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
}

/// What a table has for a key, or else something plain.
fn found_or(table: &[(&str, &str)], key: &str, plain: impl FnOnce() -> String) -> String {
    found(table, key).map_or_else(plain, str::to_owned)
}

fn text(value: &Value, key: &str) -> String {
    value.get_attr(key).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

fn inner(ty: &Value) -> Value {
    ty.get_attr("inner").unwrap_or_default()
}

fn type_name(name: &str) -> String {
    found(NAMED, name).unwrap_or(name).to_owned()
}

/// In backticks where it would be a word of the language.
fn name(given: &str) -> String {
    let name = given.to_lower_camel_case();
    if KEYWORDS.contains(&name.as_str()) { format!("`{name}`") } else { name }
}

/// A constant's value.
fn literal(value: Value) -> String {
    match value.get_attr("value") {
        Ok(it) if it.kind() == ValueKind::String => format!("{:?}", it.as_str().unwrap_or_default()),
        Ok(it) => it.to_string(),
        Err(_) => String::new(),
    }
}

/// `R640X480` becomes `r640x480`, and `NOT_FOUND` `notFound`.
fn constant(given: &str) -> String {
    if given.contains('_') { given.to_lower_camel_case() } else { given.to_lowercase() }
}

fn swift_type(ty: Value) -> String {
    match text(&ty, "kind").as_str() {
        "bool" => "Bool".to_owned(),
        "string" => "String".to_owned(),
        "bytes" => "Data".to_owned(),
        "f64" => "Double".to_owned(),
        "optional" => format!("{}?", swift_type(inner(&ty))),
        "list" | "packed" => format!("[{}]", swift_type(inner(&ty))),
        kind if DECLARED.contains(&kind) => type_name(&text(&ty, "name")),
        // Swift counts in Int; what doesn't fit is clamped on its way to the library, whose ranges end far below.
        _ => "Int".to_owned(),
    }
}

/// How a value is read from a reader or, where there is one, written by a writer.
fn coded(ty: Value, coder: &str, value: Option<&str>) -> String {
    let kind = text(&ty, "kind");
    let written = value.unwrap_or_default();
    match (kind.as_str(), value) {
        ("optional" | "list" | "packed", None) => format!("{coder}.{kind} {{ try {} }}", coded(inner(&ty), "$0", None)),
        ("optional" | "list" | "packed", _) => {
            format!("{coder}.{kind}({written}) {{ {} }}", coded(inner(&ty), "$0", Some("$1")))
        }
        (kind, None) if DECLARED.contains(&kind) => format!("{}(reading: &{coder})", type_name(&text(&ty, "name"))),
        (kind, _) if DECLARED.contains(&kind) => format!("{written}.write(to: &{coder})"),
        ("string", _) => format!("{coder}.text({written})"),
        _ => format!("{coder}.{kind}({written})"),
    }
}

/// The type in C of what crosses by itself.
fn c_type(ty: Value) -> String {
    match text(&ty, "kind").as_str() {
        "bool" => "int8_t".to_owned(),
        "f64" => "double".to_owned(),
        "object" => "uint64_t".to_owned(),
        "custom" => c_type(inner(&ty)),
        kind @ ("i32" | "i64") => format!("int{}_t", &kind[1..]),
        _ => "RustBuffer".to_owned(),
    }
}

/// An argument as it crosses.
fn lower(ty: Value, value: &str) -> String {
    let kind = text(&ty, "kind");
    match kind.as_str() {
        "bool" => format!("{value} ? 1 : 0"),
        "string" => format!("RustBuffer({value})"),
        "object" => format!("{value}.cloned()"),
        "custom" if c_type(ty.clone()) != "RustBuffer" => format!("{value}.carried"),
        "f64" => value.to_owned(),
        _ if c_type(ty.clone()) == "RustBuffer" => format!("RustBuffer {{ {} }}", coded(ty, "$0", Some(value))),
        number => format!("Int{}(clamping: {value})", &number[1..]),
    }
}

/// What a function's answer becomes.
fn lift(ty: Value) -> String {
    match text(&ty, "kind").as_str() {
        "bool" => "$0 != 0".to_owned(),
        "string" => "$0.text()".to_owned(),
        "object" => format!("{}(handle: $0)", type_name(&text(&ty, "name"))),
        _ if c_type(ty.clone()) == "RustBuffer" => format!("try $0.read {{ try {} }}", coded(ty, "$0", None)),
        _ => format!("{}($0)", swift_type(ty)),
    }
}

fn default(field: &Value) -> String {
    let Ok(default) = field.get_attr("default") else { return String::new() };
    let value = text(&default, "value");
    match text(&default, "kind").as_str() {
        "absent" => " = nil".to_owned(),
        "empty" => " = []".to_owned(),
        "of_type" => match swift_type(field.get_attr("ty").unwrap_or_default()) {
            list if list.starts_with('[') => " = []".to_owned(),
            span if span == "Duration" => " = .zero".to_owned(),
            named => format!(" = {named}()"),
        },
        "bool" => format!(" = {}", default.get_attr("value").is_ok_and(|it| it.is_true())),
        "number" => format!(" = {value}"),
        "text" => format!(" = {value:?}"),
        "variant" => format!(" = .{}", name(&value)),
        _ => String::new(),
    }
}

/// An argument's label and name.
fn spelled_argument(path: &str, argument: &str) -> String {
    found_or(SPELLED, &format!("{path}.{argument}"), || name(argument))
}

/// The arguments of what stands at a path: each with its label, and with its type as parameters have it.
fn parameters(path: &str, arguments: &Value, is_other: bool, surface: &Surface) -> Result<Vec<Value>, Error> {
    let mut all = Vec::new();
    for argument in arguments.try_iter()? {
        let own_path = format!("{path}.{}", text(&argument, "name"));
        let ty = argument.get_attr("ty")?;
        let is_one_by_one = ONE_BY_ONE.contains(&own_path.as_str());
        if found(FIXED, &own_path).is_some() {
            continue;
        }
        if SPREAD.contains(&own_path.as_str()) || (is_one_by_one && is_other) {
            let record = record(&text(&ty, "name"), surface)?;
            all.extend(parameters(path, &Value::from_serialize(&record.fields), is_other, surface)?);
            continue;
        }
        let spelled = spelled_argument(path, &text(&argument, "name"));
        let own = spelled.rsplit(' ').next().unwrap_or_default().to_owned();
        let other = if is_other { found(ALSO_TAKEN, &text(&ty, "name")) } else { None };
        let shown = match (text(&ty, "kind").as_str(), other) {
            (_, Some(other)) => other.to_owned(),
            ("bytes", _) => "some Sequence<UInt8>".to_owned(),
            _ => swift_type(ty),
        };
        // Without settings, those that are given one by one are meant.
        let default = if is_one_by_one { String::new() } else { default(&argument) };
        let parameter = context! {
            declared => format!("{spelled}: {shown}{default}"),
            name => own, rust => text(&argument, "name"), docs => text(&argument, "docs"),
        };
        let place = if FIRST.contains(&own_path.as_str()) { 0 } else { all.len() };
        all.insert(place, parameter);
    }
    Ok(all)
}

fn record<'a>(name: &str, surface: &'a Surface) -> Result<&'a Record, Error> {
    let found = surface.records.iter().find(|it| it.name == name);
    found.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, format!("there is no record {name}")))
}

/// The kind of operation that errors name for a request: that of its name, or the one that its name begins with.
fn operation_kind(request: &str, surface: &Surface) -> String {
    let kinds = surface.enums.iter().filter(|it| it.origin == "OperationKind").flat_map(|it| &it.variants);
    let fitting = kinds.map(|it| it.name.to_snake_case()).filter(|it| request.to_snake_case().starts_with(it.as_str()));
    name(&fitting.max_by_key(String::len).unwrap_or_default())
}

impl Language for Swift {
    fn templates(&self) -> &'static [Template] {
        TEMPLATES
    }

    fn add_filters(&self, environment: &mut Environment<'static>, surface: &Arc<Surface>) {
        environment.add_filter("name", |it: &str| name(it));
        environment.add_filter("constant", |it: &str| constant(it));
        environment.add_filter("begun_small", |text: &str| {
            let mut letters = text.chars();
            // Not where a name or an abbreviation begins.
            let is_word = text.chars().nth(1).is_none_or(|second| second.is_lowercase() || second == ' ');
            let first = letters.next().map(|first| if is_word { first.to_ascii_lowercase() } else { first });
            first.into_iter().chain(letters).collect::<String>()
        });
        environment.add_filter("literal", literal);
        environment.add_filter("type", swift_type);
        environment.add_filter("type_name", |it: &str| type_name(it));
        environment.add_filter("read", |ty: Value, reader: &str| coded(ty, reader, None));
        environment.add_filter("write", |ty: Value, value: &str, writer: &str| coded(ty, writer, Some(value)));
        environment.add_filter("c_type", c_type);
        environment.add_filter("lower", lower);
        environment.add_filter("lift", lift);
        environment.add_filter("default", |field: Value| default(&field));
        environment.add_filter("spelled", |path: &str| {
            found_or(SPELLED, path, || name(path.rsplit('.').next().unwrap_or_default()))
        });
        environment.add_global("ALSO_TAKEN", ALSO_TAKEN.iter().map(|pair| vec![pair.0, pair.1]).collect::<Vec<_>>());
        for (name, table) in [
            ("SPREAD", SPREAD),
            ("ONE_BY_ONE", ONE_BY_ONE),
            ("INNER", INNER),
            ("DISCARDABLE", DISCARDABLE),
            ("SHOWN", SHOWN),
            ("UNCHANGING", UNCHANGING),
            ("COMPLETED", COMPLETED),
            ("SECRET", SECRET),
            ("IN_LINES", IN_LINES),
        ] {
            environment.add_global(name, table.to_vec());
        }
        environment.add_filter("own_name", |argument: &str, path: &str| {
            let own = || spelled_argument(path, argument).rsplit(' ').next().unwrap_or_default().to_owned();
            found_or(FIXED, &format!("{path}.{argument}"), own)
        });
        environment.add_function("others", |path: &str, arguments: Value| {
            let is_other = |argument: Value| {
                let ty = argument.get_attr("ty").unwrap_or_default();
                let own_path = format!("{path}.{}", text(&argument, "name"));
                found(ALSO_TAKEN, &text(&ty, "name")).is_some() || ONE_BY_ONE.contains(&own_path.as_str())
            };
            let has_other = arguments.try_iter().into_iter().flatten().any(is_other);
            if has_other { vec![false, true] } else { vec![false] }
        });
        let of = surface.clone();
        environment.add_function("parameters", move |path: &str, arguments: Value, is_other: Option<bool>| {
            parameters(path, &arguments, is_other.unwrap_or_default(), &of)
        });
        let of = surface.clone();
        environment.add_function("record", move |name: &str| record(name, &of).map(Value::from_serialize));
        let of = surface.clone();
        environment.add_filter("passed_on", move |record_name: &str| {
            let fields = &record(record_name, &of)?.fields;
            let passed = fields.iter().map(|field| name(&field.name)).map(|name| format!("{name}: {name}"));
            Ok::<_, Error>(passed.collect::<Vec<_>>().join(", "))
        });
        let of = surface.clone();
        environment.add_filter("operation_kind", move |request: &str| operation_kind(request, &of));
    }
}

impl Spelling for Swift {
    fn type_link(&self, name: &str) -> String {
        // By this name the documentation means the header.
        if name == "Timestamp" { format!("`{name}`") } else { format!("``{}``", type_name(name)) }
    }

    fn member_link(&self, owner: &str, member: &str) -> String {
        let path =
            if [CLIENT, LEDGER].contains(&owner) { member.to_upper_camel_case() } else { format!("{owner}.{member}") };
        let is_constant = !member.contains(char::is_lowercase);
        let plain = || if is_constant { constant(member) } else { name(member) };
        format!("`{}.{}`", type_name(owner), found_or(SPELLED, &path, plain))
    }

    fn function_link(&self, name: &str) -> String {
        format!("`{}`", found_or(SPELLED, name, || found_or(WITHIN, name, || name.to_lower_camel_case())))
    }

    fn failure(&self, kind: &str) -> String {
        format!("``RecordingError/{}(_:)``", kind.to_lower_camel_case())
    }

    fn refusal(&self) -> String {
        "``CallbackRefused``".to_owned()
    }

    fn plain(&self, name: &str) -> String {
        found_or(SPELLED, name, || name.to_lower_camel_case())
    }
}
