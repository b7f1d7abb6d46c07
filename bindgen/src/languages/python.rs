//! Python: names, types and values as it spells them, and its files.

use std::collections::HashSet;
use std::sync::Arc;

use heck::{ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase};
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, context};
use serde::Serialize;

use super::{Language, Template};
use crate::docs::{self, Spelling, Subject};
use crate::surface::{Callable, Constant, Default, Enum, Field, Kind, Object, Operation, Surface, Type, Variant};
use crate::template;

/// Python.
pub struct Python;

const TEMPLATES: &[Template] = &[
    template!("python/boundary.jinja" => "_native/boundary.py"),
    template!("python/constants.jinja" => "_native/constants.py"),
    template!("python/errors.jinja" => "_native/errors.py"),
    template!("python/objects.jinja" => "_native/objects.py"),
    template!("python/clients.jinja" => "_native/clients.py"),
    template!("python/receivers.jinja" => "_native/receivers.py"),
    template!("python/ledgers.jinja" => "_native/ledgers.py"),
    template!("python/requests.jinja"),
    template!("python/init.jinja" => "__init__.py"),
];
const WIDTH: usize = 120;

/// What users of Python don't see: it has another form there.
const HIDDEN: &[&str] = &[
    "CallbackHeader",
    "CallbackReceiver",
    "CallbackRequest",
    "Credentials",
    "RecordingConfig",
    "Refusal",
    "allocate_bytes",
    "check_replay",
    "completed",
    "completed_refusal",
    "free_bytes",
    "set_log_level",
    "shut_down_runtime",
    "take_log_records",
];
/// Arguments of another kind than the rest: given by place though they have a default, and by name though they have none.
const BY_PLACE: &[&str] = &["RecordingTracker.requested.at"];
const BY_NAME: &[&str] = &["RecordingTracker.state.stale_after"];
/// What may be given in place of a record, the name that its argument then has, and how it becomes the record.
const ALSO: &[(&str, &str, &str, &str)] = &[
    (
        "RecordingTarget",
        "StartedRecording",
        "recording",
        "RecordingTarget(room_id=it.room_id, session_id=it.session_id, record_type=it.record_type)",
    ),
    ("LayoutUpdate", "Layout", "layout", "LayoutUpdate(layout=it)"),
];
/// What clients and ledgers are asked.
const REQUESTS: &[&str] = &["LedgerRequest", "Request"];
type Names = &'static [&'static str];
/// The exception of a kind of failure: its name, what else it is, and by which facts one is made. The first of them must
/// be given, and are never absent.
const EXCEPTIONS: &[(&str, &str, &str, Names, Names)] = &[
    ("InvalidInput", "InvalidInputError", ", ValueError", &["violations"], &["call"]),
    ("NotSent", "NotSentError", "", &["cause", "reason"], &["call"]),
    ("OutcomeUnknown", "OutcomeUnknownError", "", &["cause", "reason", "call"], &["status", "code"]),
    ("Refused", "RefusedError", "", &["status", "is_retryable", "reason", "call"], OF_REFUSED),
    ("UnreadableReply", "UnreadableReplyError", "", &["status", "reason", "call"], &[]),
    ("Conflict", "RecordingConflictError", "", &["entry", "reason"], &["call"]),
    ("Cancelled", "RecordingCancelledError", "", &["maybe_sent"], &["call"]),
];
const OF_REFUSED: Names = &["code", "retry_after", "earlier_may_have_acted"];
/// What a kind without a line of its own is made of.
const MADE_OF: (Names, Names) = (&["reason"], &["call"]);

impl Language for Python {
    fn templates(&self) -> &'static [Template] {
        TEMPLATES
    }

    fn add_filters(&self, environment: &mut Environment<'static>, surface: &Arc<Surface>) {
        let maker = Maker { surface: surface.clone() };
        environment.add_global("types", Value::from_serialize(maker.types()));
        environment.add_global("objects", Value::from_serialize(maker.objects()));
        environment.add_global("functions", Value::from_serialize(maker.functions()));
        environment.add_global("operations", Value::from_serialize(maker.operations(&surface.operations, "")));
        let of_ledger = maker.operations(&surface.ledger_operations, "LEDGER_");
        environment.add_global("ledger_operations", Value::from_serialize(of_ledger));
        environment.add_global("exceptions", Value::from_serialize(maker.exceptions()));
        environment.add_global("exports", Value::from_serialize(maker.exports()));
        let docs = Arc::new(Docs { surface: surface.clone() });
        let of_section = docs.clone();
        environment.add_filter("docstring", move |text: String, options: Kwargs| docs.docstring(&text, &options));
        environment
            .add_filter("section", move |entries: Vec<Value>, indent: usize| of_section.section(&entries, indent));
    }
}

impl Spelling for Python {
    fn type_link(&self, name: &str) -> String {
        format!("`{}`", if name == "CallbackError" { "CallbackRefusedError" } else { name })
    }

    fn member_link(&self, owner: &str, member: &str) -> String {
        let is_variant = member.starts_with(char::is_uppercase);
        let name = if is_variant { member.to_shouty_snake_case() } else { member.to_owned() };
        match owner {
            "Layout" | "LedgerResolution" => format!("`{}`", variant_class(member, owner)),
            "RecordingConfig" => format!("`{member}Recording`"),
            "CallbackHeader" => "`headers`".to_owned(),
            "CallbackError" | "Refusal" => format!("`CallbackRefusedError.{name}`"),
            _ => format!("`{owner}.{name}`"),
        }
    }

    fn function_link(&self, name: &str) -> String {
        let name = match name {
            "completed" => "RecordingError",
            "completed_refusal" => "CallbackRefusedError",
            "layout_update_advice" => "LayoutUpdate.advice",
            "video_streams" => "Room.video_streams",
            _ => name,
        };
        format!("`{name}`")
    }

    fn failure(&self, kind: &str) -> String {
        format!("`{}`", exception_name(kind))
    }

    fn refusal(&self) -> String {
        "`CallbackRefusedError`".to_owned()
    }
}

fn exception_name(kind: &str) -> String {
    let known = EXCEPTIONS.iter().find(|it| it.0 == kind);
    known.map_or_else(|| format!("{kind}Error"), |it| it.1.to_owned())
}

/// A field or an argument.
#[derive(Clone, Serialize)]
struct Argument {
    name: String,
    docs: String,
    codec: String,
    path: String,
    annotation: String,
    /// As an answer, and as one that is never absent.
    answer: String,
    present: String,
    default: Option<String>,
    is_by_name: bool,
}

#[derive(Serialize)]
struct Call {
    name: String,
    /// The name of what calls it.
    stub: String,
    symbol: String,
    docs: String,
    is_public: bool,
    is_primary: bool,
    is_constructor: bool,
    /// Whether it does nothing but tell what is wrong, if anything is.
    is_pure: bool,
    is_property: bool,
    /// Whether a secret is among what it is given.
    is_secret: bool,
    /// Whether it is given a callback's request, as a web framework has it.
    takes_request: bool,
    position: usize,
    arguments: Vec<Argument>,
    /// As they stand in its definition.
    signature: String,
    returns: String,
    codec: String,
    throws: String,
}

/// Makes what templates see out of the surface.
struct Maker {
    surface: Arc<Surface>,
}

impl Maker {
    /// All types, each after those that it is made of.
    fn types(&self) -> Vec<Value> {
        let mut done = HashSet::new();
        let mut found = Vec::new();
        let records = self.surface.records.iter().map(|it| &it.name);
        for name in self.surface.enums.iter().filter(|it| it.is_flat).map(|it| &it.name).chain(records) {
            self.add_type(name, &mut done, &mut found);
        }
        for it in &self.surface.enums {
            self.add_type(&it.name, &mut done, &mut found);
        }
        found
    }

    fn add_type(&self, name: &str, done: &mut HashSet<String>, found: &mut Vec<Value>) {
        if !done.insert(name.to_owned()) {
            return;
        }
        let mut add = |types: &[&Type]| {
            for ty in types {
                let mut ty = Some(*ty);
                while let Some(inner) = ty {
                    self.add_type(&inner.name, done, found);
                    ty = inner.inner.as_deref();
                }
            }
        };
        if let Some(record) = self.surface.records.iter().find(|it| it.name == name) {
            add(&types_of(&record.fields));
            let asked = || self.surface.functions.iter().filter(|it| is_asked_of(it, name));
            add(&asked().filter_map(|it| it.returns.as_ref()).collect::<Vec<_>>());
            let is_settings = self.is_settings(name);
            let methods = record.methods.iter().map(|it| self.call(it, name, Some(Kind::Record)));
            let asked = asked().map(|it| {
                let own = it.name.trim_start_matches(&format!("{}_", name.to_snake_case())).to_owned();
                Call { name: own, ..self.call(it, "", None) }
            });
            let properties = Value::from_serialize(methods.chain(asked).collect::<Vec<_>>());
            let fields = self.fields(&record.fields, is_settings);
            let own = declared("record", name, &record.docs, record.is_public);
            found.push(context! { fields, properties, is_settings, ..own });
        } else if let Some(it) = self.surface.enums.iter().find(|it| it.name == name) {
            for variant in &it.variants {
                add(&types_of(&variant.fields));
            }
            if it.is_flat {
                let member = |variant: &Variant| {
                    let value =
                        variant.wire.as_ref().map_or_else(|| format!("{:?}", variant.name.to_snake_case()), constant);
                    context! { name => variant.name.to_shouty_snake_case(), docs => variant.docs, value }
                };
                let members: Vec<_> = it.variants.iter().map(member).collect();
                found.push(context! { members, ..declared("enum", name, &it.docs, it.is_public) });
                return;
            }
            let mut parts = Vec::new();
            // What is asked is encoded as an operation.
            for variant in it.variants.iter().filter(|_| !REQUESTS.contains(&name)) {
                if let (true, [only]) = (is_transparent(it), variant.fields.as_slice()) {
                    let codec = self.codec(&only.ty);
                    let codec = if only.ty.name == "CallbackError" { format!("Thrown({codec})") } else { codec };
                    parts.push((self.annotation(&only.ty, Role::Answer), codec));
                    continue;
                }
                let own = variant_class(&variant.name, name);
                parts.push((own.clone(), own.to_shouty_snake_case()));
                let fields = self.fields(&variant.fields, false);
                found.push(context! { fields, ..declared("variant", &own, &variant.docs, it.is_public) });
            }
            found.push(context! { parts, ..declared("union", name, &it.docs, it.is_public) });
        }
    }

    fn fields(&self, fields: &[Field], is_settings: bool) -> Value {
        Value::from_serialize(fields.iter().map(|it| self.argument(it, "", is_settings)).collect::<Vec<_>>())
    }

    /// Whether what a record holds is given as arguments of their own.
    fn is_spread(&self, name: &str) -> bool {
        self.is_settings(name) || ["CallbackError", "RecordingError"].contains(&name)
    }

    fn is_settings(&self, name: &str) -> bool {
        let record = self.surface.records.iter().find(|it| it.name == name);
        record.is_some_and(|it| it.fields.iter().all(|field| field.default.is_some()))
    }

    fn objects(&self) -> Vec<Value> {
        let object = |it: &Object| {
            let constructors = it.constructors.iter().map(|call| Call {
                is_constructor: true,
                is_property: false,
                is_pure: call.is_primary || call.arguments.iter().any(|it| self.is_settings(&it.ty.name)),
                ..self.call(call, &it.name, None)
            });
            let methods = it.methods.iter().map(|call| self.call(call, &it.name, Some(Kind::Object)));
            let calls = Value::from_serialize(constructors.chain(methods).collect::<Vec<_>>());
            let (clone, free) = (&it.clone_function, &it.free_function);
            context! { calls, clone, free, ..declared("object", &it.name, &it.docs, it.is_public) }
        };
        self.surface.objects.iter().map(object).collect()
    }

    fn functions(&self) -> Vec<Call> {
        let records = || self.surface.records.iter();
        let call = |it: &Callable| Call {
            is_public: !HIDDEN.contains(&it.name.as_str()) && !records().any(|record| is_asked_of(it, &record.name)),
            ..self.call(it, "", None)
        };
        self.surface.functions.iter().map(call).collect()
    }

    /// What a client or a ledger can be asked; the prefix tells their stubs apart.
    fn operations(&self, operations: &[Operation], prefix: &str) -> Vec<Call> {
        let operation = |it: &Operation| {
            let arguments: Vec<_> = it.arguments.iter().map(|field| self.operation_argument(field)).collect();
            let call = Callable {
                name: it.name.to_snake_case(),
                docs: it.docs.clone(),
                is_public: true,
                is_primary: false,
                arguments: Vec::new(),
                returns: Some(it.returns.clone()),
                throws: None,
                symbol: String::new(),
            };
            let stub = format!("{prefix}{}", it.name.to_shouty_snake_case());
            let takes_request = it.arguments.iter().any(|field| field.ty.name == "CallbackRequest");
            Call {
                stub,
                position: it.position,
                signature: signature(&arguments),
                takes_request,
                arguments,
                ..self.call(&call, "", None)
            }
        };
        operations.iter().map(operation).collect()
    }

    /// Its violations have the API's path.
    fn operation_argument(&self, field: &Field) -> Argument {
        let path = if field.name == "room_id" { "Room-Id".to_owned() } else { field.name.to_lower_camel_case() };
        let argument = Argument { path, ..self.argument(field, "", true) };
        let Some((_, other, name, conversion)) = ALSO.iter().find(|it| it.0 == field.ty.name) else { return argument };
        Argument {
            name: (*name).to_owned(),
            annotation: format!("{other} | {}", argument.annotation),
            codec: format!("codec.Also({}, {}, lambda it: {conversion})", argument.codec, other.to_shouty_snake_case()),
            ..argument
        }
    }

    fn exceptions(&self) -> Vec<Value> {
        let fields = |name: &str| {
            let record = self.surface.records.iter().find(|it| it.name == name);
            record.map_or(&[][..], |it| it.fields.as_slice())
        };
        let kinds = self.surface.enums.iter().find(|it| it.name == "FailureKind").map_or(&[][..], |it| &it.variants);
        let exception = |kind: &Variant| {
            let known = EXCEPTIONS.iter().find(|it| it.0 == kind.name);
            let (bases, required, others) = known.map_or(("", MADE_OF.0, MADE_OF.1), |it| (it.2, it.3, it.4));
            let fact = |name: &&'static str| {
                let field = fields("Failure").iter().find(|field| field.name == **name)?;
                let (fact, given) = (self.argument(field, "", false), self.argument(field, "given", true));
                let is_required = required.contains(name);
                Some(Argument {
                    annotation: if is_required { given.present } else { given.annotation },
                    default: if is_required { None } else { fact.default.clone() },
                    is_by_name: true,
                    path: fact.name,
                    name: match *name {
                        "is_retryable" => "retryable".to_owned(),
                        "maybe_sent" => "sent".to_owned(),
                        name => name.to_owned(),
                    },
                    ..fact
                })
            };
            let facts: Vec<_> = required.iter().chain(others).filter_map(fact).collect();
            let is_narrow = |it: &Argument| it.answer != it.present;
            let of_call = if required.contains(&"call") { fields("CallContext") } else { &[] };
            let narrowed = facts.iter().filter(|it| it.default.is_none() && is_narrow(it)).cloned();
            let narrowed = narrowed.chain(of_call.iter().map(|it| self.argument(it, "", false)));
            context! {
                kind => kind.name.to_shouty_snake_case(),
                name => exception_name(&kind.name),
                docs => kind.docs,
                bases,
                timeout => required.contains(&"cause").then(|| exception_name(&kind.name).replace("Error", "TimeoutError")),
                signature => signature(&facts),
                required,
                narrowed => narrowed.collect::<Vec<_>>(),
                facts,
            }
        };
        kinds.iter().map(exception).collect()
    }

    /// What is public, by module.
    fn exports(&self) -> Vec<(&'static str, Vec<String>)> {
        let attribute = |values: &[Value], name: &str| -> Vec<String> {
            let found = values.iter().filter_map(|it| it.get_attr(name).ok());
            found.filter(Value::is_true).map(|it| it.to_string()).collect()
        };
        let names = |mut values: Vec<Value>| {
            values.retain(|it| it.get_attr("is_public").is_ok_and(|it| it.is_true()));
            attribute(&values, "name")
        };
        let exceptions = self.exceptions();
        let functions = self.functions().into_iter().filter(|it| it.is_public).map(|it| it.name);
        let owned = |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
        vec![
            ("_native.boundary", names(self.types())),
            ("_native.clients", owned(&["AsyncRecordingClient", "RecordingClient", "interrupted_outcome"])),
            ("_native.constants", self.surface.constants.iter().map(|it| it.name.clone()).collect()),
            (
                "_native.errors",
                [
                    owned(&["CallbackRefusedError", "RecordingError"]),
                    attribute(&exceptions, "name"),
                    attribute(&exceptions, "timeout"),
                ]
                .concat(),
            ),
            ("_native.ledgers", owned(&["AsyncRecordingLedger", "RecordingLedger"])),
            ("_native.objects", names(self.objects()).into_iter().chain(functions).collect()),
            ("_native.receivers", owned(&["AsyncCallbackReceiver", "CallbackReceiver"])),
            ("_replay", owned(&["AsyncReplayGuard", "ReplayGuard", "check_replay"])),
        ]
    }

    fn call(&self, it: &Callable, owner: &str, this: Option<Kind>) -> Call {
        let place = format!("{owner}.{}", it.name);
        let mut arguments: Vec<_> = it.arguments.iter().map(|field| self.argument(field, &place, true)).collect();
        let described = docs::read(&it.docs, Subject::default(), &self.surface, &Python).arguments;
        for (name, text) in described {
            for argument in arguments.iter_mut().filter(|argument| argument.name == name) {
                argument.docs.clone_from(&text);
            }
        }
        let signature = signature(&arguments);
        let is_property = arguments.is_empty()
            && this.is_some()
            && it.returns.is_some()
            && !it.name.starts_with("to_")
            && it.name != "snapshot";
        if let Some(kind) = this {
            let ty = Type { kind, name: owner.to_owned(), inner: None };
            let this = Field { name: "self".to_owned(), ty, default: None, docs: String::new() };
            arguments.insert(0, self.argument(&this, "", false));
        }
        let returns = it.returns.as_ref().map_or("None".to_owned(), |ty| self.annotation(ty, Role::Answer));
        Call {
            name: it.name.clone(),
            stub: if owner.is_empty() { it.name.clone() } else { format!("{}_{}", owner.to_snake_case(), it.name) },
            symbol: it.symbol.clone(),
            docs: it.docs.clone(),
            is_public: true,
            is_primary: it.is_primary,
            is_constructor: false,
            is_pure: false,
            is_property,
            is_secret: arguments.iter().any(|argument| argument.name.contains("secret")),
            takes_request: false,
            position: 0,
            signature,
            arguments,
            // A layout that is made of streams is one of windows.
            returns: if returns == "Layout" { "CustomLayout".to_owned() } else { returns },
            codec: it.returns.as_ref().map_or("None".to_owned(), |ty| self.codec(ty)),
            throws: it.throws.as_ref().map_or("None".to_owned(), |ty| self.codec(ty)),
        }
    }

    fn argument(&self, field: &Field, place: &str, takes_seconds: bool) -> Argument {
        let role = if !place.is_empty() {
            Role::Argument
        } else if takes_seconds {
            Role::Setting
        } else {
            Role::Field
        };
        let place = format!("{place}.{}", field.name);
        let present = match &field.ty {
            Type { kind: Kind::Optional, inner: Some(inner), .. } => inner,
            ty => ty,
        };
        let is_json = role == Role::Argument && field.name == "json";
        Argument {
            name: field.name.clone(),
            docs: field.docs.clone(),
            codec: if is_json { "codec.JSON".to_owned() } else { self.codec(&field.ty) },
            path: if self.is_spread(&field.ty.name) { String::new() } else { field.name.clone() },
            annotation: if is_json { "str | bytes".to_owned() } else { self.annotation(&field.ty, role) },
            answer: self.annotation(&field.ty, Role::Answer),
            present: self.annotation(present, if role == Role::Field { Role::Answer } else { role }),
            default: field.default.as_ref().map(|default| self.value(default, &field.ty)),
            is_by_name: (field.default.is_some() && !BY_PLACE.contains(&place.as_str()))
                || BY_NAME.contains(&place.as_str()),
        }
    }

    fn value(&self, default: &Default, ty: &Type) -> String {
        match default {
            Default::Absent => "None".to_owned(),
            Default::Empty => "()".to_owned(),
            Default::Bool { value: true } => "True".to_owned(),
            Default::Bool { value: false } => "False".to_owned(),
            Default::Number { value } => value.clone(),
            Default::Text { value } => format!("{value:?}"),
            Default::Variant { value } => format!("{}.{}", ty.name, value.to_shouty_snake_case()),
            Default::OfType => match ty.kind {
                Kind::Optional => "None".to_owned(),
                Kind::List | Kind::Packed => "()".to_owned(),
                _ => format!("{}()", self.annotation(ty, Role::Field)),
            },
        }
    }

    fn annotation(&self, ty: &Type, role: Role) -> String {
        let inner = ty.inner.as_deref().map(|inner| self.annotation(inner, role)).unwrap_or_default();
        match ty.kind {
            Kind::Bool => "bool".to_owned(),
            Kind::F32 | Kind::F64 => "float".to_owned(),
            Kind::String => "str".to_owned(),
            Kind::Bytes => if role == Role::Argument { "bytes | bytearray | str" } else { "bytes" }.to_owned(),
            Kind::Optional => format!("{inner} | None"),
            Kind::List | Kind::Packed => match role {
                Role::Answer => format!("tuple[{inner}, ...]"),
                Role::Argument => format!("typing.Iterable[{inner}]"),
                _ => format!("typing.Sequence[{inner}]"),
            },
            Kind::Enum => {
                let named =
                    self.surface.enums.iter().find(|it| it.name == ty.name && HIDDEN.contains(&it.name.as_str()));
                let parts = named.iter().flat_map(|it| &it.variants).flat_map(|variant| &variant.fields);
                let parts: Vec<_> = parts.map(|field| self.annotation(&field.ty, role)).collect();
                if parts.is_empty() { ty.name.clone() } else { parts.join(" | ") }
            }
            Kind::Record if !self.is_public_record(&ty.name) => "typing.Any".to_owned(),
            Kind::Record | Kind::FlatEnum => ty.name.clone(),
            Kind::Object => {
                if self.is_public_object(&ty.name) {
                    ty.name.clone()
                } else {
                    "Handle".to_owned()
                }
            }
            Kind::Custom => match (ty.name.as_str(), role) {
                ("Span", Role::Argument | Role::Setting) => "datetime.timedelta | float".to_owned(),
                ("Span", _) => "datetime.timedelta".to_owned(),
                ("Timestamp", _) => "datetime.datetime".to_owned(),
                _ => inner,
            },
            _ => "int".to_owned(),
        }
    }

    fn is_public_record(&self, name: &str) -> bool {
        self.surface.records.iter().any(|it| it.name == name && it.is_public) && !HIDDEN.contains(&name)
    }

    fn is_public_object(&self, name: &str) -> bool {
        self.surface.objects.iter().any(|it| it.name == name && it.is_public) && !HIDDEN.contains(&name)
    }

    fn codec(&self, ty: &Type) -> String {
        let inner = ty.inner.as_deref().map(|inner| self.codec(inner)).unwrap_or_default();
        match ty.kind {
            Kind::String => "codec.TEXT".to_owned(),
            Kind::Optional => format!("codec.Optional({inner})"),
            Kind::List => format!("codec.Sequence({inner})"),
            Kind::Packed => format!("codec.Packed({inner})"),
            Kind::Record | Kind::FlatEnum | Kind::Enum | Kind::Object => ty.name.to_shouty_snake_case(),
            Kind::Custom if !matches!(ty.name.as_str(), "Span" | "Timestamp") => inner,
            Kind::Custom => format!("codec.{}", ty.name.to_shouty_snake_case()),
            number => format!("codec.{}", format!("{number:?}").to_uppercase()),
        }
    }
}

fn constant(value: &Constant) -> String {
    match value {
        Constant::Text(text) => format!("{text:?}"),
        Constant::Number(number) => number.to_string(),
    }
}

/// Where a type stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Given to a function.
    Argument,
    /// Told.
    Answer,
    /// Kept by plain data.
    Field,
    /// Kept by a record of settings.
    Setting,
}

fn types_of(fields: &[Field]) -> Vec<&Type> {
    fields.iter().map(|field| &field.ty).collect()
}

/// What all types have for templates.
fn declared(shape: &str, name: &str, docs: &str, is_public: bool) -> Value {
    context! {
        shape, name, docs,
        codec => name.to_shouty_snake_case(),
        is_public => is_public && !HIDDEN.contains(&name),
        properties => (), is_settings => false,
    }
}

/// Whether a function is asked of a record, so that it is a property there.
fn is_asked_of(it: &Callable, record: &str) -> bool {
    matches!(it.arguments.as_slice(), [only] if only.ty.kind == Kind::Record && only.ty.name == record)
}

/// The class of an enum's variant that has fields.
fn variant_class(variant: &str, owner: &str) -> String {
    format!("{variant}{}", owner.trim_start_matches("Ledger"))
}

/// Whether each variant just stands for another type.
fn is_transparent(it: &Enum) -> bool {
    let stands_for = |only: &Field| only.ty.kind == Kind::Record || !it.is_public;
    it.variants.iter().all(|variant| matches!(variant.fields.as_slice(), [only] if stands_for(only)))
}

/// The arguments as they stand in a definition.
fn signature(arguments: &[Argument]) -> String {
    let shown = |it: &Argument| {
        let default = it.default.as_ref().map(|default| format!(" = {default}")).unwrap_or_default();
        format!("{}: {}{default}", it.name, it.annotation)
    };
    let (by_name, by_place): (Vec<_>, Vec<_>) = arguments.iter().partition(|it| it.is_by_name);
    let mut parts: Vec<_> = by_place.into_iter().map(shown).collect();
    if !by_name.is_empty() {
        parts.push("*".to_owned());
    }
    parts.extend(by_name.into_iter().map(shown));
    parts.join(", ")
}

/// What is documented, read for a docstring.
struct Docs {
    surface: Arc<Surface>,
}

impl Docs {
    /// A docstring with its quotes: options `indent`; `owner`; `title` and `entries` of a section; `note`, a paragraph of
    /// Python's own.
    fn docstring(&self, docs: &str, options: &Kwargs) -> Result<String, Error> {
        let indent = options.get::<Option<usize>>("indent")?.unwrap_or(4);
        let owner = options.get::<Option<String>>("owner")?.unwrap_or_default();
        let title = options.get::<Option<String>>("title")?.unwrap_or_default();
        let entries = options.get::<Option<Vec<Value>>>("entries")?.unwrap_or_default();
        let note = options.get::<Option<String>>("note")?.unwrap_or_default();
        let subject = Subject { owner: &owner, is_callback: options.get::<Option<bool>>("is_callback")? == Some(true) };
        options.assert_all_used()?;
        let prefix = " ".repeat(indent);
        let doc = docs::read(docs, subject, &self.surface, &Python);
        let mut parts = vec![docs::wrapped(&format!("\"\"\"{}", doc.summary), &prefix, WIDTH)];
        let paragraphs = doc.paragraphs.iter().chain((!note.is_empty()).then_some(&note));
        parts.extend(paragraphs.map(|it| docs::wrapped(it, &prefix, WIDTH)));
        let section = self.section(&entries, indent + 4)?;
        if !section.is_empty() {
            parts.push(format!("{prefix}{title}:\n{section}"));
        }
        if !doc.errors.is_empty() {
            parts.push(docs::wrapped(&format!("Errors: {}", doc.errors), &prefix, WIDTH));
        }
        let text = parts.join("\n\n").replace('\\', "\\\\");
        let end = if text.contains('\n') { format!("\n{prefix}") } else { String::new() };
        Ok(format!("{text}{end}\"\"\""))
    }

    /// A line or more for each entry that is documented.
    fn section(&self, entries: &[Value], indent: usize) -> Result<String, Error> {
        let mut lines = Vec::new();
        for entry in entries {
            let doc = docs::read(&entry.get_attr("docs")?.to_string(), Subject::default(), &self.surface, &Python);
            let is_span = entry.get_attr("annotation")?.to_string().contains("timedelta | float");
            let unit = is_span.then(|| "In seconds or as a timedelta.".to_owned());
            let text: Vec<_> = [doc.summary].into_iter().chain(doc.paragraphs).chain(unit).collect();
            let line = format!("- {}: {}", entry.get_attr("name")?, text.join(" ").replace('\n', " "));
            if !text[0].is_empty() {
                // A list's item, whose further lines stand further in.
                let wrapped = docs::wrapped(&line, &" ".repeat(indent - 2), WIDTH);
                lines.push(wrapped.replacen("- ", "  ", 1).replace("\n", "\n  "));
            }
        }
        Ok(lines.join("\n"))
    }
}
