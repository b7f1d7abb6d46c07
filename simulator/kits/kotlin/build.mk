# The JVM's test kit: the simulator's program and what steers it, as one jar beside the client's.

KOTLIN_KIT := simulator/kits/kotlin
KOTLIN_KIT_PROGRAMS := $(KOTLIN)/program
KOTLIN_KIT_PACKED := $(KOTLIN)/simulator-packed.done
KOTLIN_KIT_SURFACE := scripts/api-kotlin.py $(KOTLIN_KIT)/src/main/kotlin

.PHONY: kotlin-programs first-test-kotlin check-kotlin-kit api-kotlin-kit package-kotlin-kit
test-kotlin: $(KOTLIN_KIT_PACKED) $(if $(ONLY),,first-test-kotlin)
check-kotlin: check-kotlin-kit
api-kotlin: api-kotlin-kit
package-kotlin: package-kotlin-kit

# As a user's: everything is installed, which Surefire does only when it runs a test, and then the network is off.
KOTLIN_FIRST_TEST := $(KOTLIN)/first-test
first-test-kotlin: $(KOTLIN_PACKED) $(KOTLIN_KIT_PACKED) ## Runs the first tests of an empty project with the network off.
	@scripts/require.sh ip=iproute2 unshare=util-linux
	rm -rf $(KOTLIN_FIRST_TEST)
	cp -r $(KOTLIN_KIT)/first-test $(KOTLIN_FIRST_TEST)
	$(MVN) --file $(KOTLIN_FIRST_TEST) test
	simulator/kits/without-network.sh $(MVN) --offline --file $(KOTLIN_FIRST_TEST) surefire:test \
		-Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.surefire=info

check-kotlin-kit: $(KOTLIN_KIT_PACKED)
	$(KTLINT) --file $(KOTLIN_KIT)
	$(KOTLIN_KIT_SURFACE) | scripts/same-surface.sh kotlin-simulator
	! $(MVN) --file $(KOTLIN_KIT) dokka:dokka@check | grep Undocumented | grep -vE '/(values|valueOf|entries)/'

api-kotlin-kit:
	mkdir -p api
	$(KOTLIN_KIT_SURFACE) >api/kotlin-simulator.txt

package-kotlin-kit: $(KOTLIN_KIT_PACKED)
	mkdir -p dist
	cp $(KOTLIN)/simulator/simulator-*.jar dist/
	rm -rf dist/maven/rongcloud/simulator && mkdir -p dist/maven/rongcloud
	cp -r $(KOTLIN_REPOSITORY)/rongcloud/simulator dist/maven/rongcloud/

# Copies whose times change only with their content. A program with musl inside is for every Linux of its machine.
kotlin-programs: packed-simulators $(NOTICES)/simulator/.done
	@mkdir -p $(KOTLIN_KIT_PROGRAMS)/META-INF/sbom
	@cp --update LICENSE-* $(NOTICES)/simulator/*.txt $(KOTLIN_KIT_PROGRAMS)/META-INF
	@cp --update $(NOTICES)/simulator/*.cdx.json $(KOTLIN_KIT_PROGRAMS)/META-INF/sbom
	@$(foreach platform,$(PROGRAMS),from=$(call program-for,$(platform),tool/rongcloud-simulator) && \
		to=$(KOTLIN_KIT_PROGRAMS)/$(subst musl-,,$(call jvm-platform,$(platform)))/rongcloud-simulator && \
		{ cmp -s $$from $$to || install -D $$from $$to; } && ):
$(KOTLIN_KIT_PROGRAMS)/.done: kotlin-programs
	@[[ -e $@ && -z $$(find $(KOTLIN_KIT_PROGRAMS) -type f -newer $@) ]] || touch $@

$(KOTLIN_KIT_PACKED): $(KOTLIN_KIT_PROGRAMS)/.done $(shell find simulator/kits/kotlin/pom.xml simulator/kits/kotlin/src -type f) | kotlin-toolchain
	$(MVN) --file $(KOTLIN_KIT) clean deploy -DaltDeploymentRepository=build::file://$(KOTLIN_REPOSITORY)
	rm -rf $(KOTLIN_KEPT)/rongcloud/simulator
	touch $@
