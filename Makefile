# Everything a newcomer needs. `make run` starts the product, `make test` checks it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup run test check unit bench bench-big load load-big audit lock clean

setup: $(VENV)/.ready  ## make the environment; the command is .venv/bin/yibao

$(VENV)/.ready: requirements.lock requirements-dev.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; name another with PYTHON=…") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

run: setup  ## start the sample desk on http://127.0.0.1:8080
	$(BIN)/yibao serve --demo

check: setup  ## lint and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: setup  ## the fast tests only
	$(BIN)/pytest -n 2 -m "not slow and not browser and not postgres"

test: check  ## lint, types and every test
	$(BIN)/pytest -n 2 -rs

bench: setup  ## the table of speeds, beside a peer or a physical limit
	$(BIN)/python -m tests.bench

bench-big: setup  ## a whole office: 510,000 members, 12 million ledger rows; YIBAO_BENCH_PG=address takes PostgreSQL
	YIBAO_BENCH_BIG=1 $(BIN)/python -m tests.bench.members_bench

load: setup  ## throughput, latency, CPU, memory and what was lost, on SQLite and on PostgreSQL with 1 and 3 workers
	$(BIN)/python -m tests.load

load-big: setup  ## 100,000 turns on SQLite: memory must stay flat
	$(BIN)/python -m tests.load --turns 100000 --only SQLite

audit: setup  ## what is installed is what the lock file says, hash by hash, and fits together
	$(BIN)/pip check
	$(BIN)/python -m tools.audit

lock: setup  ## work the lock files out anew
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras -o requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --strip-extras --extra dev -o requirements-dev.lock pyproject.toml

clean:  ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
