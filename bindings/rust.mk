# Rust's own targets.

.PHONY: demo-rust test-rust check-rust package-rust
demo-rust: simulator ## Starts a recording from Rust.
	cargo build --locked --example start_recording
	scripts/with-simulator.sh $(SIMULATOR) $(TARGET)/debug/examples/start_recording

test-rust: ## Runs the core's and the simulator's suites.
	cargo test --locked --workspace

check-rust: ## rustfmt, clippy, docs, licences.
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --no-deps --quiet
