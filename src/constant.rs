//! Constants that every language has: declared once, with their documentation.

/// A constant's value, or that of a variant as the API spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text(&'static str),
    /// A number.
    Number(i64),
}

/// A constant as it was declared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Declared {
    pub name: &'static str,
    pub value: Value,
    /// Each line with its line break.
    pub doc: &'static str,
}

/// Declares public constants, and a list of them under the name given first.
macro_rules! constants {
    ($list:ident: $kind:tt; $($(#[doc = $doc:expr])+ $name:ident = $value:expr;)+) => {
        $(
            $(#[doc = $doc])+
            pub const $name: $crate::constant::constants!(@type $kind) = $value;
        )+

        pub(crate) const $list: &[$crate::constant::Declared] = &[$(
            $crate::constant::Declared {
                name: stringify!($name),
                value: $crate::constant::constants!(@value $kind $name),
                doc: concat!($($doc, "\n"),+),
            }
        ),+];
    };
    (@type texts) => { &str };
    (@type numbers) => { i32 };
    (@value texts $name:ident) => { $crate::constant::Value::Text($name) };
    (@value numbers $name:ident) => { $crate::constant::Value::Number($name as i64) };
}
pub(crate) use constants;
