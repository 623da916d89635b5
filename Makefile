# Two commands do everything: `make demo` runs the main job, `make test` proves it.
# .venv is made once from requirements.lock and reused until that file or pyproject.toml changes.
.PHONY: setup spark demo serve wheel messages test fuzz lint docs lock clean
SHELL := /bin/bash
PY := .venv/bin/python
DEMO ?= build/demo

LOCALE := src/firebreak/web/locale/en/LC_MESSAGES/django
VENDOR := src/firebreak/web/static/vendor
PACKAGES := src/firebreak/web/packages/package-lock.json

setup: .venv/.ready $(VENDOR)/.ready $(LOCALE).mo .venv/.compiled

.venv/.ready: requirements.lock pyproject.toml scripts/setup.sh
	@bash scripts/setup.sh

# The loops over bytes, compiled once: numba keeps them beside the code.
.venv/.compiled: .venv/.ready $(wildcard src/firebreak/engine/intake/kernels/*.py)
	@$(PY) -m firebreak.engine.intake.compiled
	@touch $@

# The optional second executor. Without it nothing else changes, and the tests on Spark are skipped.
spark: .venv/.spark

.venv/.spark: .venv/.ready requirements-spark.lock
	@bash scripts/setup.sh spark

# Front-end libraries: from npm by the hashes of the lock file, into what is served and into the wheel; never committed.
$(VENDOR)/.ready: .venv/.ready $(PACKAGES) scripts/frontend.py
	@$(PY) scripts/frontend.py
	@touch $@

$(LOCALE).mo: .venv/.ready $(LOCALE).po scripts/messages.py
	@$(PY) scripts/messages.py

demo: setup
	@PATH=".venv/bin:$$PATH" bash scripts/demo.sh $(DEMO)

serve: setup
	@.venv/bin/firebreak serve

# New texts of templates and code into the English catalogue, and what has no English yet.
messages: setup
	@$(PY) scripts/messages.py --update

wheel: setup
	@$(PY) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir build/wheel .

lint: setup
	@mkdir -p build
	@.venv/bin/ruff check --quiet && .venv/bin/ruff format --check --quiet
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-logo >build/imports.txt 2>&1 || { cat build/imports.txt; exit 1; }

test: setup
	@$(MAKE) --no-print-directory spark || echo "Without pyspark the tests on Spark are skipped."
	@bash scripts/system-packages.sh
	@$(MAKE) --no-print-directory lint
	@$(PY) -m pytest -n 2 --dist worksteal -m "not long"
	@echo "The desks once more, on PostgreSQL:"
	@FIREBREAK_TEST_DATABASE=postgresql $(PY) -m pytest -n 2 --dist worksteal -m "not long" tests/desks

fuzz: setup
	@FIREBREAK_FUZZ=1 $(PY) -m pytest -n 2 --dist worksteal tests/generative

docs: setup
	@$(PY) scripts/docs.py

COMPILE := .venv/bin/uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet

lock:
	$(COMPILE) requirements-dev.in -o requirements.lock
	$(COMPILE) requirements-spark.in -c requirements.lock -o requirements-spark.lock

clean:
	rm -rf .venv build
