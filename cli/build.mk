# The command line's own targets. Its suite is among Rust's: make test-rust ONLY="doctor callbacks".

CLI := $(TARGET)/debug/rongcloud-recording
CLI_PROGRAM := $(TARGET)/cli/rongcloud-recording
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
package-cli: toolchain $(PYTHON_TOOLS)/.done ## Puts the command line's wheel into dist/: the program, for whoever has pip and no Rust.
	@scripts/require.sh objdump=binutils
	cargo build --locked --profile cli -p rongcloud-recording-cli
	rm -rf $(CLI_WHEELS)
	cd cli/python && PROGRAM=$(CLI_PROGRAM) $(PYTHON_TOOLS)/bin/python -m hatchling build --target wheel --directory $(CLI_WHEELS)
	bindings/python/new_environment.sh $(PYTHON) $(BUILD)/cli/user
	$(BUILD)/cli/user/bin/pip install --quiet --no-index $(CLI_WHEELS)/*.whl
	$(BUILD)/cli/user/bin/rongcloud-recording --version
	mkdir -p dist && rm -f dist/rongcloud_recording_cli-*.whl && cp $(CLI_WHEELS)/*.whl dist/
