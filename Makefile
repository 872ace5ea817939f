# What one can do here. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help setup setup-test run dev test test-slow soak test-image check audit bench eval freeze

PY := .venv/bin/python
AXE := 4.14.1

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:  ## make .venv with what Keyway needs to run; quick when nothing changed
	@scripts/setup.sh run

setup-test:
	@scripts/setup.sh test

run: setup  ## start Keyway on this machine and print its address (settings: PORT, HOST, DATA_DIR …)
	@$(PY) -m scripts.run

dev: setup  ## the same with one process that restarts when the code changes
	@$(PY) -m scripts.run --dev

test: setup-test  ## every test but the slow ones, the browser's included
	@AXE=$(AXE) scripts/test.sh

test-slow: setup-test  ## the tests that take minutes
	@AXE=$(AXE) scripts/test.sh -m slow

soak: setup-test  ## ten minutes of 32 curators at work, measured: nothing else should use the machine
	@AXE=$(AXE) scripts/test.sh -s -m soak tests/faults

test-image: setup-test  ## build the container image and try it (root, podman)
	@scripts/test_image.sh

check: setup-test  ## format, lint, types, known weaknesses of packages
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy --strict core web scripts
	@scripts/audit.sh

audit: setup-test  ## ask whether any pinned package has a known weakness
	@scripts/audit.sh

bench: setup-test  ## measure requests, latency, start-up, memory and bytes (at the real size: CORPUS=DIR)
	@$(PY) -m scripts.bench $(if $(CORPUS),--corpus "$(CORPUS)")

eval: setup  ## judge the suggestions: make eval CORPUS=DIR GOLD=FILE
	@test -n "$(CORPUS)" -a -n "$(GOLD)" || { echo "make eval needs CORPUS=DIR (a catalogue) and GOLD=FILE (what curators chose)" >&2; exit 2; }
	@$(PY) -m scripts.evaluate --corpus "$(CORPUS)" --gold "$(GOLD)"

freeze:  ## renew the pinned versions in requirements*.txt
	@scripts/freeze.sh
