# Every target does its own set-up; on a fresh machine only Python 3.11+, make and a package registry are needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REQUIRE ?=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help setup demo check test bench sidebyside oracle servers lock clean

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

$(VENV)/.runtime: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Parcours into $(VENV) ..."
	@$(PIP) -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) -e '.[dev]'
	@touch $@

setup: $(VENV)/.runtime ## install the program into .venv, nothing more

demo: $(VENV)/.runtime ## sample catalogue, index and service on loopback, with what to try
	@$(BIN)/parcours demo

check: $(VENV)/.dev ## format, lint, types, directions of import, fast tests
	@scripts/check

test: $(VENV)/.dev ## everything this machine can run; REQUIRE=all brings the servers and skips nothing
	@if [ "$(REQUIRE)" = all ]; then scripts/servers; fi
	@PARCOURS_REQUIRE="$(REQUIRE)" scripts/test

servers: ## find or bring the servers and the browser that the tests drive, and say which
	@scripts/servers

oracle: $(VENV)/.dev ## 10,000 random questions over the real offers, against a plain slow reference
	@$(BIN)/python -m tests.oracle --questions 10000 --seed 1

bench: $(VENV)/.dev ## the table of docs/performance.md, with raw samples as JSON
	@$(BIN)/python -m bench

sidebyside: $(VENV)/.dev ## the same questions to Elasticsearch and OpenSearch beside, which it brings; SIZE=S or N
	@$(BIN)/python -m bench.sidebyside --size $(or $(SIZE),S)

lock: $(VENV)/.dev ## pin what is installed (versions only, no addresses)
	@$(BIN)/python -m pip freeze --exclude-editable | grep -vE '^(parcours|setuptools|pip)([ =@]|$$)' > constraints.txt

clean: ## remove what was built; your data in var/ stays
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
