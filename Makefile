# Every target does all of its own set-up; on a fresh machine: git, make, Python >= 3.11 with venv.
# `make` alone lists the targets.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
RUNTIME := .venv/.runtime
DEV := .venv/.dev
PYTEST := $(PY) -m pytest
PARALLEL ?= -n 2 --dist worksteal

.PHONY: help serve test check lint types imports demo soak bench format lock clean
.DELETE_ON_ERROR:

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

serve: $(RUNTIME) ## run it: API, worker and database, on LMS_PORT (8000), data in LMS_DATA_DIR (var/)
	@exec $(PY) -m lms serve --with-parent

demo: $(RUNTIME) ## the main job, start to end, against a server of its own
	@exec $(PY) -m scripts.demo

test: $(DEV) ## the whole suite, on the embedded PostgreSQL or on LMS_TEST_DATABASE_URL
	$(PYTEST) $(PARALLEL) -q -m "not soak"

soak: $(DEV) ## the heavy properties at full size
	$(PYTEST) $(PARALLEL) -q -m soak

check: lint types imports test ## what CI runs: lint, types, import rules, migration check, tests

lint: $(DEV) ## ruff: rules and format
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(DEV) ## mypy --strict
	$(PY) -m mypy

imports: $(DEV) ## who may know whom
	.venv/bin/lint-imports --no-logo

bench: $(DEV) ## benchmarks, into docs/performance.md and var/bench/latest.json
	@exec $(PY) -m scripts.bench

format: $(DEV) ## put the code in order
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

lock: $(DEV) ## compile the requirements files anew from pyproject.toml
	.venv/bin/uv pip compile -q $(LOCK) pyproject.toml -o requirements.txt
	.venv/bin/uv pip compile -q $(LOCK) --extra dev pyproject.toml -o requirements-dev.txt

LOCK := --universal --generate-hashes --no-emit-index-url --no-header

clean: ## remove what can be made again; var/ (your data) stays
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.txt requirements-uv.txt scripts/bootstrap.py
	@$(if $(PYTHON),$(PYTHON),python3) scripts/bootstrap.py runtime

$(DEV): requirements-dev.txt requirements.txt requirements-uv.txt scripts/bootstrap.py
	@$(if $(PYTHON),$(PYTHON),python3) scripts/bootstrap.py dev
