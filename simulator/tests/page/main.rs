//! The page at `/__simulator/` in a real browser: `make test-page`. Ignored otherwise, because it needs Chromium.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../support/mod.rs"]
#[allow(dead_code)]
mod support;

mod browser;
mod others;
mod scene;
mod screenshots;
mod shown;
mod used;
