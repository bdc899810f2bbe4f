# One word for each thing a person does here. `make` alone lists them.
PYTHON ?= python3
UV_VERSION := 0.13.8
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := $(UV) run --locked --all-extras
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test check run bench faults format

help: ## list these words
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1|\2/' | column -t -s'|'

setup: .venv/.ready ## find or install uv, and install what the lock file names into .venv

.uv/bin/uv:
	@echo "Fetching uv $(UV_VERSION) into .uv"
	@$(PYTHON) -m venv .uv
	@.uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

.venv/.ready: pyproject.toml uv.lock $(if $(findstring .uv/,$(UV)),.uv/bin/uv)
	@echo "Installing what uv.lock names into .venv; the first time takes a minute"
	@$(UV) sync --locked --all-extras --quiet
	@touch $@

demo: setup ## the whole bot in the browser, no account needed (ARGS=--script plays an incident in the shell)
	@$(RUN) incidentbot demo $(ARGS)

test: setup ## every test that this machine can run; what it cannot is named
	@$(RUN) pytest -n 2 -q $(ARGS)

check: setup ## lint, types, floors, unused dependencies, the shipped policies and runbooks
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) lint-imports
	@$(RUN) deptry .
	@$(RUN) incidentbot policy check
	@$(RUN) incidentbot runbook check

run: setup ## the bot with the keys of .env
	@$(RUN) incidentbot serve $(ARGS)

bench: setup ## figures as ratios against their own floor, measured in the same run
	@$(RUN) python -m tests.bench $(ARGS)
	@$(RUN) python -m tests.bench --rooms --pages
	@$(RUN) python -m tests.postmortem.score

faults: setup ## the fault matrix, a line a row: kills, outages, jumps and forgeries, and what was lost or doubled (FULL=1: as often as asked for)
	@INCIDENTBOT_FAULTS=$(if $(FULL),full,usual) INCIDENTBOT_MACHINE=$(if $(FULL),8,1) $(RUN) pytest tests/crash tests/machine tests/faults -n 3 -q $(ARGS)

format: setup ## put the code in order
	@$(RUN) ruff check --fix --quiet . ; $(RUN) ruff format .
