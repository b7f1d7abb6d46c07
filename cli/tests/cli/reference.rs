//! The pages that are made from the program's own help are those that it has.

use std::fs;
use std::path::PathBuf;

use super::support::run;

fn committed(file: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(file)).unwrap()
}

#[tokio::test]
async fn the_page_of_the_command_line_is_what_help_says() {
    let page = run(&["reference"]).await.stdout;
    assert!(committed("docs/cli.md") == page, "docs/cli.md is another: make cli-docs");
}

#[tokio::test]
async fn the_readme_has_every_command_and_exit_code() {
    let page = run(&["reference"]).await.stdout;
    let tables: Vec<&str> = page.lines().filter(|line| line.starts_with('|')).collect();
    let tables = tables.join("\n").replace("](#", "](docs/cli.md#");
    let readme = committed("README.md");
    let section = readme.split("<!-- cli: begin -->\n").nth(1).and_then(|rest| rest.split("<!-- cli: end -->").next());
    let section: Vec<&str> = section.unwrap().lines().filter(|line| line.starts_with('|')).collect();
    assert!(section.join("\n") == tables, "the README's tables are others: make cli-docs");
}
