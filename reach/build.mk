# What is released: every package for every platform, and what was seen of each on systems that it is for. Not among the
# tests: it builds the library four times, and makes small Debians of other releases and machines.

REACH := $(BUILD)/reach

.PHONY: package reach reach-try reach-install remove-reach
# In a folder of its own, so that what the suites run against stays what it is.
package: ## Builds every package for every platform into dist/, with SHA256SUMS. Takes long: package-LANGUAGE is for this machine alone.
	rm -rf dist
	$(MAKE) --no-print-directory BUILD=$(BUILD)/every PLATFORMS='$(EVERY_PLATFORM)' PYTHON_TOOLS=$(PYTHON_TOOLS) \
		$(addprefix package-,$(LANGUAGES)) package-cli
	mkdir -p dist/sbom && cp $(NOTICES)/*/*.cdx.json dist/sbom/
	cd dist && find * -type f ! -name SHA256SUMS | sort | xargs sha256sum >SHA256SUMS

reach: package ## As root: builds all packages, and starts a recording with each on systems it is for: docs/platforms.md.
	$(MAKE) --no-print-directory reach-try reach-install

# What the client's POM names, and a program that was compiled against the jar.
$(REACH)/java/Start.class: reach/Start.java reach/dependencies.xml $(wildcard dist/recording-*.jar)
	@scripts/require.sh mvn=maven javac=openjdk-17-jdk-headless
	rm -rf $(@D)
	$(MVN) --file reach/dependencies.xml dependency:copy-dependencies -DoutputDirectory=$(@D) \
		-Ddist=$(CURDIR)/dist -Dversion=$(SWIFT_VERSION) -Dmdep.prependGroupId=false
	javac --release 17 -cp '$(@D)/*' -d $(@D) $<

# The driver, with what it needs beside it, built against the repository in dist/.
$(REACH)/kotlin/driver/driver.jar: $(wildcard dist/recording-*.jar) $(shell find bindings/kotlin/driver -type f) | kotlin-toolchain
	rm -rf $(REACH)/kotlin && mkdir -p $(REACH)/kotlin
	ln -s $(CURDIR)/dist/maven $(REACH)/kotlin/repository
	cp -rP $(KOTLIN_KEPT) $(REACH)/kotlin/m2 && rm -rf $(REACH)/kotlin/m2/rongcloud
	$(subst $(KOTLIN),$(REACH)/kotlin,$(MVN)) --file bindings/kotlin/driver package
	touch $@

# What the suite needs, and the wheels that pip takes.
$(REACH)/python/.done: $(wildcard dist/rongcloud_*.whl) bindings/python/requirements-dev.txt
	bindings/python/new_environment.sh $(PYTHON) $(@D)
	$(@D)/bin/pip install --quiet --constraint bindings/python/requirements-dev.txt $(PYTHON_BESIDE)
	$(@D)/bin/pip install --quiet --no-index --find-links dist rongcloud-recording rongcloud-simulator
	touch $@

reach-try: tools $(REACH)/java/Start.class $(REACH)/kotlin/driver/driver.jar $(REACH)/python/.done ## Tries what is in dist/; ONLY="NAME…" some of it.
	@scripts/require.sh readelf=binutils python3=python3 ip=iproute2 unshare=util-linux
	$(BINDGEN) swift $(call library-for,$(firstword $(EVERY_PLATFORM))) $(REACH)/header
	$(PYTHON) reach/needs.py dist/*.whl dist/*[0-9].jar dist/*-swift.tar.gz >/dev/null
	cd dist && sha256sum --quiet --check SHA256SUMS
	scripts/with-stores.sh $(PYTHON) reach/try.py $(SIMULATOR) $(CONFORMANCE) $(REACH) docs/platforms.md $(ONLY)

# Swift's is among the tries, which is where its compiler is.
reach-install: tools ## Runs what the READMEs say of installing, each command as it is written, in empty environments.
	$(PYTHON) reach/install.py $(SIMULATOR) python kotlin rust

remove-reach: ## Deletes the Debians that were made to try packages in.
	reach/root.sh remove
