//! Fills a language's templates in.
//!
//! Beside minijinja's own filters a template has `doc(subject)`, which takes a documentation comment apart; `wrap(prefix,
//! width)`; `snake`, `camel` and `upper`, which spell a name; and whatever the language adds.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use heck::{ToLowerCamelCase, ToShoutySnakeCase, ToSnakeCase};
use minijinja::value::{Kwargs, Value};
use minijinja::{Environment, Error, UndefinedBehavior, context};

use crate::docs::{self, Subject};
use crate::languages::Language;
use crate::surface::Surface;

/// Writes all of a language's files into the folder.
pub fn write(surface: Surface, language: Arc<dyn Language>, folder: &Path) -> Result<()> {
    let surface = Arc::new(surface);
    let environment = environment(&surface, &language)?;
    for template in language.templates() {
        let Some(file) = template.file else { continue };
        let path = folder.join(file);
        let text = environment.get_template(template.name)?.render(context! { surface => *surface })?;
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text).with_context(|| format!("{} can't be written", path.display()))?;
    }
    Ok(())
}

fn environment(surface: &Arc<Surface>, language: &Arc<dyn Language>) -> Result<Environment<'static>> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_keep_trailing_newline(true);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    environment.add_filter("snake", |name: String| name.to_snake_case());
    environment.add_filter("camel", |name: String| name.to_lower_camel_case());
    environment.add_filter("upper", |name: String| name.to_shouty_snake_case());
    environment.add_filter("wrap", |text: String, prefix: String, width: usize| docs::wrapped(&text, &prefix, width));
    let (of, spelling) = (surface.clone(), language.clone());
    environment.add_filter("doc", move |docs: String, options: Kwargs| -> Result<Value, Error> {
        let owner: Option<String> = options.get("owner")?;
        let is_callback: Option<bool> = options.get("is_callback")?;
        options.assert_all_used()?;
        let subject = Subject { owner: owner.as_deref().unwrap_or_default(), is_callback: is_callback == Some(true) };
        Ok(Value::from_serialize(docs::read(&docs, subject, &of, spelling.as_ref())))
    });
    language.add_filters(&mut environment, surface);
    for template in language.templates() {
        environment.add_template(template.name, template.text)?;
    }
    Ok(environment)
}
