# Kotlin's own targets.

KOTLIN := $(BUILD)/kotlin
# Where Maven finds the packed jar, as users would in a repository of theirs.
KOTLIN_REPOSITORY := $(KOTLIN)/repository
# What Maven keeps of all that it has found: the user's own where it was downloaded, this clone's alone where it was
# packed. Otherwise one clone's tests would find another's jar, or an older one.
KOTLIN_KEPT := $(KOTLIN)/m2
KOTLIN_DOWNLOADED := $(HOME)/.m2/repository
# Touched when all that they stand for is there.
KOTLIN_GENERATED := $(KOTLIN)/generated.done
KOTLIN_PACKED := $(KOTLIN)/packed.done
KOTLIN_EXAMPLE := $(KOTLIN)/example/start-recording.jar
KOTLIN_DRIVER := $(KOTLIN)/driver/driver.jar
# The versions of Spring Boot under whose libraries the suite runs, and as whose programs it is tried.
KOTLIN_BOOT := 3.5.7 4.0.7
KOTLIN_BOOT_JARS := $(KOTLIN)/boot/3/boot.jar $(KOTLIN)/boot/4/boot.jar
KOTLIN_SOURCES := $(shell find bindings/kotlin/pom.xml bindings/kotlin/Module.md bindings/kotlin/src -type f)
MVN := mvn --batch-mode --no-transfer-progress -Dstyle.color=never -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
	-Dmaven.repo.local=$(KOTLIN_KEPT) -Dbuild.folder=$(KOTLIN)
# Silent on folders that a project might have and doesn't.
KTLINT := $(MVN) -Dorg.slf4j.simpleLogger.log.com.github.gantsign=error ktlint:check

KOTLIN_SURFACE := scripts/api-kotlin.py bindings/kotlin/src/main/kotlin $(KOTLIN)/generated

.PHONY: demo-kotlin demo-fleet-kotlin test-kotlin suite-kotlin conformance-kotlin check-kotlin api-kotlin package-kotlin faults-kotlin
demo-kotlin: $(KOTLIN_EXAMPLE) ## Starts a recording from Kotlin, and follows another one up to its files.
	scripts/with-simulator.sh $(SIMULATOR) java -jar $<
	scripts/with-simulator.sh --simulator-only $(SIMULATOR) java -cp $< FollowRecordingKt

FLEET_KOTLIN = java $(addprefix -Dorg.slf4j.simpleLogger.,defaultLogLevel=warn log.rongcloud.recording=warn) \
	-cp $(KOTLIN_EXAMPLE) FleetKt
# With Spring Boot, as its users build a service.
KOTLIN_SPRING := $(KOTLIN)/spring-boot/recording-service.jar
FLEET_SPRING = java -jar $(KOTLIN_SPRING)
demo-fleet-kotlin: $(KOTLIN_EXAMPLE) $(KOTLIN_SPRING) ## Lets two processes with Ktor record together, on PostgreSQL, and kills one in the middle; then with Spring Boot.
	scripts/with-stores.sh scripts/demo-fleet.py --postgres $(SIMULATOR) $(FLEET_KOTLIN)
	scripts/with-stores.sh scripts/demo-fleet.py --postgres $(SIMULATOR) $(FLEET_SPRING)

test-kotlin: ## Runs Kotlin's and Java's suite against the packed jar; ONLY=CLASS a part.
	scripts/with-stores.sh $(MAKE) --no-print-directory $(if $(ONLY),,conformance-kotlin) suite-kotlin

suite-kotlin: $(KOTLIN_EXAMPLE) $(KOTLIN_BOOT_JARS) $(KOTLIN_SPRING)
	@# Compiled once, for the oldest libraries.
	$(MVN) --file bindings/kotlin/tests test-compile -Dboot=$(firstword $(KOTLIN_BOOT))
	for boot in $(KOTLIN_BOOT:%=-Dboot=%) -Dnewest; do \
		$(MVN) --file bindings/kotlin/tests surefire:test $$boot -Dtarget.folder=$(TARGET) $(if $(ONLY),'-Dtest=$(ONLY)') \
			-Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.surefire=info || exit; \
	done
	$(if $(ONLY),,scripts/demo-fleet.py $(SIMULATOR) $(FLEET_KOTLIN))
	$(if $(ONLY),,scripts/demo-fleet.py $(SIMULATOR) $(FLEET_SPRING))

conformance-kotlin: tools $(KOTLIN_DRIVER) ## Asks Kotlin for the golden vectors; ONLY=TEXT a part.
	scripts/with-stores.sh $(CONFORMANCE) vectors $(if $(ONLY),--only '$(ONLY)') kotlin java -jar $(KOTLIN_DRIVER)

check-kotlin: $(KOTLIN_EXAMPLE) ## ktlint, compilers without a warning, all that is public documented.
	$(KTLINT) --file bindings/kotlin
	$(KTLINT) --file bindings/kotlin/tests test-compile
	$(KTLINT) --file bindings/kotlin/driver compile
	$(KTLINT) --file examples/kotlin
	$(KOTLIN_SURFACE) | scripts/same-surface.sh kotlin
	@# What the compiler adds to enums can't be documented.
	! $(MVN) --file bindings/kotlin dokka:dokka@check | grep Undocumented | grep -vE '/(values|valueOf|entries)/'

api-kotlin: $(KOTLIN_GENERATED) ## Writes down Kotlin's public surface: api/kotlin.txt.
	mkdir -p api
	$(KOTLIN_SURFACE) >api/kotlin.txt

package-kotlin: $(KOTLIN_PACKED) ## Builds jar, sources and docs into dist/, and a Maven repository into dist/maven.
	mkdir -p dist/maven
	cp $(KOTLIN)/recording/recording-*.jar dist/
	rm -rf dist/maven/rongcloud/recording && mkdir -p dist/maven/rongcloud
	cp -r $(KOTLIN_REPOSITORY)/rongcloud/recording dist/maven/rongcloud/

faults-kotlin: tools $(KOTLIN_DRIVER) ## Makes the calls of the grid of faults, into build/faults/kotlin.jsonl.
	$(CONFORMANCE) faults --output $(FAULTS)/kotlin.jsonl kotlin java -jar $(KOTLIN_DRIVER)

.PHONY: kotlin-toolchain kotlin-library
kotlin-toolchain:
	@scripts/require.sh python3=python3 mvn=maven javac=openjdk-17-jdk-headless
	@mkdir -p $(KOTLIN_KEPT) $(KOTLIN_DOWNLOADED)/{com,io,net,org}
	@find $(KOTLIN_DOWNLOADED) -mindepth 1 -maxdepth 1 ! -name rongcloud \
		-exec ln -snt $(KOTLIN_KEPT) {} + 2>/dev/null || true

# A copy whose time changes only with its content, because everything below is made of it.
kotlin-library: libraries tools kotlin-toolchain
	@mkdir -p $(KOTLIN)
	@cmp -s $(LIBRARY) $(KOTLIN)/library.so || cp $(LIBRARY) $(KOTLIN)/library.so
$(KOTLIN)/library.so: kotlin-library
	@:

# What is written of the library's own metadata; and the native library for each platform, with its notices.
$(KOTLIN_GENERATED): $(KOTLIN)/library.so uniffi.toml $(BINDGEN) $(NOTICES)/library/.done
	rm -rf $(KOTLIN)/{generated,native}
	$(BINDGEN) kotlin $< $(KOTLIN)/generated
	mkdir -p $(addprefix $(KOTLIN)/native/,META-INF/sbom $(foreach platform,$(PLATFORMS),$(call jvm-platform,$(platform))))
	cp LICENSE-* $(NOTICES)/library/*.txt $(KOTLIN)/native/META-INF
	cp $(NOTICES)/library/*.cdx.json $(KOTLIN)/native/META-INF/sbom
	@:$(foreach platform,$(PLATFORMS), && scripts/strip.sh $(call library-for,$(platform)) \
		$(KOTLIN)/native/$(call jvm-platform,$(platform))/$(LIBRARY_NAME).so)
	touch $@

$(KOTLIN_PACKED): $(KOTLIN_GENERATED) $(KOTLIN_SOURCES)
	$(MVN) --file bindings/kotlin clean deploy -DaltDeploymentRepository=build::file://$(KOTLIN_REPOSITORY)
	rm -rf $(KOTLIN_KEPT)/rongcloud
	touch $@

$(KOTLIN_EXAMPLE): $(KOTLIN_PACKED) $(shell find examples/kotlin -type f)
	$(MVN) --file examples/kotlin package
	touch $@

$(KOTLIN_SPRING): $(KOTLIN_PACKED) $(shell find examples/spring-boot -type f)
	$(MVN) --file examples/spring-boot package
	touch $@

$(KOTLIN)/boot/%/boot.jar: $(KOTLIN_PACKED) $(shell find bindings/kotlin/tests/boot -type f)
	$(MVN) --file bindings/kotlin/tests/boot/$* package
	touch $@

$(KOTLIN_DRIVER): $(KOTLIN_PACKED) $(shell find bindings/kotlin/driver -type f)
	$(MVN) --file bindings/kotlin/driver package
	touch $@
