# The JVM's test kit: the simulator's program and what steers it, as one jar beside the client's.

KOTLIN_KIT := simulator/kits/kotlin
KOTLIN_KIT_PROGRAM := $(KOTLIN)/program/$(KOTLIN_PLATFORM)/rongcloud-simulator
KOTLIN_KIT_PACKED := $(KOTLIN)/simulator-packed.done
KOTLIN_KIT_SURFACE := scripts/api-kotlin.py $(KOTLIN_KIT)/src/main/kotlin

.PHONY: kotlin-program first-test-kotlin check-kotlin-kit api-kotlin-kit package-kotlin-kit
test-kotlin: $(KOTLIN_KIT_PACKED) $(if $(ONLY),,first-test-kotlin)
check-kotlin: check-kotlin-kit
api-kotlin: api-kotlin-kit
package-kotlin: package-kotlin-kit

# As a user's: everything is installed, and then the network is off.
KOTLIN_FIRST_TEST := $(KOTLIN)/first-test
first-test-kotlin: $(KOTLIN_PACKED) $(KOTLIN_KIT_PACKED) ## Runs the first tests of an empty project with the network off.
	@scripts/require.sh ip=iproute2 unshare=util-linux
	rm -rf $(KOTLIN_FIRST_TEST)
	cp -r $(KOTLIN_KIT)/first-test $(KOTLIN_FIRST_TEST)
	$(MVN) --file $(KOTLIN_FIRST_TEST) test -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false
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

# A copy whose time changes only with its content.
kotlin-program: packed-simulator
	@mkdir -p $(dir $(KOTLIN_KIT_PROGRAM))
	@cmp -s $(PACKED_SIMULATOR) $(KOTLIN_KIT_PROGRAM) || cp $(PACKED_SIMULATOR) $(KOTLIN_KIT_PROGRAM)
$(KOTLIN_KIT_PROGRAM): kotlin-program
	@:

$(KOTLIN_KIT_PACKED): $(KOTLIN_KIT_PROGRAM) $(shell find simulator/kits/kotlin/pom.xml simulator/kits/kotlin/src -type f) | kotlin-toolchain
	$(MVN) --file $(KOTLIN_KIT) clean deploy -DaltDeploymentRepository=build::file://$(KOTLIN_REPOSITORY)
	rm -rf $(KOTLIN_KEPT)/rongcloud/simulator
	touch $@
