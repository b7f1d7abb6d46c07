# Swift's targets. A machine without a Swift compiler gets one in a folder of its own: scripts/swift-toolchain.sh.

SWIFT := scripts/swift-toolchain.sh
SWIFT_VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
SWIFT_ARCHIVE := dist/RongCloudRecording-$(SWIFT_VERSION)-swift.tar.gz
SWIFT_BUILD := $(BUILD)/swift
SWIFT_EXAMPLES := $(SWIFT_BUILD)/example/debug
SWIFT_TEST_ENV := RONGCLOUD_TEST_SWIFT_EXAMPLE=$(SWIFT_EXAMPLES)/StartRecording \
	RONGCLOUD_TEST_SWIFT_FOLLOW_EXAMPLE=$(SWIFT_EXAMPLES)/FollowRecording \
	RONGCLOUD_TEST_SWIFT_WEBHOOK_EXAMPLE=$(SWIFT_EXAMPLES)/Webhook \
	RONGCLOUD_TEST_SWIFT_FLEET_EXAMPLE=$(SWIFT_EXAMPLES)/Fleet \
	RONGCLOUD_TEST_RUST_EXAMPLE=$(TARGET)/debug/examples/start_recording
# What a machine may have set for real use must not reach the tests.
SWIFT_NO_SETTINGS := -u RONGCLOUD_APP_KEY -u RONGCLOUD_APP_SECRET -u RONGCLOUD_DATA_CENTER -u RONGCLOUD_API_URL \
	-u RONGCLOUD_LEDGER_URL
# SwiftPM plans a build anew only where the root package has changed, and the packed one names another library each time.
SWIFT_BUILD_FLAGS := --quiet --disable-build-manifest-caching -Xswiftc -warnings-as-errors

.PHONY: demo-swift demo-fleet-swift test-swift suite-swift conformance-swift check-swift package-swift faults-swift
.PHONY: swift-toolchain swift-driver swift-example swift-graph api-swift remove-swift-toolchain
demo-swift: swift-example ## Starts a recording from Swift, and follows another one up to its files.
	@scripts/require.sh python3=python3
	scripts/with-simulator.sh $(SIMULATOR) $(SWIFT) run . $(SWIFT_EXAMPLES)/StartRecording
	scripts/with-simulator.sh --simulator-only $(SIMULATOR) $(SWIFT) run . $(SWIFT_EXAMPLES)/FollowRecording

FLEET_SWIFT := $(SWIFT) run . $(SWIFT_EXAMPLES)/Fleet
demo-fleet-swift: swift-example ## Lets two processes in Swift record together, on PostgreSQL, and kills one in the middle.
	@scripts/require.sh python3=python3
	scripts/with-stores.sh scripts/demo-fleet.py --postgres $(SIMULATOR) $(FLEET_SWIFT)

test-swift: ## Runs Swift's suite against the packed package; ONLY=REGEX a part.
	scripts/with-stores.sh $(MAKE) --no-print-directory $(if $(ONLY),,conformance-swift) suite-swift

suite-swift: swift-example
	env $(SWIFT_NO_SETTINGS) $(SWIFT_TEST_ENV) scripts/some-tests.sh $(SWIFT) run bindings/swift/tests \
		swift test --scratch-path $(SWIFT_BUILD)/tests --disable-xctest --no-parallel $(SWIFT_BUILD_FLAGS) \
		$(if $(ONLY),--filter '$(ONLY)')
	$(if $(ONLY),,scripts/demo-fleet.py $(SIMULATOR) $(FLEET_SWIFT))

SWIFT_DRIVER := swift $(SWIFT) run . $(SWIFT_BUILD)/driver/debug/Driver
conformance-swift: tools swift-driver ## Asks Swift for the golden vectors; ONLY=TEXT a part.
	scripts/with-stores.sh $(CONFORMANCE) vectors $(if $(ONLY),--only '$(ONLY)') $(SWIFT_DRIVER)

faults-swift: tools swift-driver ## Runs the grid of faults from Swift: build/faults/swift.jsonl.
	$(CONFORMANCE) faults --output $(FAULTS)/swift.jsonl $(SWIFT_DRIVER)

swift-driver: package-swift swift-toolchain
	cp $(SWIFT_BUILD)/package/Dispatch.swift bindings/swift/driver/Sources/Driver/
	$(SWIFT) run bindings/swift/driver swift build --scratch-path $(SWIFT_BUILD)/driver $(SWIFT_BUILD_FLAGS)

check-swift: swift-graph ## Compiler warnings, documentation, public surface, use by version, swift-format, shellcheck.
	scripts/api-swift.py $(SWIFT_GRAPH)/RongCloudRecording.symbols.json | scripts/same-surface.sh swift
	$(SWIFT) run . sh -c '"$$(dirname "$$(readlink -f "$$(command -v swift)")")/docc" "$$@"' docc convert \
		bindings/swift/RongCloudRecording.docc \
		--additional-symbol-graph-dir $(SWIFT_GRAPH) --output-path $(SWIFT_BUILD)/documentation --warnings-as-errors \
		--fallback-display-name RongCloudRecording --fallback-bundle-identifier RongCloudRecording
	bindings/swift/check-dependency.sh $(CURDIR)/$(SWIFT_ARCHIVE) $(SWIFT_VERSION) $(SWIFT_BUILD)/dependency $(SIMULATOR)
	$(SWIFT) run . swift format lint --strict --recursive --configuration bindings/swift/.swift-format \
		bindings/swift/Package*.swift bindings/swift/Sources bindings/swift/tests bindings/swift/driver examples/swift
	@scripts/require.sh shellcheck=shellcheck
	shellcheck bindings/swift/*.sh $(SWIFT)

api-swift: swift-graph ## Writes down Swift's public surface: api/swift.txt.
	scripts/api-swift.py $(SWIFT_GRAPH)/RongCloudRecording.symbols.json >api/swift.txt

# What the compiler knows of the public surface.
SWIFT_GRAPH := $(SWIFT_BUILD)/graph
swift-graph: package-swift swift-toolchain
	mkdir -p $(SWIFT_GRAPH)
	$(SWIFT) run $(SWIFT_BUILD)/package/RongCloudRecording \
		swift build --scratch-path $(SWIFT_BUILD)/check $(SWIFT_BUILD_FLAGS) \
		-Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc $(SWIFT_GRAPH)

package-swift: libraries tools $(NOTICES)/library/.done ## Packs Swift's package: sources, generated bindings and static libraries.
	bindings/swift/package.sh $(LIBRARY) $(BINDGEN) $(NOTICES)/library $(SWIFT_ARCHIVE) $(SWIFT_BUILD)/package \
		$(foreach platform,$(filter-out %-musl,$(PLATFORMS)),$(call machine-of,$(platform))=$(basename $(call library-for,$(platform))).a)

swift-toolchain:
	$(SWIFT) install

swift-example: package-swift swift-toolchain
	$(SWIFT) run examples/swift swift build --scratch-path $(SWIFT_BUILD)/example $(SWIFT_BUILD_FLAGS)

remove-swift-toolchain: ## Deletes the Swift that swift-toolchain.sh has set up.
	$(SWIFT) remove
