# HeteroSpace. Needs Python 3.11 or newer and make; everything else comes into .venv and node_modules.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet
NO_DATABASE := HETEROSPACE_NO_POOL=1 DATABASE_URL='postgresql:///none?host=/nonexistent'
ARGS ?=
.DEFAULT_GOAL := help
.PHONY: help run test test-all check bench demo assets messages clean

help: ## show these lines
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1	/' | expand -t 20

run: .venv/.run assets ## set up what is missing, then open a living house in the browser (PORT, HETEROSPACE_DATA)
	@$(BIN)/heterospace up --demo

test: .venv/.dev ## the fast tests, browser included (what CI runs; ARGS for pytest)
	@$(BIN)/python tools/assets.py --dev
	@$(BIN)/python tools/chromium.py >/dev/null || true
	@$(BIN)/python -m pytest -n 2 -m "not slow" $(ARGS)

test-all: .venv/.oracle ## every test, then all of them again on PostgreSQL 15 where there is one
	@$(BIN)/python tools/assets.py --dev
	@$(BIN)/python tools/chromium.py >/dev/null || true
	@$(BIN)/python -m pytest -n 2 --hypothesis-profile=long $(ARGS)
	@$(BIN)/python tools/oldest_postgres.py $(BIN)/python -m pytest -n 2 -m "not e2e" $(ARGS)

check: .venv/.dev assets ## format, lint, types, layers, migrations, languages, templates, API: nothing may be left to say
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy src/heterospace/core $(foreach room,actions queries rules,$(wildcard src/heterospace/*/$(room).py src/heterospace/*/$(room)/))
	@$(BIN)/lint-imports
	@$(NO_DATABASE) $(BIN)/python -W ignore -m django makemigrations --check --dry-run --settings heterospace.settings
	@$(BIN)/python tools/messages.py check
	@$(BIN)/djlint src --lint --quiet
	@$(BIN)/python tools/openapi.py --check

bench: .venv/.dev ## measure every promise of the design and print the table
	@$(BIN)/python tools/assets.py --dev
	@$(BIN)/python tools/bench.py $(ARGS)

demo: .venv/.run ## fill the database with the invented house, and stop
	@$(BIN)/heterospace demo $(ARGS)

assets: .venv/.run ## build what browsers load (Node comes as a wheel), skipped while nothing changed
	@$(BIN)/python tools/assets.py

messages: .venv/.dev ## collect the sentences to translate
	@$(BIN)/python tools/messages.py missing

clean: ## remove all that was made, but no data
	rm -rf .venv node_modules build dist src/*.egg-info src/heterospace/static src/heterospace/core/assets
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests tools benchmarks -name __pycache__ -prune -exec rm -rf {} +
	find src -name '*.mo' -delete

# The oracle of the dialogue figures brings pandas and scikit-learn along: only for those who run every test.
.venv/.oracle: requirements/oracle.lock .venv/.dev
	@echo "Installing what the figures are checked against"
	@$(PIP) --require-hashes -r requirements/oracle.lock
	@touch $@

# Stamps: the second run does nothing. Byte-compiling makes every start two seconds shorter.
.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "HeteroSpace needs Python 3.11 or newer; choose it with PYTHON=...")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making .venv"; $(PYTHON) -m venv .venv; }
	@touch $@

.venv/.run: requirements/base.lock requirements/build.lock pyproject.toml | .venv/.made
	@echo "Installing the locked packages (a minute the first time)"
	@$(PIP) --require-hashes -r requirements/base.lock -r requirements/build.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q src
	@touch $@

.venv/.dev: requirements/dev.lock .venv/.run
	@echo "Installing the tools for tests and checks"
	@$(PIP) --require-hashes -r requirements/dev.lock
	@touch $@
