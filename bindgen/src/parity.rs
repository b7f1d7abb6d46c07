//! What users have, name by name, in every language: a table for the documentation, and a check of the surfaces that are
//! written down.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use camino::Utf8Path;
use heck::ToSnakeCase;

use crate::languages::{self, Language};
use crate::read::read;
use crate::surface::{Record, Surface};

const LANGUAGES: [(&str, &str); 3] = [("python", "Python"), ("kotlin", "Kotlin"), ("swift", "Swift")];
/// Who has the operations, and who has an error's facts.
const CLIENT: &str = "RecordingClient";
const LEDGER: &str = "RecordingLedger";
const ERROR: &str = "RecordingError";
const FAILURE: &str = "Failure";
/// What layers call, and users have in another form: as members of a type, or as their frameworks have it.
const FOR_LAYERS: [&str; 12] = [
    "CallbackHeader",
    "CallbackRequest",
    "allocate_bytes",
    "completed",
    "completed_refusal",
    "free_bytes",
    "layout_to_svg",
    "layout_update_advice",
    "set_log_level",
    "shut_down_runtime",
    "take_log_records",
    "video_streams",
];

/// A line of the table: the Rust name, and how each language spells it.
struct Row {
    rust: String,
    spelt: Vec<String>,
}

/// Writes the table. Fails where a name is in no language's surface, as `FOLDER/LANGUAGE.txt` has it.
pub fn write(library: &Utf8Path, surfaces: &Path, file: &Path) -> Result<()> {
    let known = LANGUAGES.map(|(key, _)| words_of(&surfaces.join(format!("{key}.txt"))));
    let read = LANGUAGES.map(|(key, _)| Ok::<_, anyhow::Error>((read(library, key)?, languages::named(key)?)));
    let read: Vec<(Surface, Arc<dyn Language>)> = read.into_iter().collect::<Result<_>>()?;
    let mut text = HEAD.to_owned();
    let mut missing = Vec::new();
    for (title, rows) in sections(&read) {
        let heads: Vec<_> = LANGUAGES.iter().map(|(_, name)| *name).collect();
        write!(text, "\n## {title}\n\n| Rust | {} |\n|---|---|---|---|\n", heads.join(" | "))?;
        for row in rows {
            writeln!(
                text,
                "| `{}` | {} |",
                row.rust,
                row.spelt.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(" | ")
            )?;
            for ((spelt, words), (key, _)) in row.spelt.iter().zip(&known).zip(LANGUAGES) {
                if !words.as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))?.contains(last_word(spelt)) {
                    missing.push(format!("{key} has no {spelt}"));
                }
            }
        }
    }
    if !missing.is_empty() {
        bail!("{}", missing.join("\n"));
    }
    fs::write(file, text).with_context(|| format!("{} can't be written", file.display()))
}

const HEAD: &str = "\
# The same in every language

Written by `make parity` from what the core declares. That each language has each of these names is checked against its
public surface in `api`.
";

fn words_of(file: &Path) -> Result<BTreeSet<String>> {
    let text = fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
    Ok(text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect())
}

fn last_word(spelt: &str) -> &str {
    let name = spelt.split('(').next().unwrap_or(spelt);
    name.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(name)
}

fn sections(read: &[(Surface, Arc<dyn Language>)]) -> Vec<(&'static str, Vec<Row>)> {
    let Some((surface, _)) = read.first() else { return Vec::new() };
    let member = |owner: &str, name: &str| Row {
        rust: format!("{owner}::{name}"),
        spelt: read
            .iter()
            .map(|(surface, language)| plain(&language.member_link(surface.public_name(owner).unwrap_or(owner), name)))
            .collect(),
    };
    let failures = surface.enums.iter().filter(|it| it.origin == "FailureKind").flat_map(|it| &it.variants);
    let kinds = failures.map(|variant| Row {
        rust: format!("{ERROR}::{}", variant.name),
        spelt: read.iter().map(|(_, language)| plain(&language.failure(&variant.name))).collect(),
    });
    let is_failure = |it: &&Record| it.origin == FAILURE;
    let facts = surface.records.iter().filter(is_failure).flat_map(|it| &it.fields).filter(|it| it.name != "kind");
    let facts = facts.filter(|it| it.name != "sentence").map(|field| member(ERROR, &field.name));
    let data = surface
        .records
        .iter()
        .filter(|it| it.is_public && !is_failure(it) && !FOR_LAYERS.contains(&it.origin.as_str()));
    let fields = data.flat_map(|it| it.fields.iter().map(|field| member(&it.origin, &field.name)));
    let enums = surface.enums.iter().filter(|it| it.is_public && it.origin != "FailureKind");
    let variants = enums.flat_map(|it| it.variants.iter().map(|variant| member(&it.origin, &variant.name)));
    let objects = surface.objects.iter().filter(|it| it.is_public);
    let methods = objects.flat_map(|it| it.methods.iter().map(|method| member(&it.name, &method.name)));
    let functions = surface.functions.iter().filter(|it| !FOR_LAYERS.contains(&it.name.as_str())).map(|function| Row {
        rust: function.name.clone(),
        spelt: read.iter().map(|(_, language)| plain(&language.function_link(&function.name))).collect(),
    });
    // Their groups are no types, though one may have a type's name in Rust.
    let constant = |group: &str, name: &str| Row {
        rust: format!("{group}::{name}"),
        spelt: read.iter().map(|(_, language)| plain(&language.member_link(group, name))).collect(),
    };
    let constants = surface.constants.iter().flat_map(|it| it.members.iter().map(|one| constant(&it.name, &one.name)));
    vec![
        ("Operations", surface.operations.iter().map(|it| member(CLIENT, &it.name.to_snake_case())).collect()),
        ("Ledgers", surface.ledger_operations.iter().map(|it| member(LEDGER, &it.name.to_snake_case())).collect()),
        ("Errors", kinds.chain(facts).collect()),
        ("Data", fields.collect()),
        ("Enumerations", variants.collect()),
        ("Objects", methods.collect()),
        ("Functions", functions.collect()),
        ("Constants", constants.collect()),
    ]
}

/// A link's text.
fn plain(link: &str) -> String {
    link.trim_matches(|c| matches!(c, '`' | '[' | ']')).replace('/', ".")
}
