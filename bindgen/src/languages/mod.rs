//! What is a language's own: how it spells names, types and values, and which files it needs.

pub mod kotlin;
pub mod python;
pub mod swift;

use std::sync::Arc;

use anyhow::{Result, bail};
use minijinja::Environment;

use crate::docs::Spelling;
use crate::surface::Surface;

/// A language that is written.
pub trait Language: Spelling + Send + Sync {
    /// Its templates, each with its name, its text and the file that it writes.
    fn templates(&self) -> &'static [Template];
    /// Adds the filters that only its own templates need.
    fn add_filters(&self, environment: &mut Environment<'static>, surface: &Arc<Surface>);
}

/// A template and the file that it writes; without one, other templates import it.
pub struct Template {
    pub name: &'static str,
    pub text: &'static str,
    pub file: Option<&'static str>,
}

/// A template beside this file's crate.
#[macro_export]
macro_rules! template {
    ($name:literal => $file:literal) => {
        $crate::languages::Template {
            name: $name,
            text: include_str!(concat!("../../templates/", $name)),
            file: Some($file),
        }
    };
    ($name:literal) => {
        $crate::languages::Template { name: $name, text: include_str!(concat!("../../templates/", $name)), file: None }
    };
}

/// The language of this name.
pub fn named(name: &str) -> Result<Arc<dyn Language>> {
    Ok(match name {
        "python" => Arc::new(python::Python),
        "kotlin" => Arc::new(kotlin::Kotlin),
        "swift" => Arc::new(swift::Swift),
        _ => bail!("{name} is not one of python, kotlin, swift"),
    })
}
