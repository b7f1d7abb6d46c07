//! The catalogue of errors as a page: docs/errors.md.

use rongcloud_recording::Rule;
use rongcloud_recording::catalogue::{Basis, Entry, Group, entries};

const HEAD: &str = "# Errors, and what to do about each

Every code that an error, a violation, a piece of advice or a refused callback may have. `make errors` writes this page from the
code's own tables, and `make check` fails where it is another; `rongcloud-recording explain CODE` says the same offline. Codes
and anchors stay as they are from version to version; more may be added.

*Sent* says whether the service may have seen the request. Nothing here is a promise of the service's: what is *documented*
names the page, what is *inferred* names what from, and everything else is this library's own.
";

/// The whole page.
pub fn page() -> String {
    let entries = entries();
    let of = |group| entries.iter().filter(move |entry| entry.group == group);
    let mut page = HEAD.to_owned();
    for group in Group::ALL {
        let (title, about) = group.title();
        let index: Vec<_> = of(group).map(|entry| format!("[{}](#{})", entry.code, entry.anchor())).collect();
        page.push_str(&format!("\n## {title}\n\n{about}\n\n{}\n", index.join(" · ")));
        of(group).for_each(|entry| page.push_str(&section(entry)));
    }
    page
}

fn section(entry: &Entry) -> String {
    let name = if entry.group == Group::Service { format!("`{}`: ", entry.name) } else { String::new() };
    let mut text = format!(
        "\n### {} `{}`\n\n{name}{}\n\n- Sent: {}\n- What to do: {}\n",
        entry.group.word(),
        entry.code,
        entry.meaning,
        entry.sent,
        entry.to_do
    );
    if entry.rules.is_empty() {
        text.push_str(&format!("- Source: {}\n", told_basis(&entry.basis)));
    }
    for rule in &entry.rules {
        text.push_str(&format!("- {}\n", told_rule(rule)));
    }
    text
}

/// A rule as a line: where it applies, what it asks for, where that is written.
pub fn told_rule(rule: &Rule) -> String {
    format!("{}: {} ({})", rule.applies_to, rule.rule, told_basis(&Basis::of(rule)))
}

/// Where something is known from.
pub fn told_basis(basis: &Basis) -> String {
    match basis {
        Basis::Documented(source) => format!("documented: {source}"),
        Basis::Inferred(source) => format!("inferred: {source}"),
        Basis::Library => "this library".to_owned(),
    }
}
