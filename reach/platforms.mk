# Which platforms are packed for. What the suites run against is packed for this machine alone, by its own compiler; what
# is released, by `make package`, for every one of them.

# As Rust names them, or `host`.
PLATFORMS := host
EVERY_PLATFORM := x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu x86_64-unknown-linux-musl aarch64-unknown-linux-musl
# Programs that have all in themselves run with either C library.
PROGRAMS := $(if $(filter host,$(PLATFORMS)),host,$(filter %-musl,$(PLATFORMS)))

# The folder where Cargo puts what is built for a platform, and what is in it.
built-for = $(TARGET)/$(if $(filter-out host,$1),$1/)
library-for = $(call built-for,$1)release/$(LIBRARY_NAME).so
program-for = $(call built-for,$1)$2
# x86_64, aarch64.
machine-of = $(if $(filter host,$1),$(shell uname -m),$(firstword $(subst -, ,$1)))
# As JNA names a platform, with musl beside it: linux-x86-64, linux-musl-aarch64.
jvm-platform = linux-$(if $(findstring musl,$1),musl-)$(subst _,-,$(call machine-of,$1))

# The one whose metadata the generator reads. Its symbols hold them: packages strip a copy.
LIBRARY := $(call library-for,$(firstword $(PLATFORMS)))

# Not in a folder of BUILD's, which may be another one.
CROSS_TOOLS := $(CURDIR)/build/cross
cargo-build = $(if $(filter host,$1),cargo build,reach/cross.sh $(CROSS_TOOLS) $1)

.PHONY: library libraries packed-simulators packed-cli
library: toolchain
	$(call cargo-build,$(firstword $(PLATFORMS))) $(if $(filter-out host,$(PLATFORMS)),--shared )--release $(LIBRARY_BUILD)
libraries: library
	@:$(foreach platform,$(filter-out $(firstword $(PLATFORMS)),$(PLATFORMS)), && $(call cargo-build,$(platform)) --shared --release $(LIBRARY_BUILD))
packed-simulators: toolchain
	@:$(foreach platform,$(PROGRAMS), && $(call cargo-build,$(platform)) $(PACKED_SIMULATOR_BUILD))
packed-cli: toolchain
	@:$(foreach platform,$(PROGRAMS), && $(call cargo-build,$(platform)) $(PACKED_CLI_BUILD))

# Notices and bills of materials, for whatever is packed: $(NOTICES)/library has those of the library.
NOTICES := $(CURDIR)/build/notices
define NOTICES_RULE
$(NOTICES)/$1/.done: Cargo.toml Cargo.lock $(wildcard */Cargo.toml) scripts/notices.py
	@scripts/require.sh python3=python3
	rm -rf $$(@D)
	scripts/notices.py $$(@D) $2
	touch $$@
endef
$(eval $(call NOTICES_RULE,library,$(LIBRARY_BUILD)))
$(eval $(call NOTICES_RULE,simulator,$(PACKED_SIMULATOR_BUILD)))
$(eval $(call NOTICES_RULE,cli,$(PACKED_CLI_BUILD)))
