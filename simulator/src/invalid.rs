//! What a test asked for and can't have.

use std::error::Error;
use std::fmt;

pub(crate) trait Invalid: Error {}

macro_rules! invalid {
    ($($(#[$what:meta])* $name:ident),*) => {$(
        $(#[$what])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            pub(crate) fn new(why: impl Into<String>) -> Self {
                Self(why.into())
            }

            /// The first sentence that is so, if any is.
            pub(crate) fn check(sentences: &[(bool, &str)]) -> Result<(), Self> {
                let wrong = sentences.iter().find(|(is_so, _)| *is_so);
                wrong.map_or(Ok(()), |(_, why)| Err(Self::new(*why)))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Error for $name {}
        impl Invalid for $name {}
    )*};
}

invalid! {
    /// A step that no HTTP reply can be made of.
    InvalidStep,
    /// A fault that no door can inject.
    InvalidFault,
    /// A setting that no callback can be made or delivered with.
    InvalidCallback,
    /// A scenario that can't be played.
    InvalidScenario
}
