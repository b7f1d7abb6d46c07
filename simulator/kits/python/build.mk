# The wheel of the simulator: the program inside, what steers it, and pytest's fixtures.

PYTHON_KIT_BUILT := $(PYTHON_BUILD)/kit-built
PYTHON_KIT_SOURCES := $(shell find simulator/kits/python/src simulator/src -type f) simulator/Cargo.toml \
	simulator/kits/python/pyproject.toml simulator/kits/python/README.md simulator/kits/python/build.mk \
	bindings/python/hatch_build.py bindings/python/pack.py Cargo.toml Cargo.lock

$(PYTHON_KIT)/.done: $(PYTHON_TOOLS)/.done $(PYTHON_KIT_SOURCES) $(NOTICES)/simulator/.done
	@scripts/require.sh readelf=binutils
	$(MAKE) --no-print-directory packed-simulators
	rm -rf $(PYTHON_KIT)
	$(foreach platform,$(PROGRAMS),rm -rf $(PYTHON_KIT_BUILT) && mkdir -p $(PYTHON_KIT_BUILT)/rongcloud_simulator/_bin && \
		cp $(NOTICES)/simulator/* $(PYTHON_KIT_BUILT) && \
		cp $(call program-for,$(platform),tool/rongcloud-simulator) $(PYTHON_KIT_BUILT)/rongcloud_simulator/_bin/ && \
		$(PYTHON_PACK) wheel simulator/kits/python $(PYTHON_KIT_BUILT) $(PYTHON_KIT) && ):
	touch $@
