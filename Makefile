# make run: a whole centre on this machine.  make test: everything that proves it.
# Both build their own virtual environment in .venv, and again only when pyproject.toml has changed.

VENV ?= .venv
PYTHON ?= $(shell for python in python3.12 python3.11 python3.13 python3.14 python3; do \
	command -v $$python >/dev/null && $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	2>/dev/null && echo $$python && break; done)
BIN := $(VENV)/bin
WORKERS ?= 2

.DEFAULT_GOAL := help
.PHONY: help run test lint format generate bench bench-diagnosis bench-scheduling bench-storage bench-workload calibrate campaign chaos soak services clean

help: ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 28

run: $(VENV)/.runs ## nine simulated robots, broker, database and API, with a live view; Ctrl-C stops it
	$(BIN)/nightshift up

test: $(VENV)/.tests services lint ## lint, then every test; needs Mosquitto, PostgreSQL and Prometheus (installed on Debian)
	$(BIN)/pytest -n $(WORKERS) $(PYTEST_FLAGS)

lint: $(VENV)/.tests ## style, types, who imports whom, generated files unchanged
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m controller.generate --check

format: $(VENV)/.tests ## put every file into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

generate: $(VENV)/.runs ## write the generated contract documents and openapi.json again
	$(BIN)/python -m controller.generate

bench: $(VENV)/.tests ## measure what must be fast
	$(BIN)/pytest tests/bench --timeout=0 -p no:xdist -s

bench-storage: $(VENV)/.tests ## storage policies compared, pages in controller/docs/scheduling; SITE= SEEDS= LEDGER=
	$(BIN)/python -m tests.bench.storage $(if $(SITE),--site=$(SITE)) $(if $(SEEDS),--seeds=$(SEEDS)) \
		$(if $(LEDGER),--ledger=$(LEDGER))

bench-workload: $(VENV)/.tests ## the workload forecast against what a rehearsal then did; LEDGER= AT=
	$(BIN)/python -m tests.bench.workload_accuracy $(LEDGER) --at=$(AT)

bench-diagnosis: $(VENV)/.tests ## true cause first? warned in time? scenes with known causes: controller/docs/faults; ARGS=--tuning
	$(BIN)/python -m tests.bench.diagnosis $(ARGS)

bench-scheduling: $(VENV)/.tests ## days of orders under many policies, and bounds: controller/docs/scheduling; SITE= SEEDS=
	$(BIN)/python -m tests.bench.scheduling $(if $(SITE),--site=$(SITE)) $(if $(SEEDS),--seeds=$(SEEDS))

campaign: $(VENV)/.tests ## every cause alone and every pair of faults in a centre at work; ARGS="--every 10"
	$(BIN)/python -m tests.campaign $(ARGS)

chaos: $(VENV)/.tests services ## a part of a day over real brokers, killed five times; SITE= DATE= FROM= HOURS= SPEED=
	$(BIN)/pytest tests/chaos --timeout=0 -p no:xdist $(if $(SITE),--site=$(SITE)) $(if $(DATE),--date=$(DATE)) \
		$(if $(FROM),--from=$(FROM)) $(if $(HOURS),--hours=$(HOURS)) $(if $(SPEED),--speed=$(SPEED))

calibrate: $(VENV)/.tests ## rehearse weeks with faults: are promises kept? hours of one core; SITE= WEEKS= (0: write the page only)
	$(BIN)/python -m tests.calibration --site $(SITE) $(if $(WEEKS),--weeks $(WEEKS))

soak: $(VENV)/.tests ## an unreliable link, crashes and power cuts over many seeds; SEEDS=
	$(BIN)/pytest tests/soak --timeout=0 -n $(WORKERS) $(if $(SEEDS),--seeds=$(SEEDS))

services: ## the programs that the tests start themselves; installs them on Debian
	.ci/services

clean: ## forget the virtual environment and everything that was built or measured
	rm -rf $(VENV) var out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/bin/pip:
	@test -n "$(PYTHON)" || { echo "Nightshift needs Python 3.11 or newer with venv: apt-get install python3 python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runs: pyproject.toml constraints.txt $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.tests: pyproject.toml constraints.txt $(VENV)/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.runs
