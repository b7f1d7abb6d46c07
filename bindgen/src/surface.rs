//! The public surface as templates see it, whatever the language: types, functions, operations, and their documentation.

use heck::ToSnakeCase;
use serde::Serialize;

/// Everything that can be seen across the boundary.
#[derive(Debug, Serialize)]
pub struct Surface {
    pub records: Vec<Record>,
    pub enums: Vec<Enum>,
    pub customs: Vec<Custom>,
    pub objects: Vec<Object>,
    pub functions: Vec<Callable>,
    /// What a client can be asked.
    pub operations: Vec<Operation>,
    /// What a ledger can be asked.
    pub ledger_operations: Vec<Operation>,
    pub constants: Vec<Group>,
    pub library: Library,
}

/// What the library has beside its functions.
#[derive(Debug, Serialize)]
pub struct Library {
    pub name: String,
    pub buffer_alloc: String,
    pub buffer_free: String,
    pub buffer_from_bytes: String,
    pub contract_version_function: String,
    pub contract_version: String,
    pub checksums: Vec<Checksum>,
}

/// What a function's signature is known by: library and binding must have the same.
#[derive(Debug, Serialize)]
pub struct Checksum {
    pub function: String,
    pub value: u16,
}

/// A type as it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Type {
    pub kind: Kind,
    /// Of a declared type, as the language's renames have it.
    pub name: String,
    /// What an optional or a list holds, and what a custom type is carried as.
    pub inner: Option<Box<Type>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Bool,
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    U64,
    I64,
    F32,
    F64,
    String,
    Bytes,
    Optional,
    List,
    /// A list that crosses as bytes of its own, so that whoever doesn't look at it need not take it apart.
    Packed,
    Record,
    /// All of its variants are bare.
    FlatEnum,
    /// Some of its variants have fields.
    Enum,
    Object,
    Custom,
}

/// A value that need not be given.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Default {
    Absent,
    Empty,
    /// Of the type itself, such as a record without arguments.
    OfType,
    Bool {
        value: bool,
    },
    Number {
        value: String,
    },
    Text {
        value: String,
    },
    Variant {
        value: String,
    },
}

/// A record's or variant's field, or a function's argument.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    pub name: String,
    pub ty: Type,
    pub default: Option<Default>,
    pub docs: String,
}

#[derive(Debug, Serialize)]
pub struct Record {
    pub name: String,
    /// Its name in Rust.
    pub origin: String,
    pub docs: String,
    /// Part of what users see: everything but what stands in the module of the boundary.
    pub is_public: bool,
    pub fields: Vec<Field>,
    pub methods: Vec<Callable>,
}

#[derive(Debug, Serialize)]
pub struct Enum {
    pub name: String,
    pub origin: String,
    pub docs: String,
    pub is_public: bool,
    pub is_flat: bool,
    pub variants: Vec<Variant>,
    pub methods: Vec<Callable>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Variant {
    pub name: String,
    pub docs: String,
    /// How it is carried: its position, from 1.
    pub position: usize,
    /// How the API, or the environment, spells it.
    pub wire: Option<Constant>,
    pub fields: Vec<Field>,
}

/// A value that never changes.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Constant {
    Text(&'static str),
    Number(i64),
}

/// Constants that belong together.
#[derive(Debug, Serialize)]
pub struct Group {
    pub name: String,
    pub docs: String,
    pub members: Vec<Member>,
}

/// One of a group of constants.
#[derive(Debug, Serialize)]
pub struct Member {
    pub name: String,
    pub docs: String,
    pub value: Constant,
}

/// A type that is carried as another one.
#[derive(Debug, Serialize)]
pub struct Custom {
    pub name: String,
    pub docs: String,
}

#[derive(Debug, Serialize)]
pub struct Object {
    pub name: String,
    pub docs: String,
    pub is_public: bool,
    pub clone_function: String,
    pub free_function: String,
    pub constructors: Vec<Callable>,
    pub methods: Vec<Callable>,
}

/// A function, method or constructor.
#[derive(Debug, Serialize)]
pub struct Callable {
    pub name: String,
    pub docs: String,
    pub is_public: bool,
    /// The main constructor.
    pub is_primary: bool,
    pub arguments: Vec<Field>,
    pub returns: Option<Type>,
    pub throws: Option<Type>,
    /// The library's function.
    pub symbol: String,
}

/// What a client or a ledger can be asked: a variant of the request and of the reply.
#[derive(Debug, Serialize)]
pub struct Operation {
    pub name: String,
    pub docs: String,
    pub position: usize,
    pub arguments: Vec<Field>,
    pub returns: Type,
}

impl Surface {
    /// Whether a type of this name is declared, by Rust's name or the language's.
    pub fn declares(&self, name: &str) -> bool {
        self.public_name(name).is_some()
    }

    /// Whether a field, an argument, a method or an operation has this name.
    pub fn has_member(&self, name: &str) -> bool {
        let methods = self.objects.iter().flat_map(|it| it.constructors.iter().chain(&it.methods));
        let callables = methods.chain(&self.functions);
        let mut of_records = self.records.iter().flat_map(|it| &it.fields).map(|it| it.name.as_str());
        let mut of_callables = callables
            .flat_map(|it| it.arguments.iter().map(|it| it.name.as_str()).chain(std::iter::once(it.name.as_str())));
        let mut of_operations = self.operations.iter().map(|it| it.name.to_snake_case());
        of_records.any(|it| it == name) || of_callables.any(|it| it == name) || of_operations.any(|it| it == name)
    }

    /// What a type of Rust is called in the language.
    pub fn public_name(&self, origin: &str) -> Option<&str> {
        let records = self.records.iter().map(|it| (it.origin.as_str(), it.name.as_str()));
        let enums = self.enums.iter().map(|it| (it.origin.as_str(), it.name.as_str()));
        let objects = self.objects.iter().map(|it| (it.name.as_str(), it.name.as_str()));
        let customs = self.customs.iter().map(|it| (it.name.as_str(), it.name.as_str()));
        records.chain(enums).chain(objects).chain(customs).find(|(known, _)| *known == origin).map(|(_, name)| name)
    }
}
