# make run    set everything up, open the lab
# make test   set everything up, run all tests
# make check  format, lint, types, import rules, tests: before every commit

VENV   ?= .venv
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN    := $(VENV)/bin
SOURCES := $(shell find tui_lab -name '*.py')

.PHONY: run test check lint format lock clean

run: $(VENV)/.compiled
	@$(BIN)/tui-lab $(ARGS)

test: $(VENV)/.dev $(VENV)/.compiled
	@$(BIN)/pytest -q -n auto $(ARGS)

check: format lint test

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: $(VENV)/.dev
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check -q --fix-only .

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "tui-lab needs Python 3.11 or newer; none was found. Try: make PYTHON=/path/to/python3 run"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "No virtual environment could be made (on Debian: apt install python3-venv)."; exit 1; }

$(VENV)/.run: $(BIN)/python requirements/run.txt pyproject.toml
	@echo "Setting up in $(VENV) (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Compiled ahead: where Python may write no bytecode, every start would compile all of it again.
$(VENV)/.compiled: $(VENV)/.run $(SOURCES)
	@$(BIN)/python -m compileall -q tui_lab
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@echo "Setting up the tools for tests in $(VENV) (once) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

# Pinned versions with hashes, from the ranges in pyproject.toml (needs uv).
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--no-annotate pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header \
		--no-annotate --group dev -c requirements/run.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
