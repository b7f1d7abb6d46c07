# Rust's own targets.

.PHONY: demo-rust test-rust check-rust package-rust
demo-rust: tools ## Starts a recording from Rust.
	scripts/with-simulator.sh $(SIMULATOR) $(TARGET)/debug/examples/start_recording

test-rust: ## Runs the core's and the simulator's suites.
	cargo test $(DEV)

check-rust: ## rustfmt, clippy, docs, licences.
	cargo fmt --all --check
	cargo clippy $(DEV) --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc $(DEV) --no-deps --quiet
