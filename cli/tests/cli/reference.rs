//! The pages that are made from the program's own help are those that it has.

use super::support::{committed, run};

#[tokio::test]
async fn the_page_of_the_command_line_is_what_help_says() {
    let page = run(&["reference"]).await.stdout;
    assert!(committed("docs/cli.md") == page, "docs/cli.md is another: make cli-docs");
}
