//! Python: names, types and values as it spells them, and its files.

use std::sync::Arc;

use minijinja::Environment;

use super::{Language, Template};
use crate::docs::Spelling;
use crate::surface::Surface;

/// Python.
pub struct Python;

const TEMPLATES: &[Template] = &[];

impl Language for Python {
    fn templates(&self) -> &'static [Template] {
        TEMPLATES
    }

    fn add_filters(&self, _environment: &mut Environment<'static>, _surface: &Arc<Surface>) {}
}

impl Spelling for Python {
    fn type_link(&self, name: &str) -> String {
        format!("`{name}`")
    }

    fn member_link(&self, owner: &str, member: &str) -> String {
        format!("`{owner}.{member}`")
    }

    fn function_link(&self, name: &str) -> String {
        format!("`{name}`")
    }

    fn failure(&self, kind: &str) -> String {
        format!("`{kind}`")
    }

    fn refusal(&self) -> String {
        "`Refused`".to_owned()
    }
}
