//! What a program gets into its tree by this library with everything that Rust programs can ask of it.

#![cfg(test)]

use std::collections::{HashMap, HashSet};
use std::process::Command;

use serde_json::Value;

const LIBRARY: &str = "rongcloud-recording";

/// Every package that the library depends on, with itself, for any platform.
fn tree() -> Vec<Value> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version=1", "--manifest-path", manifest])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = listed(&metadata["packages"], |package| (text(&package["id"]), package.clone()));
    let used = listed(&metadata["resolve"]["nodes"], |node| (text(&node["id"]), texts(&node["dependencies"])));
    let library = packages.values().find(|package| package["name"] == LIBRARY).unwrap();
    let mut ids = HashSet::new();
    let mut rest = vec![text(&library["id"])];
    while let Some(id) = rest.pop() {
        if ids.insert(id.clone()) {
            rest.extend(used[&id].iter().cloned());
        }
    }
    ids.iter().map(|id| packages[id].clone()).collect()
}

fn listed<T>(values: &Value, pair: impl Fn(&Value) -> (String, T)) -> HashMap<String, T> {
    values.as_array().unwrap().iter().map(pair).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn texts(values: &Value) -> Vec<String> {
    values.as_array().unwrap().iter().map(text).collect()
}

#[test]
fn nothing_of_the_other_languages_is_in_it() {
    let names: Vec<_> = tree().iter().map(|package| text(&package["name"])).collect();
    // What must be there, for else nothing was looked at.
    for known in [LIBRARY, "reqwest", "rusqlite", "redis", "tokio-postgres"] {
        assert!(names.iter().any(|name| name == known), "{known} is not in {names:?}");
    }
    let strange: Vec<_> = names.iter().filter(|name| name.starts_with("uniffi")).collect();
    assert!(strange.is_empty(), "{strange:?}");
}

#[test]
fn no_licence_asks_for_more_than_a_notice() {
    let copyleft = |package: &&Value| {
        let licence = package["license"].as_str().unwrap_or("none");
        // One of several that may be chosen is no duty.
        licence.split(" OR ").all(|choice| ["MPL", "GPL", "EPL", "CDDL", "none"].iter().any(|it| choice.contains(it)))
    };
    let tree = tree();
    let strange: Vec<_> = tree.iter().filter(copyleft).map(|it| (&it["name"], &it["license"])).collect();
    assert!(strange.is_empty(), "{strange:?}");
}

#[test]
fn the_library_is_built_for_rust_alone() {
    let tree = tree();
    let library = tree.iter().find(|package| package["name"] == LIBRARY).unwrap();
    let targets = library["targets"].as_array().unwrap();
    let kinds: Vec<_> =
        targets.iter().filter(|it| it["name"] == "rongcloud_recording").map(|it| texts(&it["crate_types"])).collect();
    assert_eq!(kinds, [["lib"]]);
}
