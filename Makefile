# Everything a person or CI starts. Needs Python 3.11 or 3.12, and make.
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh
PYTHON ?=
PY := .venv/bin/python
# Every process of ours would compile this whole project again at its start.
unexport PYTHONDONTWRITEBYTECODE
SET_UP = python="$$(PYTHON='$(PYTHON)' scripts/find_python)" && "$$python" scripts/set_up.py

.PHONY: help setup run demo test test-fast check fmt bench eval train lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: ## .venv and browser files, as the locks say
	@$(SET_UP) test

run: ## everything, with demo data, on HOTLINE_HOST:HOTLINE_PORT (127.0.0.1:8111)
	@$(SET_UP) run
	@exec $(PY) -m hotline up --demo

demo: run ## the same as run

test: ## the whole suite, on real PostgreSQL, Redis and Chromium
	@$(SET_UP) test
	@$(SET_UP) browser
	@exec $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-fast: ## what needs no processes and no browser, fewer examples of each property: under 30 s
	@$(SET_UP) test
	@exec $(PY) -m pytest -n 2 --dist loadfile -m "not slow and not engines" --hypothesis-profile fast

check: ## lint, format, types, import contracts: the same as CI
	@$(SET_UP) test
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -c 'from importlinter.cli import lint_imports_command as run; run()' --no-logo

fmt: ## format, and mend what can be mended
	@$(SET_UP) test
	$(PY) -m ruff format
	$(PY) -m ruff check --fix

bench: ## benchmarks, printed as ratios of one run
	@$(SET_UP) test
	@exec $(PY) -m benchmarks

eval: ## triage quality on the shipped sample, or SAMPLE=FILE.jsonl; breach forecast
	@$(SET_UP) test
	@$(PY) -m benchmarks.triage $(SAMPLE)
	@exec $(PY) -m benchmarks.forecast --demo

train: ## the language model's weights, from the corpus
	@$(SET_UP) test
	@$(SET_UP) train
	@exec $(PY) -m training

lock: ## lock the newest allowed packages again, with hashes and without addresses
	@$(SET_UP) test
	$(PY) scripts/lock.py

clean: ## remove what set-up and tests made; .hotline/ (cases!) stays
	rm -rf .venv node_modules hotline/console/static/vendor .pytest_cache .mypy_cache
	rm -rf .ruff_cache .hypothesis .import_linter_cache
	find hotline tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
