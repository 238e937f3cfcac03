# Commands for people who try the program or work on it; `make` alone lists them.
# Everything is installed into .venv beside this file, and again only when it has to be.

PYTHON ?= python3
JOBS ?= 2
ACCOUNTS ?= 9000
VENV := .venv
BIN := $(VENV)/bin
TESTS := $(BIN)/pytest -n $(JOBS) --dist worksteal
VENV_MADE := $(VENV)/.made
PROGRAM := $(VENV)/.program-installed
WORKSHOP := $(VENV)/.workshop-installed
SOURCES := $(shell find ocop_market connectors sync_jobs -type f -not -name '*.pyc')

.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE  # the tests start the program dozens of times: it is compiled once
.PHONY: help demo test check fast thorough kills faults province soak messages reference sizes bench

help: ## Lists these commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(if $(wildcard $(WORKSHOP)),$(WORKSHOP),$(PROGRAM)) ## Shows everything once on practice shops, in the folder ocop-demo
	$(BIN)/ocop-market demo

test: check ## Runs everything that must pass: check, then all tests
	$(TESTS)

check: $(WORKSHOP) ## Style, types and directions of imports
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy tools
	$(BIN)/lint-imports

fast: $(WORKSHOP) ## All tests but the long ones
	$(TESTS) -m "not long"

thorough: $(WORKSHOP) ## All tests with ten times the examples, on both databases, and the whole demo (half an hour)
	OCOP_THOROUGH=1 $(TESTS)

kills: $(WORKSHOP) ## Kills a publish of 20 articles at every moment, on Shopee and on Tiki (half an hour)
	OCOP_KILLS=all $(TESTS) -s -p no:randomly tests/kills/test_kills.py

faults: $(WORKSHOP) ## 500 random schedules of faults, edits and crashes while publishing; a failure prints its seed (minutes)
	OCOP_FAULT_RUNS=500 $(TESTS) -q tests/unit/publishing/test_fault_runs.py
	OCOP_FAULT_RUNS=100 $(TESTS) -q tests/flows/test_fault_schedules.py

province: $(WORKSHOP) ## 48 hours of 9,000 accounts on a fake clock, with outages and clock jumps (an hour; fewer: ACCOUNTS=300)
	$(BIN)/python -m tests.province .province-$(ACCOUNTS) $(ACCOUNTS)

soak: $(WORKSHOP) ## Ten minutes of syncing with faults; fails where memory, threads or files grow
	OCOP_SOAK=600 $(BIN)/pytest -s tests/flows/test_soak.py

messages: $(WORKSHOP) ## Takes new sentences into the Vietnamese catalogue, compiles it, and tells what is missing
	$(BIN)/python tools/messages.py extract
	$(BIN)/python tools/messages.py compile
	$(BIN)/python tools/messages.py check

reference: $(WORKSHOP) ## Writes the generated pages, the picture and the sample list of the documentation anew
	$(BIN)/python tools/reference.py
	$(BIN)/python tools/sample_list.py

sizes: $(WORKSHOP) ## Lists files and functions that have grown long; never fails
	$(BIN)/python tools/sizes.py

bench: $(WORKSHOP) ## Measures speed and memory
	@for bench in benchmarks/*.py; do echo "$$bench"; $(BIN)/python "$$bench" || exit 1; done

$(VENV_MADE):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed. Name one with: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "On Debian and Ubuntu, install the package python3-venv, then try again."; exit 1; }
	@touch $@

$(PROGRAM): $(VENV_MADE) pyproject.toml $(SOURCES)
	$(BIN)/pip install --quiet --disable-pip-version-check .
	@touch $@

# dependency groups need a younger pip than Debian brings
$(WORKSHOP): $(VENV_MADE) pyproject.toml
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@
