//! Reads the surface out of a built library: UniFFI's metadata through its own loader and passes.

use std::collections::HashSet;

use anyhow::{Context, Result, anyhow, bail};
use camino::{Utf8Path, Utf8PathBuf};
use rongcloud_recording::surface as core;
use uniffi_bindgen::pipeline::general::{self, TypeDefinition};
use uniffi_bindgen::pipeline::initial;
use uniffi_bindgen::{BindgenLoader, BindgenPaths, BindgenPathsLayer, GlobalConfig};
use uniffi_meta::Metadata;

use crate::surface::{
    Callable, Checksum, Constant, Custom, Default, Enum, Field, Group, Kind, Library, Member, Object, Operation,
    Record, Surface, Type, Variant,
};

/// What stands in this module of the library is for the layers and not for users.
const BOUNDARY: &str = "::ffi";
/// Except for what stands in this one.
const EXPORTS: &str = "::ffi::exports";
/// Where the names per language stand, from the repository's root.
const RENAMES: &str = "uniffi.toml";
/// The enums that say what clients, and what ledgers, can be asked and what they answer, variant by variant.
const OF_CLIENT: (&str, &str) = ("Request", "Reply");
const OF_LEDGER: (&str, &str) = ("LedgerRequest", "LedgerReply");

/// The surface of a library, with the names that `uniffi.toml` has for a language.
pub fn read(library: &Utf8Path, language: &str) -> Result<Surface> {
    if !Utf8Path::new(RENAMES).is_file() {
        bail!("{RENAMES} is not here: run this from the repository's root");
    }
    let mut paths = BindgenPaths::default();
    paths.add_layer(Renames);
    let loader = BindgenLoader::new(paths, GlobalConfig::default());
    let metadata = loader.load_metadata(library).with_context(|| format!("{library} has no metadata"))?;
    let internal = internal_names(metadata.values().flat_map(|group| group.items.iter()));
    let root = loader.load_pipeline_initial_root(library, metadata)?;
    let root = general::pipeline(language).execute(root)?;
    let namespace = root.namespaces.into_values().next().ok_or_else(|| anyhow!("{library} exports nothing"))?;
    let flat = namespace.type_definitions.iter().filter_map(|definition| match definition {
        TypeDefinition::Enum(it) if it.is_flat => Some(it.name.clone()),
        _ => None,
    });
    Reader { internal, flat: flat.collect() }.surface(namespace)
}

/// Two packages have the library's name, so Cargo can't say whose file is meant.
struct Renames;

impl BindgenPathsLayer for Renames {
    fn get_config_path(&self, _crate_name: &str) -> Option<Utf8PathBuf> {
        Some(RENAMES.into())
    }
}

fn internal_names<'a>(items: impl Iterator<Item = &'a Metadata>) -> HashSet<String> {
    let name_and_module = |item: &Metadata| match item {
        Metadata::Record(it) => Some((it.name.clone(), it.module_path.clone())),
        Metadata::Enum(it) => Some((it.name.clone(), it.module_path.clone())),
        Metadata::Object(it) => Some((it.name.clone(), it.module_path.clone())),
        Metadata::Func(it) => Some((it.name.clone(), it.module_path.clone())),
        _ => None,
    };
    let is_internal = |module: &str| module.contains(BOUNDARY) && !module.contains(EXPORTS);
    items.filter_map(name_and_module).filter(|(_, module)| is_internal(module)).map(|(name, _)| name).collect()
}

struct Reader {
    /// By Rust's names.
    internal: HashSet<String>,
    /// The enums without fields.
    flat: HashSet<String>,
}

impl Reader {
    fn surface(&self, namespace: general::Namespace) -> Result<Surface> {
        let library = Library {
            name: namespace.crate_name.clone(),
            buffer_alloc: namespace.ffi_rustbuffer_alloc.0,
            buffer_free: namespace.ffi_rustbuffer_free.0,
            buffer_from_bytes: namespace.ffi_rustbuffer_from_bytes.0,
            contract_version_function: namespace.ffi_uniffi_contract_version.0,
            contract_version: namespace.correct_contract_version,
            checksums: namespace
                .checksums
                .into_iter()
                .map(|it| Checksum { function: it.fn_name.0, value: it.checksum })
                .collect(),
        };
        let functions = namespace
            .functions
            .into_iter()
            .map(|it| self.callable(it.callable, it.docstring))
            .collect::<Result<_>>()?;
        let mut surface = Surface {
            records: Vec::new(),
            enums: Vec::new(),
            customs: Vec::new(),
            objects: Vec::new(),
            functions,
            operations: Vec::new(),
            ledger_operations: Vec::new(),
            constants: constants(),
            library,
        };
        for definition in namespace.type_definitions {
            match definition {
                TypeDefinition::Record(it) => surface.records.push(self.record(it)?),
                TypeDefinition::Enum(it) => surface.enums.push(self.enumeration(it)?),
                TypeDefinition::Interface(it) => surface.objects.push(self.object(it)?),
                TypeDefinition::Custom(it) => {
                    surface.customs.push(Custom { name: it.name, docs: it.docstring.unwrap_or_default() })
                }
                TypeDefinition::Simple(_)
                | TypeDefinition::Optional(_)
                | TypeDefinition::Sequence(_)
                | TypeDefinition::Box(_) => {}
                other => bail!("a kind of type that no template knows: {other:?}"),
            }
        }
        surface.operations = operations(&surface.enums, OF_CLIENT)?;
        surface.ledger_operations = operations(&surface.enums, OF_LEDGER)?;
        Ok(surface)
    }

    fn is_public(&self, origin: &str) -> bool {
        !self.internal.contains(origin)
    }

    fn record(&self, record: general::Record) -> Result<Record> {
        Ok(Record {
            is_public: self.is_public(&record.orig_name),
            name: record.name,
            origin: record.orig_name,
            docs: record.docstring.unwrap_or_default(),
            fields: self.fields(record.fields)?,
            methods: self.methods(record.methods)?,
        })
    }

    fn enumeration(&self, it: general::Enum) -> Result<Enum> {
        let variants = it.variants.into_iter().enumerate().map(|(index, variant)| {
            Ok(Variant {
                wire: wire_value(&it.orig_name, &variant.orig_name),
                name: variant.name,
                docs: variant.docstring.unwrap_or_default(),
                position: index + 1,
                fields: self.fields(variant.fields)?,
            })
        });
        Ok(Enum {
            is_public: self.is_public(&it.orig_name),
            variants: variants.collect::<Result<_>>()?,
            name: it.name,
            origin: it.orig_name,
            docs: it.docstring.unwrap_or_default(),
            is_flat: it.is_flat,
            methods: self.methods(it.methods)?,
        })
    }

    fn object(&self, it: general::Interface) -> Result<Object> {
        let constructors = it.constructors.into_iter().map(|it| self.callable(it.callable, it.docstring));
        Ok(Object {
            is_public: self.is_public(&it.orig_name),
            constructors: constructors.collect::<Result<_>>()?,
            methods: self.methods(it.methods)?,
            name: it.name,
            docs: it.docstring.unwrap_or_default(),
            clone_function: it.ffi_func_clone.0,
            free_function: it.ffi_func_free.0,
        })
    }

    fn methods(&self, methods: Vec<general::Method>) -> Result<Vec<Callable>> {
        methods.into_iter().map(|it| self.callable(it.callable, it.docstring)).collect()
    }

    fn callable(&self, it: general::Callable, docs: Option<String>) -> Result<Callable> {
        if it.async_data.is_some() {
            bail!("{} is async: calls go through the queue", it.name);
        }
        let arguments = it.arguments.into_iter().map(|argument| {
            Ok(Field {
                name: argument.name,
                ty: self.used(&argument.ty.ty)?,
                default: argument.default.map(default).transpose()?,
                docs: String::new(),
            })
        });
        Ok(Callable {
            is_public: self.is_public(&it.orig_name),
            is_primary: matches!(it.kind, general::CallableKind::Constructor { primary: true, .. }),
            arguments: arguments.collect::<Result<_>>()?,
            returns: it.return_type.ty.as_ref().map(|node| self.used(&node.ty)).transpose()?,
            throws: it.throws_type.ty.as_ref().map(|node| self.used(&node.ty)).transpose()?,
            name: it.name,
            docs: docs.unwrap_or_default(),
            symbol: it.ffi_func.0,
        })
    }
}

/// How the API spells a variant, by Rust's names.
fn wire_value(type_name: &str, variant: &str) -> Option<Constant> {
    let known = core::wire_values().into_iter().find(|it| it.type_name == type_name && it.variant == variant);
    known.map(|it| constant(it.value))
}

fn constant(value: core::Value) -> Constant {
    match value {
        core::Value::Text(text) => Constant::Text(text),
        core::Value::Number(number) => Constant::Number(number),
    }
}

fn constants() -> Vec<Group> {
    let members = |group: &str| {
        let members = core::constants().into_iter().filter(|it| it.group == group);
        members.map(|it| Member { name: it.name.to_owned(), docs: it.doc, value: constant(it.value) }).collect()
    };
    let group =
        |it: core::Group| Group { name: it.name.to_owned(), docs: it.doc.to_owned(), members: members(it.name) };
    core::groups().into_iter().map(group).collect()
}

fn operations(enums: &[Enum], (requests, replies): (&str, &str)) -> Result<Vec<Operation>> {
    let variants = |name| enums.iter().find(|it| it.origin == name).map_or(&[][..], |it| it.variants.as_slice());
    let answers = variants(replies);
    let operation = |request: &Variant| {
        let reply = answers.iter().find(|reply| reply.name == request.name);
        let answer = reply.and_then(|reply| reply.fields.first());
        Ok(Operation {
            name: request.name.clone(),
            docs: request.docs.clone(),
            position: request.position,
            arguments: request.fields.clone(),
            returns: answer.ok_or_else(|| anyhow!("{replies} has no answer for {}", request.name))?.ty.clone(),
        })
    };
    variants(requests).iter().map(operation).collect()
}

impl Reader {
    fn fields(&self, fields: Vec<general::Field>) -> Result<Vec<Field>> {
        let field = |it: general::Field| {
            Ok(Field {
                name: it.name,
                ty: self.used(&it.ty.ty)?,
                default: it.default.map(default).transpose()?,
                docs: it.docstring.unwrap_or_default(),
            })
        };
        fields.into_iter().map(field).collect()
    }

    fn used(&self, ty: &initial::Type) -> Result<Type> {
        let simple = |kind| Type { kind, name: String::new(), inner: None };
        let named = |kind, name: &str| Type { kind, name: name.to_owned(), inner: None };
        let holding = |kind, name: &str, inner: &initial::Type| {
            Ok::<_, anyhow::Error>(Type { kind, name: name.to_owned(), inner: Some(Box::new(self.used(inner)?)) })
        };
        Ok(match ty {
            initial::Type::Boolean => simple(Kind::Bool),
            initial::Type::UInt8 => simple(Kind::U8),
            initial::Type::Int8 => simple(Kind::I8),
            initial::Type::UInt16 => simple(Kind::U16),
            initial::Type::Int16 => simple(Kind::I16),
            initial::Type::UInt32 => simple(Kind::U32),
            initial::Type::Int32 => simple(Kind::I32),
            initial::Type::UInt64 => simple(Kind::U64),
            initial::Type::Int64 => simple(Kind::I64),
            initial::Type::Float32 => simple(Kind::F32),
            initial::Type::Float64 => simple(Kind::F64),
            initial::Type::String => simple(Kind::String),
            initial::Type::Bytes => simple(Kind::Bytes),
            initial::Type::Optional { inner_type } => holding(Kind::Optional, "", inner_type)?,
            initial::Type::Sequence { inner_type } => holding(Kind::List, "", inner_type)?,
            initial::Type::Box { inner_type } => self.used(inner_type)?,
            initial::Type::Record { name, .. } => named(Kind::Record, name),
            initial::Type::Enum { name, .. } if self.flat.contains(name) => named(Kind::FlatEnum, name),
            initial::Type::Enum { name, .. } => named(Kind::Enum, name),
            initial::Type::Interface { name, .. } => named(Kind::Object, name),
            initial::Type::Custom { name, builtin, .. } => match packed(name, builtin) {
                Some(item) => {
                    Type { kind: Kind::Packed, name: String::new(), inner: Some(named(Kind::Record, item).into()) }
                }
                None => holding(Kind::Custom, name, builtin)?,
            },
            other => bail!("a type that no template knows: {other:?}"),
        })
    }
}

/// The record of which a custom type is a list: `Attempts`, which crosses as bytes, is one of `Attempt`.
fn packed<'a>(name: &'a str, carried_as: &initial::Type) -> Option<&'a str> {
    matches!(carried_as, initial::Type::Bytes).then(|| name.strip_suffix('s')).flatten()
}

fn default(value: general::DefaultValue) -> Result<Default> {
    Ok(match value {
        general::DefaultValue::Default(_) => Default::OfType,
        general::DefaultValue::Literal(literal) => match literal {
            general::Literal::None => Default::Absent,
            general::Literal::EmptySequence => Default::Empty,
            general::Literal::Boolean(value) => Default::Bool { value },
            general::Literal::String(value) => Default::Text { value },
            general::Literal::Int(value, ..) => Default::Number { value: value.to_string() },
            general::Literal::UInt(value, ..) => Default::Number { value: value.to_string() },
            general::Literal::Enum(value, _) => Default::Variant { value },
            other => bail!("a default that no template knows: {other:?}"),
        },
    })
}
