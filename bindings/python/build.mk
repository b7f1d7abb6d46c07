# Python's own targets. Everything runs against the wheel, installed into an environment of its own.

PYTHON ?= python3
PYTHON_BUILD := $(BUILD)/python
# What builds and checks, apart from what a user has: the wheel, a web framework, gevent, and pytest.
PYTHON_TOOLS := $(PYTHON_BUILD)/tools
PYTHON_USER := $(PYTHON_BUILD)/user
PYTHON_WHEELS := $(PYTHON_BUILD)/wheels
PYTHON_OWN := $(shell find bindings/python/src bindings/python/generate -name '*.py' -o -name py.typed)
PYTHON_SOURCES := $(PYTHON_OWN) bindings/python/pyproject.toml bindings/python/README.md bindings/python/build.mk \
	Cargo.toml Cargo.lock uniffi.toml $(shell find src -name '*.rs')
PYTHON_LINTED := . ../../examples/python

.PHONY: demo-python test-python faults-python check-python package-python
demo-python: tools $(PYTHON_USER)/.wheel ## Starts recordings from Python, blocking and on asyncio, and follows one up to its files.
	scripts/with-simulator.sh $(SIMULATOR) $(PYTHON_USER)/bin/python examples/python/start_recording.py
	scripts/with-simulator.sh --simulator-only $(SIMULATOR) $(PYTHON_USER)/bin/python examples/python/start_recording_async.py
	scripts/with-simulator.sh --simulator-only $(SIMULATOR) $(PYTHON_USER)/bin/python examples/python/follow_recording.py

test-python: tools $(PYTHON_USER)/.wheel ## Runs the Python suite against the wheel; ONLY="NAME or NAME" a part.
	cd bindings/python && $(PYTHON_USER)/bin/python -m pytest -p no:cacheprovider $(if $(ONLY),-k '$(ONLY)')

# The suite's view of the simulator is this program's, too.
faults-python: tools $(PYTHON_USER)/.wheel ## Runs the grid of faults from Python, and writes down what each call came to.
	PYTHONPATH=bindings/python/tests $(PYTHON_USER)/bin/python bindings/python/faults/run.py \
		tests/faults/grid.json $(BUILD)/faults/python.jsonl

check-python: $(PYTHON_TOOLS)/.done $(PYTHON_USER)/.wheel ## ruff; mypy and pyright, strict, on the package and on a user's script.
	cd bindings/python && $(PYTHON_TOOLS)/bin/ruff check --quiet --no-cache --config pyproject.toml $(PYTHON_LINTED)
	cd bindings/python && $(PYTHON_TOOLS)/bin/ruff format --quiet --no-cache --check --config pyproject.toml $(PYTHON_LINTED)
	bindings/python/check_types.sh $(PYTHON_TOOLS) $(PYTHON_USER) $(PYTHON_BUILD)/types

package-python: $(PYTHON_WHEELS)/.done ## Puts the wheel into dist/.
	mkdir -p dist
	rm -f dist/rongcloud_recording-*.whl
	cp $(PYTHON_WHEELS)/*.whl dist/

$(PYTHON_TOOLS)/.done: bindings/python/requirements-dev.txt
	bindings/python/new_environment.sh $(PYTHON) $(PYTHON_TOOLS)
	$(PYTHON_TOOLS)/bin/pip install --quiet --requirement $<
	touch $@

# maturin takes the library away from where the other languages look for it: `library` puts it back. The generator
# reads the library's symbols, so the wheel is stripped at the end.
$(PYTHON_WHEELS)/.done: $(PYTHON_TOOLS)/.done $(PYTHON_SOURCES)
	@scripts/require.sh strip=binutils
	rm -rf $(PYTHON_WHEELS) $(PYTHON_BUILD)/unstripped $(PYTHON_BUILD)/unpacked
	cd bindings/python && $(PYTHON_TOOLS)/bin/maturin build --quiet --release --out $(PYTHON_BUILD)/unstripped
	$(MAKE) --no-print-directory library
	mkdir -p $(PYTHON_WHEELS)
	$(PYTHON_TOOLS)/bin/wheel unpack --dest $(PYTHON_BUILD)/unpacked $(PYTHON_BUILD)/unstripped/*.whl
	strip $(if $(filter Darwin,$(shell uname)),-x) $(PYTHON_BUILD)/unpacked/*/rongcloud_recording/_native/librongcloud_recording.*
	$(PYTHON_TOOLS)/bin/wheel pack --dest-dir $(PYTHON_WHEELS) $(PYTHON_BUILD)/unpacked/*
	touch $@

$(PYTHON_USER)/.wheel: $(PYTHON_WHEELS)/.done bindings/python/requirements-dev.txt
	bindings/python/new_environment.sh $(PYTHON) $(PYTHON_USER)
	$(PYTHON_USER)/bin/pip install --quiet --constraint bindings/python/requirements-dev.txt pytest fastapi gevent uvicorn \
		$(PYTHON_WHEELS)/*.whl
	touch $@
