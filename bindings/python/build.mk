# Python's own targets. Everything runs against the wheel, installed into an environment of its own.

PYTHON ?= python3
PYTHON_BUILD := $(BUILD)/python
# What builds and checks, apart from what a user has: the wheel, a web framework, gevent, and pytest.
PYTHON_TOOLS := $(PYTHON_BUILD)/tools
PYTHON_USER := $(PYTHON_BUILD)/user
PYTHON_WHEELS := $(PYTHON_BUILD)/wheels
# What the suite is run with, beside the wheels.
PYTHON_BESIDE := pytest django django-stubs fastapi gevent opentelemetry-sdk uvicorn
# The simulator's wheel, which tests take as a user's do: simulator/kits/python/build.mk makes it.
PYTHON_KIT := $(PYTHON_BUILD)/kit
PYTHON_GENERATED := $(PYTHON_BUILD)/generated
# What goes into one wheel, beside what is written by hand.
PYTHON_BUILT := $(PYTHON_BUILD)/built
PYTHON_PACK := $(PYTHON_TOOLS)/bin/python bindings/python/pack.py
PYTHON_OWN := $(shell find bindings/python/src bindgen/templates/python -type f) bindings/python/hatch_build.py \
	bindings/python/pack.py
PYTHON_SOURCES := $(PYTHON_OWN) bindings/python/pyproject.toml bindings/python/README.md bindings/python/build.mk \
	Cargo.toml Cargo.lock uniffi.toml library/Cargo.toml $(shell find src library bindgen/src -name '*.rs')
PYTHON_LINTED := . ../../simulator/kits/python ../../examples/python ../../scripts/api-python.py \
	../../reach ../../scripts/notices.py

.PHONY: demo-python demo-fleet-python test-python suite-python conformance-python faults-python check-python api-python package-python
demo-python: tools $(PYTHON_USER)/.wheel ## Starts recordings from Python, blocking and on asyncio, and follows one up to its files.
	scripts/with-simulator.sh $(SIMULATOR) $(PYTHON_USER)/bin/python examples/python/start_recording.py
	scripts/with-simulator.sh --simulator-only $(SIMULATOR) $(PYTHON_USER)/bin/python examples/python/start_recording_async.py
	scripts/with-simulator.sh --simulator-only $(SIMULATOR) $(PYTHON_USER)/bin/python examples/python/follow_recording.py

FLEET_PYTHON := $(PYTHON_USER)/bin/python examples/python/fleet.py
FLEET_DJANGO := $(PYTHON_USER)/bin/python examples/python/django_fleet.py
demo-fleet-python: tools $(PYTHON_USER)/.wheel ## Lets two processes with FastAPI record together, on PostgreSQL, and kills one in the middle; then with Django.
	scripts/with-stores.sh scripts/demo-fleet.py --postgres $(SIMULATOR) $(FLEET_PYTHON)
	scripts/with-stores.sh scripts/demo-fleet.py --postgres $(SIMULATOR) $(FLEET_DJANGO)

test-python: ## Runs the Python suite against the wheel; ONLY="NAME or NAME" a part.
	scripts/with-stores.sh $(MAKE) --no-print-directory $(if $(ONLY),,conformance-python) suite-python

suite-python: tools $(PYTHON_USER)/.wheel
	@scripts/require.sh ip=iproute2 unshare=util-linux
	cd bindings/python && $(PYTHON_USER)/bin/python -m pytest -p no:cacheprovider tests ../../simulator/kits/python/tests $(if $(ONLY),-k '$(ONLY)')
	$(if $(ONLY),,scripts/demo-fleet.py $(SIMULATOR) $(FLEET_PYTHON))
	$(if $(ONLY),,scripts/demo-fleet.py $(SIMULATOR) $(FLEET_DJANGO))

PYTHON_DRIVER := python $(PYTHON_USER)/bin/python bindings/python/driver/driver.py
conformance-python: tools $(PYTHON_USER)/.wheel ## Asks Python for the golden vectors; ONLY=TEXT a part.
	scripts/with-stores.sh $(CONFORMANCE) vectors $(if $(ONLY),--only '$(ONLY)') $(PYTHON_DRIVER)

faults-python: tools $(PYTHON_USER)/.wheel ## Runs the grid of faults from Python, and writes down what each call came to.
	$(CONFORMANCE) faults --output $(FAULTS)/python.jsonl $(PYTHON_DRIVER)

check-python: $(PYTHON_TOOLS)/.done $(PYTHON_USER)/.wheel ## ruff; mypy and pyright, strict, on the package and on a user's script; the public surface.
	cd bindings/python && $(PYTHON_TOOLS)/bin/ruff check --quiet --no-cache --config pyproject.toml $(PYTHON_LINTED)
	cd bindings/python && $(PYTHON_TOOLS)/bin/ruff format --quiet --no-cache --check --config pyproject.toml $(PYTHON_LINTED)
	bindings/python/check_types.sh $(PYTHON_TOOLS) $(PYTHON_USER) $(PYTHON_BUILD)/types
	$(PYTHON_USER)/bin/python scripts/api-python.py | scripts/same-surface.sh python

api-python: $(PYTHON_USER)/.wheel ## Writes down Python's public surface: api/python.txt.
	$(PYTHON_USER)/bin/python scripts/api-python.py >api/python.txt

package-python: $(PYTHON_WHEELS)/.done $(PYTHON_KIT)/.done ## Puts the wheels and the sdist into dist/.
	mkdir -p dist
	rm -f dist/rongcloud_{recording,simulator}-*
	$(PYTHON_PACK) sdist bindings/python $(PYTHON_GENERATED) dist $(LIBRARY_BUILD)
	cp $(PYTHON_WHEELS)/*.whl $(PYTHON_KIT)/*.whl dist/

$(PYTHON_TOOLS)/.done: bindings/python/requirements-dev.txt
	bindings/python/new_environment.sh $(PYTHON) $(PYTHON_TOOLS)
	$(PYTHON_TOOLS)/bin/pip install --quiet --requirement $<
	touch $@

# What is generated, formatted; and with each platform's library, of which only the wheel's copy is stripped.
$(PYTHON_WHEELS)/.done: $(PYTHON_TOOLS)/.done $(PYTHON_SOURCES) $(NOTICES)/library/.done
	@scripts/require.sh readelf=binutils
	$(MAKE) --no-print-directory libraries tools
	rm -rf $(PYTHON_WHEELS) $(PYTHON_GENERATED)
	$(BINDGEN) python $(LIBRARY) $(PYTHON_GENERATED)/rongcloud_recording
	$(PYTHON_TOOLS)/bin/ruff format --quiet --no-cache --config bindings/python/pyproject.toml $(PYTHON_GENERATED)
	cp $(NOTICES)/library/* $(PYTHON_GENERATED)
	$(foreach platform,$(PLATFORMS),rm -rf $(PYTHON_BUILT) && cp -r $(PYTHON_GENERATED) $(PYTHON_BUILT) && \
		scripts/strip.sh $(call library-for,$(platform)) $(PYTHON_BUILT)/rongcloud_recording/_native/$(LIBRARY_NAME).so && \
		$(PYTHON_PACK) wheel bindings/python $(PYTHON_BUILT) $(PYTHON_WHEELS) && ):
	touch $@

$(PYTHON_USER)/.wheel: $(PYTHON_WHEELS)/.done $(PYTHON_KIT)/.done bindings/python/requirements-dev.txt
	bindings/python/new_environment.sh $(PYTHON) $(PYTHON_USER)
	$(PYTHON_USER)/bin/pip install --quiet --constraint bindings/python/requirements-dev.txt $(PYTHON_BESIDE) \
		$(PYTHON_WHEELS)/*.whl $(PYTHON_KIT)/*.whl
	touch $@
