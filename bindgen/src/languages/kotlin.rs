//! Kotlin: names, types and values as it spells them, and its files.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use heck::{ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, ErrorKind};
use regex::{Captures, Regex};

use super::{Language, Template};
use crate::docs::{self, Spelling, Subject};
use crate::surface::{Callable, Kind, Surface, Type};
use crate::template;

/// Kotlin.
pub struct Kotlin;

const TEMPLATES: &[Template] = &[
    template!("kotlin/macros.jinja"),
    template!("kotlin/calls.jinja"),
    template!("kotlin/functions.jinja"),
    template!("kotlin/Data.kt.jinja" => "rongcloud/recording/Data.kt"),
    template!("kotlin/Errors.kt.jinja" => "rongcloud/recording/RecordingException.kt"),
    template!("kotlin/Client.kt.jinja" => "rongcloud/recording/RecordingClient.kt"),
    template!("kotlin/Ledger.kt.jinja" => "rongcloud/recording/RecordingLedger.kt"),
    template!("kotlin/Objects.kt.jinja" => "rongcloud/recording/Objects.kt"),
    template!("kotlin/Receiver.kt.jinja" => "rongcloud/recording/CallbackReceiver.kt"),
    template!("kotlin/Callbacks.kt.jinja" => "rongcloud/recording/Callbacks.kt"),
    template!("kotlin/Signatures.kt.jinja" => "rongcloud/recording/Signatures.kt"),
    template!("kotlin/Codec.kt.jinja" => "rongcloud/recording/internal/Codec.kt"),
    template!("kotlin/Library.kt.jinja" => "rongcloud/recording/internal/Library.kt"),
];

/// What is known of a failure beside what its class says: Java's exceptions have a `cause` already.
const RENAMED: &[(&str, &str)] = &[
    ("RecordingError", "RecordingException"),
    ("CallbackError", "CallbackRefusedException"),
    ("AsyncRecordingClient", "RecordingClient"),
];

/// Words of the API for what Rust names otherwise: a text that is no text is told by them.
const PIECES: &[(&str, &str, &str)] = &[
    ("", "room_id", "Room-Id"),
    ("Host", "user_id", "hostUserId"),
    ("Host", "stream_id", "hostStreamId"),
    ("Layout", "windows", "input.video"),
    ("SplitStreamRecording", "layout", ""),
    ("SplitStreamRecording", "host", ""),
    ("LayoutUpdate", "layout", ""),
    ("LayoutUpdate", "host", ""),
    ("RecordingConfig", "recording", ""),
    ("Request", "recording", ""),
    ("Request", "update", ""),
    ("LedgerRequest", "recording", ""),
    ("LedgerRequest", "request", ""),
];

/// How documentation of calls tells of a callback that is refused: as the first of what can go wrong.
const ALSO_REFUSED: &str = "a callback error ";
/// When a callback is refused, where the documentation names the exception alone.
const UNBELIEVABLE: &str = "for a callback that must not be trusted; its reason says why";

#[allow(clippy::unwrap_used, reason = "the patterns are constant")]
static ABSENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\bAbsent\b").unwrap());
#[allow(clippy::unwrap_used, reason = "the patterns are constant")]
static ABSENT_IF: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(^|\s)Absent\s+if\s[^.]*\.").unwrap());

#[allow(clippy::unwrap_used, reason = "the pattern is constant")]
static SNAKE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"`([a-z]+(?:_[a-z0-9]+)+)`").unwrap());

#[allow(clippy::unwrap_used, reason = "the patterns are constant")]
static BLANK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\n[ \n]*\n\n").unwrap());
#[allow(clippy::unwrap_used, reason = "the patterns are constant")]
static BEFORE_END: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\n\n( *[})])").unwrap());
#[allow(clippy::unwrap_used, reason = "the patterns are constant")]
static EMPTY: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"([^\n]*) \{\n *\}\n").unwrap());

impl Language for Kotlin {
    fn templates(&self) -> &'static [Template] {
        TEMPLATES
    }

    fn add_filters(&self, environment: &mut Environment<'static>, surface: &Arc<Surface>) {
        environment.add_filter("tidy", |text: String| tidy(&text));
        environment.add_filter("type", |ty: Value| type_of(&ty));
        environment.add_filter("read", |ty: Value| read(&ty));
        environment.add_filter("write", |ty: Value, value: String, piece: String| write(&ty, &value, &piece));
        // The same function, where arguments and outcome lie in memory: it is passed two addresses.
        environment.add_filter("in_memory", |symbol: &str| uniffi_meta::ffi_buffer_symbol_name(symbol));
        environment.add_filter("initial", |field: Value| initial(&field));
        environment
            .add_filter("piece", |field: String, owner: String, is_setting: bool| piece(&field, &owner, is_setting));
        environment.add_global("written", Value::from_serialize(written(surface)));
        environment.add_global("told", Value::from_serialize(told(surface)));
        let surface = surface.clone();
        environment.add_filter("kdoc", move |docs: String, options: Kwargs| kdoc(&docs, &options, &surface));
    }
}

/// The types that are carried into the library.
fn written(surface: &Surface) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let records = surface.records.iter().filter(|it| !it.methods.is_empty());
    records.for_each(|it| reach(&Type { kind: Kind::Record, name: it.name.clone(), inner: None }, surface, &mut found));
    callables(surface).flat_map(|it| &it.arguments).for_each(|it| reach(&it.ty, surface, &mut found));
    found
}

/// The types that are carried out of the library.
fn told(surface: &Surface) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    callables(surface).flat_map(|it| it.returns.iter().chain(&it.throws)).for_each(|it| reach(it, surface, &mut found));
    found
}

fn callables(surface: &Surface) -> impl Iterator<Item = &Callable> {
    let of_objects = surface.objects.iter().flat_map(|it| it.constructors.iter().chain(&it.methods));
    of_objects.chain(surface.records.iter().flat_map(|it| &it.methods)).chain(&surface.functions)
}

/// Adds a type and all that it is made of.
fn reach(ty: &Type, surface: &Surface, found: &mut BTreeSet<String>) {
    if let Some(inner) = &ty.inner {
        reach(inner, surface, found);
    }
    if matches!(ty.kind, Kind::Record | Kind::Enum) && found.insert(ty.name.clone()) {
        let records = surface.records.iter().filter(|it| it.name == ty.name).flat_map(|it| &it.fields);
        let variants = surface.enums.iter().filter(|it| it.name == ty.name).flat_map(|it| &it.variants);
        records.chain(variants.flat_map(|it| &it.fields)).for_each(|it| reach(&it.ty, surface, found));
    }
}

/// Part of a type as templates see it.
fn part(value: &Value, name: &str) -> Result<Value, Error> {
    value.get_attr(name)
}

fn text(value: &Value, name: &str) -> Result<String, Error> {
    Ok(part(value, name)?.as_str().unwrap_or_default().to_owned())
}

fn unknown(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("Kotlin has no {what}"))
}

/// A type as users see it.
fn type_of(ty: &Value) -> Result<String, Error> {
    let inner = || type_of(&part(ty, "inner")?);
    let name = text(ty, "name")?;
    Ok(match text(ty, "kind")?.as_str() {
        "bool" => "Boolean".to_owned(),
        "i32" => "Int".to_owned(),
        "i64" => "Long".to_owned(),
        "f64" => "Double".to_owned(),
        "string" => "String".to_owned(),
        "bytes" => "ByteArray".to_owned(),
        "optional" => inner()? + "?",
        "list" | "packed" => format!("List<{}>", inner()?),
        "enum" if name == "Reply" => "Any".to_owned(),
        "record" | "flat_enum" | "enum" => name,
        "object" if is_public_object(&name) => name,
        "object" => "Handle".to_owned(),
        "custom" if name == "Span" => "java.time.Duration".to_owned(),
        "custom" if name == "Timestamp" => "java.time.Instant".to_owned(),
        "custom" => inner()?,
        kind => return Err(unknown(kind)),
    })
}

/// Whether users have it as a class that does nothing but call it.
fn is_public_object(name: &str) -> bool {
    !matches!(name, "NativeClient" | "NativeLedger" | "CompletionQueue" | "CallbackReceiver")
}

/// Reads a value of the type from a `Reader`.
fn read(ty: &Value) -> Result<String, Error> {
    let inner = || read(&part(ty, "inner")?);
    let name = text(ty, "name")?;
    Ok(match text(ty, "kind")?.as_str() {
        "bool" => "bool()".to_owned(),
        "i32" => "int()".to_owned(),
        "i64" => "long()".to_owned(),
        "f64" => "double()".to_owned(),
        "string" => "text()".to_owned(),
        "bytes" => "bytes()".to_owned(),
        "optional" => format!("optional {{ {} }}", inner()?),
        kind @ ("list" | "packed") => format!("{kind} {{ {} }}", inner()?),
        "flat_enum" => format!("{name}.entries[int() - 1]"),
        "record" | "enum" => format!("read{name}()"),
        "custom" if name == "Span" => "span()".to_owned(),
        "custom" if name == "Timestamp" => "time()".to_owned(),
        "custom" => inner()?,
        kind => return Err(unknown(kind)),
    })
}

/// Writes a value of the type to a `Writer`. The piece says where it stands, for texts that can't be written.
fn write(ty: &Value, value: &str, piece: &str) -> Result<String, Error> {
    let inner = |piece| write(&part(ty, "inner")?, "it", piece);
    let name = text(ty, "name")?;
    Ok(match text(ty, "kind")?.as_str() {
        "bool" => format!("bool({value})"),
        "i32" => format!("int({value})"),
        "i64" => format!("long({value})"),
        "f64" => format!("double({value})"),
        "string" => format!("text({value}, \"{piece}\")"),
        "bytes" => format!("bytes({value})"),
        "optional" => format!("optional({value}) {{ {} }}", inner(piece)?),
        kind @ ("list" | "packed") => format!("{kind}({value}, \"{piece}\") {{ {} }}", inner("")?),
        "flat_enum" => format!("int({value}.ordinal + 1)"),
        "record" | "enum" if piece.is_empty() => format!("write({value})"),
        "record" | "enum" => format!("within(\"{piece}\") {{ write({value}) }}"),
        "object" if is_public_object(&name) => format!("handle({value}.handle)"),
        "object" => format!("handle({value})"),
        "custom" if name == "Span" => format!("span({value})"),
        "custom" if name == "Timestamp" => format!("time({value})"),
        "custom" => write(&part(ty, "inner")?, value, piece)?,
        kind => return Err(unknown(kind)),
    })
}

/// A field's name as violations have it. Settings are named as Rust names them, whatever the language.
fn piece(field: &str, owner: &str, is_setting: bool) -> String {
    let known = PIECES.iter().find(|(of, name, _)| *name == field && (*of == owner || of.is_empty() && !is_setting));
    match known {
        Some((_, _, piece)) => (*piece).to_owned(),
        None if is_setting => field.to_owned(),
        None => field.to_lower_camel_case(),
    }
}

/// ` = VALUE` for what need not be given.
fn initial(field: &Value) -> Result<String, Error> {
    let value = part(field, "default")?;
    if value.is_none() {
        return Ok(String::new());
    }
    let ty = || type_of(&part(field, "ty")?);
    let given = || part(&value, "value").map(|it| it.to_string());
    Ok(match text(&value, "kind")?.as_str() {
        "absent" => " = null".to_owned(),
        "empty" => " = emptyList()".to_owned(),
        "of_type" if ty()? == "java.time.Duration" => " = java.time.Duration.ZERO".to_owned(),
        "of_type" if ty()?.starts_with("List<") => " = emptyList()".to_owned(),
        "of_type" => format!(" = {}()", ty()?),
        "text" => format!(" = \"{}\"", given()?),
        "variant" => format!(" = {}.{}", ty()?.trim_end_matches('?'), given()?.to_shouty_snake_case()),
        _ => format!(" = {}", given()?.to_lowercase()),
    })
}

/// A documentation comment, indented: `indent`, `owner`, `is_callback`, `params` (fields or arguments that have
/// documentation), `notes` (further paragraphs), `raises` (false where nothing is to be said of errors), `is_sure` (true
/// where a value that may be absent elsewhere never is).
fn kdoc(docs: &str, options: &Kwargs, surface: &Surface) -> Result<String, Error> {
    let indent = " ".repeat(options.get::<Option<usize>>("indent")?.unwrap_or_default());
    let owner: Option<String> = options.get("owner")?;
    let is_callback = options.get::<Option<bool>>("is_callback")? == Some(true);
    let notes: Vec<String> = options.get::<Option<Vec<String>>>("notes")?.unwrap_or_default();
    let params: Vec<Value> = options.get::<Option<Vec<Value>>>("params")?.unwrap_or_default();
    let raises = options.get::<Option<bool>>("raises")? != Some(false);
    let is_sure = options.get::<Option<bool>>("is_sure")? == Some(true);
    options.assert_all_used()?;
    let subject = Subject { owner: owner.as_deref().unwrap_or_default(), is_callback };
    let given = if is_sure { ABSENT_IF.replace_all(docs, "") } else { docs.into() };
    let doc = docs::read(&given, subject, surface, &Kotlin);
    let mut parts = vec![doc.summary.clone()];
    parts.extend(doc.paragraphs);
    parts.extend(notes);
    let mut tags = Vec::new();
    for param in &params {
        let name = text(param, "name")?;
        let told = docs::read(&text(param, "docs")?, subject, surface, &Kotlin);
        let own = doc.arguments.iter().find(|(argument, _)| *argument == name).map(|(_, text)| text.clone());
        let told = own.unwrap_or_else(|| [vec![told.summary], told.paragraphs].concat().join(" "));
        if !told.is_empty() {
            tags.push(format!("- @param {} {}", name.to_lower_camel_case(), lower_first(&told)));
        }
    }
    if raises && !doc.errors.is_empty() && !doc.errors.starts_with("none ") {
        let exception = if is_callback { REFUSED } else { "RecordingException" };
        let mut errors = doc.errors.as_str();
        if let Some((refused, others)) = errors.strip_prefix(ALSO_REFUSED).and_then(|it| it.split_once("; ")) {
            tags.push(format!("- @throws {REFUSED} {refused}"));
            errors = others;
        }
        let told = lower_first(errors);
        let told = if told == Kotlin.refusal() { UNBELIEVABLE } else { &told };
        tags.push(format!("- @throws {exception} {told}"));
    }
    parts.push(tags.join("\n"));
    parts.retain(|part| !part.is_empty());
    let spelt = |found: &Captures<'_>| {
        let name = &found[1];
        if is_name(name, surface) { format!("`{}`", name.to_lower_camel_case()) } else { found[0].to_owned() }
    };
    let all = parts.join("\n\n");
    let all = ABSENT.replace_all(&SNAKE.replace_all(&all, spelt), "`null`").into_owned();
    if !all.contains('\n') && indent.len() + all.chars().count() + 7 <= WIDTH {
        return Ok(format!("{indent}/** {all} */"));
    }
    let lines = docs::wrapped(&all.replace("*/", "*&#47;"), &format!("{indent} * "), WIDTH);
    let lines = lines.replace(" * - @", " * @");
    Ok(format!("{indent}/**\n{lines}\n{indent} */"))
}

const WIDTH: usize = 120;
const REFUSED: &str = "CallbackRefusedException";

/// Whether something of Rust's has this name, and not a value of the API's.
fn is_name(name: &str, surface: &Surface) -> bool {
    let fields = surface.records.iter().flat_map(|it| it.fields.iter().map(|field| &field.name));
    let variants = surface.enums.iter().flat_map(|it| it.variants.iter().map(|variant| &variant.name));
    let callables =
        callables(surface).flat_map(|it| [&it.name].into_iter().chain(it.arguments.iter().map(|it| &it.name)));
    fields.chain(callables).any(|it| it == name) || variants.into_iter().any(|it| it.to_snake_case() == name)
}

/// Without what templates leave behind: blank lines in a row or before an end, and bodies of nothing.
fn tidy(text: &str) -> String {
    let one_blank = BLANK.replace_all(text, "\n\n");
    let no_empty = EMPTY.replace_all(&BEFORE_END.replace_all(&one_blank, "\n$1"), "$1\n").into_owned();
    format!("{}\n", no_empty.trim())
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let is_word = text.chars().nth(1).is_some_and(|second| second.is_lowercase() || second == ' ');
    match letters.next() {
        Some(first) if is_word => first.to_lowercase().chain(letters).collect::<String>(),
        _ => text.to_owned(),
    }
    .trim_end_matches('.')
    .to_owned()
}

fn renamed(name: &str) -> &str {
    RENAMED.iter().find(|(rust, _)| *rust == name).map_or(name, |(_, kotlin)| kotlin)
}

impl Spelling for Kotlin {
    fn type_link(&self, name: &str) -> String {
        // Those are the JVM's own here.
        if matches!(name, "Span" | "Timestamp") { format!("`{name}`") } else { format!("[{}]", renamed(name)) }
    }

    fn member_link(&self, owner: &str, member: &str) -> String {
        let is_variant = member.chars().next().is_some_and(char::is_uppercase);
        let member = match owner {
            _ if !is_variant => member.to_lower_camel_case(),
            "Layout" | "LedgerResolution" | "RecordingConfig" | "RecordingError" => member.to_upper_camel_case(),
            _ => member.to_shouty_snake_case(),
        };
        format!("`{}.{member}`", renamed(owner))
    }

    fn function_link(&self, name: &str) -> String {
        // What makes a layout is a member of it.
        let of_layout = name.strip_suffix("_layout").map(|name| format!("Layout.{}", name.to_lower_camel_case()));
        format!("`{}`", of_layout.unwrap_or_else(|| name.to_lower_camel_case()))
    }

    fn failure(&self, kind: &str) -> String {
        format!("[RecordingException.{kind}]")
    }

    fn refusal(&self) -> String {
        "[CallbackRefusedException]".to_owned()
    }
}
