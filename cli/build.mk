# The command line's own targets. Its suite is Rust's: make test-rust ONLY="cli".

CLI := $(TARGET)/debug/rongcloud-recording

.PHONY: install-cli cli-docs
install-cli: toolchain ## Installs the command line: rongcloud-recording.
	cargo install --path cli --locked

cli-docs: tools ## Writes what is made from the command line's own help: docs/cli.md, and the tables of the README.
	@scripts/require.sh python3=python3
	cli/docs.py $(CLI)
