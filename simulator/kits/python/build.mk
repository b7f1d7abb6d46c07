# The wheel of the simulator: the program inside, what steers it, and pytest's fixtures.

PYTHON_KIT_GENERATED := $(PYTHON_BUILD)/kit-generated
PYTHON_KIT_SOURCES := $(shell find simulator/kits/python/src simulator/src -type f) simulator/Cargo.toml \
	simulator/kits/python/pyproject.toml simulator/kits/python/README.md simulator/kits/python/build.mk \
	bindings/python/hatch_build.py Cargo.toml Cargo.lock

$(PYTHON_KIT)/.done: $(PYTHON_TOOLS)/.done $(PYTHON_KIT_SOURCES)
	@scripts/require.sh objdump=binutils
	$(MAKE) --no-print-directory packed-simulator
	rm -rf $(PYTHON_KIT) $(PYTHON_KIT_GENERATED)
	mkdir -p $(PYTHON_KIT_GENERATED)/rongcloud_simulator/_bin
	cp $(PACKED_SIMULATOR) $(PYTHON_KIT_GENERATED)/rongcloud_simulator/_bin/
	cd simulator/kits/python && GENERATED=$(PYTHON_KIT_GENERATED) $(PYTHON_TOOLS)/bin/python -m hatchling build \
		--target wheel --directory $(PYTHON_KIT)
	touch $@
