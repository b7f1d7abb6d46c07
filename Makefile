# The one entry for people and CI. `make demo` shows it, `make test` proves it, `make check` keeps it tidy.
#
# A part of one language's suite: `make test-python ONLY=…`, and so on. What ONLY means is the language's own filter:
#   rust    one or several parts of names:        make test-rust ONLY="retries every_fault"
#   python  an expression, pytest's -k:           make test-python ONLY="webhook and not replay"
#   kotlin  a class, and maybe a method:          make test-kotlin ONLY='FaultTest' or 'FaultTest#method*'
#   swift   a regular expression of a test's id:  make test-swift ONLY=CancellationTests
# Where it matches no test, the target fails. What all languages have in common is a suite apart, conformance-LANGUAGE, and
# runs where there is no ONLY; of it, ONLY is a part of "FILE: NAME": make conformance-python ONLY="replies.json".

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Everything that is built and isn't Cargo's lands here.
BUILD := $(CURDIR)/build
TARGET := $(if $(CARGO_TARGET_DIR),$(CARGO_TARGET_DIR),$(CURDIR)/target)
# The library that other languages load.
LIBRARY_NAME := librongcloud_recording
LIBRARY_PACKAGE := rongcloud-recording-library
LIBRARY_BUILD := --locked --package $(LIBRARY_PACKAGE)
BINDGEN := $(TARGET)/debug/rongcloud-bindgen
SIMULATOR := $(TARGET)/debug/rongcloud-simulator
PACKED_SIMULATOR_BUILD := --locked --profile tool --package rongcloud-simulator --bins
PACKED_CLI_BUILD := --locked --profile cli --package rongcloud-recording-cli
CONFORMANCE := $(TARGET)/debug/rongcloud-conformance
FAULTS := $(BUILD)/faults

.PHONY: help
help: ## Lists the targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "%-18s %s\n", $$1, $$2}'

# Every language's own targets: demo-X, demo-fleet-X, test-X, conformance-X, check-X, package-X. What test-X runs beside the stores'
# servers, which start once, is suite-X, and conformance-X.
include reach/platforms.mk
include bindings/rust.mk
include $(wildcard bindings/*/build.mk)
include $(wildcard simulator/kits/*/build.mk)
include benches/build.mk
include cli/build.mk
include reach/build.mk
include docs/build.mk
LANGUAGES := rust $(patsubst bindings/%/build.mk,%,$(wildcard bindings/*/build.mk))

.PHONY: demo test conformance check check-versions check-docs check-parity api parity
demo: $(addprefix demo-,$(LANGUAGES)) ## Starts a recording against the simulator, in every language.
.PHONY: demo-fleet
demo-fleet: $(addprefix demo-fleet-,$(LANGUAGES)) ## Lets two processes record together, in every language, and kills one in the middle.
test: ## Runs all suites against the packed artifacts, and sees to it that no output shows a secret.
	scripts/without-secrets.sh $(BUILD)/test.log scripts/with-stores.sh $(MAKE) --no-print-directory --keep-going \
		$(addprefix test-,$(LANGUAGES)) test-page test-book
conformance: ## Asks every language for the golden vectors, as test does too.
	scripts/with-stores.sh $(MAKE) --no-print-directory --keep-going $(addprefix conformance-,$(LANGUAGES))
check: check-versions check-docs check-parity check-errors book $(addprefix check-,$(LANGUAGES)) ## Formats, lints, types, licences, versions, links, public surfaces.
check-versions:
	@scripts/require.sh python3=python3
	scripts/version.py check
check-docs:
	@scripts/require.sh python3=python3
	scripts/check-docs.py
check-parity: library tools
	@mkdir -p $(BUILD)
	$(BINDGEN) parity $(LIBRARY) api $(BUILD)/parity.md
	@diff -u docs/parity.md $(BUILD)/parity.md || { echo "What every language has has changed. If it is meant: make parity" >&2; exit 1; }
	$(BINDGEN) metrics $(BUILD)/metrics.md
	@diff -u docs/metrics.md $(BUILD)/metrics.md || { echo "The metrics have changed. If it is meant: make parity" >&2; exit 1; }
api: $(addprefix api-,$(LANGUAGES)) ## Writes down the public surface of every language: api/LANGUAGE.txt.
parity: library tools ## Writes the tables of names that every language has, and of metrics: docs/parity.md, docs/metrics.md.
	$(BINDGEN) parity $(LIBRARY) api docs/parity.md
	$(BINDGEN) metrics docs/metrics.md

# Every fault for every operation in every language, and what each came to. Slower than a test should be.
.PHONY: faults
faults: $(addprefix faults-,$(LANGUAGES)) ## Causes every fault in every language, and writes docs/faults.md.
	@scripts/require.sh python3=python3
	tests/faults/table.py docs/faults.md $(foreach language,$(LANGUAGES),$(language)=$(FAULTS)/$(language).jsonl)

.PHONY: fleet
fleet: tools $(PYTHON_USER)/.wheel ## Lets workers on two hosts race on every engine, and kills, cuts and attacks what there is; as root, up to 10 minutes.
	@scripts/require.sh ip=iproute2 unshare=util-linux nsenter=util-linux strace=strace faketime=faketime
	scripts/with-stores.sh $(TARGET)/debug/rongcloud-fleet --python $(PYTHON_USER)/bin/python

.PHONY: clean
clean: ## Removes everything that was built.
	cargo clean
	rm -rf $(BUILD) dist

# What the languages share -------------------------------------------------------------------------------------

# One set of packages and features for every development build: another set would build everything again.
# Every engine of ledgers is in it, and the checks for them.
DEV := --locked --workspace \
	--features rongcloud-recording/conformance,rongcloud-recording/postgres,rongcloud-recording/redis,rongcloud-recording/sqlite

.PHONY: tools
tools: toolchain ## Builds the simulator, the binding generator, the conformance runner and the Rust examples.
	cargo build $(DEV) --bins --examples
