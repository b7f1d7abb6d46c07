# The command line's own targets. Its suite is among Rust's: make test-rust ONLY="doctor callbacks".

CLI := $(TARGET)/debug/rongcloud-recording
CLI_BUILT := $(BUILD)/cli/built
CLI_WHEELS := $(BUILD)/cli/wheels

.PHONY: install-cli cli-docs errors check-errors package-cli
install-cli: toolchain ## Installs the command line: rongcloud-recording.
	cargo install --path cli --locked

cli-docs: tools ## Writes what is made from the command line's own help: docs/cli.md.
	$(CLI) reference >docs/cli.md

errors: tools ## Writes the catalogue of errors from the code's own tables: docs/errors.md.
	$(CLI) errors >docs/errors.md

check-errors: tools
	@$(CLI) errors | diff -u docs/errors.md - || { echo "What codes mean has changed. If it is meant: make errors" >&2; exit 1; }

# Among the packages only: nothing that is tested needs another build of everything.
package-cli: packed-cli $(PYTHON_TOOLS)/.done $(NOTICES)/cli/.done ## Puts the command line's wheels into dist/: the program, for whoever has pip and no Rust.
	@scripts/require.sh readelf=binutils
	rm -rf $(CLI_WHEELS)
	$(foreach platform,$(PROGRAMS),rm -rf $(CLI_BUILT) && mkdir -p $(CLI_BUILT)/bin && \
		cp $(NOTICES)/cli/* $(CLI_BUILT) && \
		cp $(call program-for,$(platform),cli/rongcloud-recording) $(CLI_BUILT)/bin/ && \
		$(PYTHON_PACK) wheel cli/python $(CLI_BUILT) $(CLI_WHEELS) && ):
	bindings/python/new_environment.sh $(PYTHON) $(BUILD)/cli/user
	$(BUILD)/cli/user/bin/pip install --quiet --no-index --find-links $(CLI_WHEELS) rongcloud-recording-cli
	$(BUILD)/cli/user/bin/rongcloud-recording --version
	mkdir -p dist && rm -f dist/rongcloud_recording_cli-*.whl && cp $(CLI_WHEELS)/*.whl dist/
