//! Enumerations whose documentation can be read by programs, too: the catalogue of errors tells it as it stands.

/// A variant as it was declared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Variant<T: 'static> {
    pub value: T,
    /// As Rust spells it.
    pub name: &'static str,
    /// Each line with its line break.
    pub doc: &'static str,
}

/// Declares an enumeration without fields, and `DECLARED`, the list of its variants with their documentation.
macro_rules! documented {
    ($(#[$($attribute:tt)*])* pub enum $type:ident { $($(#[doc = $doc:tt])+ $variant:ident,)+ }) => {
        $(#[$($attribute)*])*
        pub enum $type {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $type {
            pub(crate) const DECLARED: &[$crate::documented::Variant<Self>] = &[$(
                $crate::documented::Variant {
                    value: Self::$variant,
                    name: stringify!($variant),
                    doc: concat!($($doc, "\n"),+),
                }
            ),+];
        }
    };
}
pub(crate) use documented;
