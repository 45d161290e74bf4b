# Two commands are enough: `make site` and `make test`. Both set up .venv from requirements.lock when it is needed.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NOTEBOOKS := $(sort $(wildcard notebooks/*.ipynb))

.DEFAULT_GOAL := help
.PHONY: help site test test-long bench check fix notebooks sample codebook lock lab clean

help:  ## list these targets
	@grep -E '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | sed 's/:[^#]*## /\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is %d.%d. Set PYTHON=python3.12, say." % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

# Byte code is made here, because some environments forbid Python to write it and then compile anew in every process.
site: $(READY)  ## render all reports, public and internal, into build/
	@$(BIN)/python -m compileall -q analysis
	$(BIN)/nhiemky render --audience public
	$(BIN)/nhiemky render --audience internal

test: $(READY)  ## run the tests and compare the notebooks' stored outputs
	@$(BIN)/python -m compileall -q analysis
	$(BIN)/python -m pytest -n auto -q tests
	$(BIN)/python -m pytest -n auto --dist loadfile -q --nbval $(NOTEBOOKS)

test-long: $(READY)  ## run the tests that take minutes: runs killed at any moment, the cache against fresh pages
	@$(BIN)/python -m compileall -q analysis
	$(BIN)/python -m pytest -n auto -q -m long tests

bench: $(READY)  ## measure the batch beside papermill and nbconvert, and beside its floor (15 minutes; benchmarks/)
	@$(BIN)/python -m compileall -q analysis
	$(BIN)/python -m benchmarks

check: $(READY)  ## lint, format and types; changes nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(READY)  ## put right what lint and format can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

notebooks: $(READY)  ## run the report notebooks and store the outputs that the tests compare
	$(BIN)/python -m analysis.render.store $(NOTEBOOKS)

sample: $(READY)  ## write the synthetic dataset anew
	$(BIN)/nhiemky sample data/sample --random-seed 2020

codebook: $(READY)  ## write data/README.md anew from the schema
	$(BIN)/python -m analysis.tables.codebook

lock: $(READY)  ## resolve requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --no-emit-index-url \
	  --no-emit-find-links --python-version 3.11 --extra test --extra lint --extra build pyproject.toml -o requirements.lock

lab: $(READY)  ## open JupyterLab
	$(BIN)/nhiemky lab

clean:  ## remove what was built (not .venv)
	rm -rf build
