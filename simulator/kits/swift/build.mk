# Swift's test kit: a package of its own, with the simulator's program as a resource.

SWIFT_KIT := simulator/kits/swift
SWIFT_KIT_ARCHIVE := dist/RongCloudSimulator-$(SWIFT_VERSION)-swift.tar.gz
SWIFT_KIT_FOLDER := $(SWIFT_BUILD)/kit
SWIFT_KIT_GRAPH := $(SWIFT_BUILD)/kit-graph
SWIFT_FIRST_TEST := $(SWIFT_BUILD)/first-test

.PHONY: package-swift-kit first-test-swift swift-kit-graph check-swift-kit api-swift-kit
test-swift: package-swift-kit $(if $(ONLY),,first-test-swift)
check-swift: check-swift-kit
api-swift: api-swift-kit
package-swift: package-swift-kit

package-swift-kit: packed-simulators $(NOTICES)/simulator/.done
	$(SWIFT_KIT)/package.sh $(NOTICES)/simulator $(SWIFT_KIT_ARCHIVE) $(SWIFT_KIT_FOLDER) \
		$(foreach platform,$(PROGRAMS),$(call machine-of,$(platform))=$(call program-for,$(platform),tool/rongcloud-simulator))

# As a user's, who has unpacked both archives beside the package: there is nothing to fetch.
first-test-swift: package-swift swift-toolchain ## Runs the first test of an empty package with the network off.
	@scripts/require.sh ip=iproute2 unshare=util-linux
	mkdir -p $(SWIFT_FIRST_TEST)
	cp -r $(SWIFT_KIT)/first-test/. $(SWIFT_FIRST_TEST)
	simulator/kits/without-network.sh $(SWIFT) run $(SWIFT_FIRST_TEST) \
		swift test --disable-xctest --no-parallel $(SWIFT_BUILD_FLAGS)

swift-kit-graph: package-swift-kit swift-toolchain
	mkdir -p $(SWIFT_KIT_GRAPH)
	$(SWIFT) run $(SWIFT_KIT_FOLDER)/RongCloudSimulator \
		swift build --scratch-path $(SWIFT_BUILD)/kit-check $(SWIFT_BUILD_FLAGS) \
		-Xswiftc -emit-symbol-graph -Xswiftc -emit-symbol-graph-dir -Xswiftc $(SWIFT_KIT_GRAPH)

check-swift-kit: swift-kit-graph
	scripts/api-swift.py $(SWIFT_KIT_GRAPH)/RongCloudSimulator.symbols.json | scripts/same-surface.sh swift-simulator
	$(SWIFT) run . sh -c '"$$(dirname "$$(readlink -f "$$(command -v swift)")")/docc" "$$@"' docc convert \
		$(SWIFT_KIT)/RongCloudSimulator.docc --additional-symbol-graph-dir $(SWIFT_KIT_GRAPH) --output-path $(SWIFT_BUILD)/kit-documentation \
		--warnings-as-errors --fallback-display-name RongCloudSimulator --fallback-bundle-identifier RongCloudSimulator
	$(SWIFT) run . swift format lint --strict --recursive --configuration bindings/swift/.swift-format $(SWIFT_KIT)
	@scripts/require.sh shellcheck=shellcheck
	shellcheck simulator/kits/*.sh $(SWIFT_KIT)/*.sh

api-swift-kit: swift-kit-graph
	scripts/api-swift.py $(SWIFT_KIT_GRAPH)/RongCloudSimulator.symbols.json >api/swift-simulator.txt
