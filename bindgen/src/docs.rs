//! Rust's documentation in another language's words: its names, its links, its sections.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde::Serialize;

use crate::surface::Surface;

/// A documentation comment, taken apart.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Doc {
    /// Its first sentence or paragraph.
    pub summary: String,
    /// The paragraphs after that.
    pub paragraphs: Vec<String>,
    /// What it says of each argument, under `Arguments:`.
    pub arguments: Vec<(String, String)>,
    /// What it says after `Errors:`.
    pub errors: String,
}

/// How a language spells what the documentation names.
pub trait Spelling {
    /// A link to a type.
    fn type_link(&self, name: &str) -> String;
    /// A link to a type's member, both as Rust names them.
    fn member_link(&self, owner: &str, member: &str) -> String;
    /// A link to a function.
    fn function_link(&self, name: &str) -> String;
    /// The name under which a kind of failure is caught, for instance `NotSent`.
    fn failure(&self, kind: &str) -> String;
    /// The name under which a refused callback is caught.
    fn refusal(&self) -> String;
    /// A field, an argument or a function, named by itself.
    fn plain(&self, name: &str) -> String {
        name.to_owned()
    }
}

/// What a comment is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// The type that `Self` means.
    pub owner: &'a str,
    /// `Refused` means a callback, not a call.
    pub is_callback: bool,
}

#[allow(clippy::unwrap_used, reason = "the patterns are constant")]
static CODE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\[`([^`]+)`\](?:\(([^)]+)\))?|`([^`]+)`").unwrap());
#[allow(clippy::unwrap_used, reason = "the patterns are constant")]
static ERRORS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)(?:^|\s+)Errors: (.*)$").unwrap());
#[allow(clippy::unwrap_used, reason = "the patterns are constant")]
static ARGUMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)^`?(\w+)`?: (.*)$").unwrap());

const FAILURE_KINDS: &str = "FailureKind";

/// A comment without what is for Rust alone: its sections, which begin with a heading and stand at the end.
fn for_all(docs: &str) -> &str {
    let end = if docs.starts_with("# ") { Some(0) } else { docs.find("\n# ") };
    end.map_or(docs, |end| &docs[..end])
}

/// Takes a comment apart, its names spelt as the language spells them.
pub fn read(docs: &str, subject: Subject<'_>, surface: &Surface, spelling: &dyn Spelling) -> Doc {
    let mut doc = Doc::default();
    for paragraph in for_all(docs).split("\n\n").map(str::trim).filter(|it| !it.is_empty()) {
        if let Some(list) = paragraph.strip_prefix("Arguments:") {
            let items = list.split("\n- ").map(joined).filter(|it| !it.is_empty());
            doc.arguments = items
                .filter_map(|item| {
                    let found = ARGUMENT.captures(&item)?;
                    Some((found[1].to_owned(), spelt(&found[2], subject, surface, spelling)))
                })
                .collect();
            continue;
        }
        let mut text = joined_but_lists(paragraph);
        if let Some(found) = ERRORS.captures(&text).map(|found| (found[1].to_owned(), text.len() - found[0].len())) {
            doc.errors = spelt(&found.0, subject, surface, spelling);
            text.truncate(found.1);
        }
        let text = spelt(&text, subject, surface, spelling);
        if doc.summary.is_empty() {
            doc.summary = text;
        } else if !text.is_empty() {
            doc.paragraphs.push(text);
        }
    }
    doc
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A paragraph as one line; a list or code keeps its lines.
fn joined_but_lists(paragraph: &str) -> String {
    let keeps_lines = |line: &str| line.starts_with("- ") || line.starts_with("```") || line.starts_with("    ");
    if paragraph.lines().any(keeps_lines) { paragraph.to_owned() } else { joined(paragraph) }
}

fn spelt(text: &str, subject: Subject<'_>, surface: &Surface, spelling: &dyn Spelling) -> String {
    let replaced = CODE.replace_all(text, |found: &Captures<'_>| {
        let shown = found.get(1).or_else(|| found.get(3)).map_or("", |it| it.as_str());
        let is_link = found.get(1).is_some();
        let target = found.get(2).map_or(shown, |it| it.as_str());
        target_link(target, is_link, subject, surface, spelling).unwrap_or_else(|| format!("`{shown}`"))
    });
    replaced.into_owned()
}

/// A link to what a path of Rust names. Nothing, where it names nothing that other languages have.
fn target_link(
    path: &str,
    is_link: bool,
    subject: Subject<'_>,
    surface: &Surface,
    spelling: &dyn Spelling,
) -> Option<String> {
    let mut parts: Vec<&str> =
        path.split("::").skip_while(|part| matches!(*part, "crate" | "super" | "self")).collect();
    if parts.first() == Some(&"Self") && !subject.owner.is_empty() {
        parts[0] = subject.owner;
    }
    // Modules before the name itself.
    let start =
        parts.iter().position(|part| surface.declares(part) || *part == "RecordingError").unwrap_or(parts.len() - 1);
    match &parts[start..] {
        ["RecordingError"] => Some(spelling.type_link("RecordingError")),
        [name] if is_failure_kind(name, surface) => {
            let name =
                if subject.is_callback && *name == "Refused" { spelling.refusal() } else { spelling.failure(name) };
            Some(name)
        }
        [name] if surface.declares(name) => Some(spelling.type_link(surface.public_name(name).unwrap_or(name))),
        [name] if is_link && surface.functions.iter().any(|it| it.name == *name) => Some(spelling.function_link(name)),
        [name] if name.contains('_') && surface.has_member(name) => Some(format!("`{}`", spelling.plain(name))),
        ["RecordingError", kind] if is_failure_kind(kind, surface) => Some(spelling.failure(kind)),
        [owner, member] => Some(spelling.member_link(surface.public_name(owner).unwrap_or(owner), member)),
        _ => None,
    }
}

fn is_failure_kind(name: &str, surface: &Surface) -> bool {
    let kinds = surface.enums.iter().find(|it| it.origin == FAILURE_KINDS);
    kinds.is_some_and(|kinds| kinds.variants.iter().any(|variant| variant.name == name))
}

/// Text in lines of at most this width; every line begins with the prefix.
pub fn wrapped(text: &str, prefix: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for given in text.lines() {
        let is_verbatim = given.starts_with("    ") || given.starts_with("```");
        let continued = if given.starts_with("- ") { "  " } else { "" };
        let mut line = String::new();
        if is_verbatim {
            line = given.to_owned();
        } else {
            for word in given.split_whitespace() {
                if !line.is_empty() && prefix.chars().count() + line.chars().count() + 1 + word.chars().count() > width
                {
                    lines.push(std::mem::replace(&mut line, format!("{continued}{word}")));
                } else {
                    if !line.trim_start().is_empty() {
                        line.push(' ');
                    }
                    line.push_str(word);
                }
            }
        }
        lines.push(line);
    }
    lines.iter().map(|line| format!("{prefix}{line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::{for_all, wrapped};

    #[test]
    fn wrapped_text_has_the_prefix_on_every_line_and_no_line_is_too_long() {
        assert_eq!(wrapped("one two three", "// ", 10), "// one two\n// three");
    }

    #[test]
    fn a_list_keeps_its_lines_and_is_indented_where_it_goes_on() {
        assert_eq!(wrapped("- one two\n- three", "", 7), "- one\n  two\n- three");
    }

    #[test]
    fn sections_for_rust_are_left_out() {
        let docs =
            "What it is.\n\nMore of it.\n\n# Examples\n\n```\n# use hidden;\nlet it = 1;\n```\n\n# Panics\nNever.";
        assert_eq!(for_all(docs).trim(), "What it is.\n\nMore of it.");
        assert_eq!(for_all("# Errors\nNone."), "");
        assert_eq!(for_all("Number #1 of two."), "Number #1 of two.");
    }
}
