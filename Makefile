# The commands of Staalkaart. Every target sets the project up first, once.
# RAW and DATA choose other folders for run, ui and notebooks; SCALE the size of bench; HEADLESS=yes
# opens no browser; ENGLISH=yes says in English what test-spark finds.

SHELL := /bin/bash
PYTHON := .venv/bin/python
STAMP := .venv/.set-up
SPARK_PYTHON := .venv-spark/bin/python
SPARK_STAMP := .venv-spark/.set-up
SCALE ?= 0.1
PORT ?= 2718
RUN_OPTIONS := $(if $(RAW),--raw $(RAW)) $(if $(DATA),--data $(DATA))

.PHONY: run test check bench expected mutants faults ui notebooks sample lock set-up java spark test-spark bench-spark
.DEFAULT_GOAL := run

set-up: $(STAMP)

# uv installs in seconds and compiles bytecode; without it plain pip does the same in minutes.
$(STAMP): requirements.lock pyproject.toml
	@test -x $(PYTHON) || { \
		for candidate in python3 python3.13 python3.12 python3.11; do \
			$$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
				2>/dev/null && { $$candidate -m venv .venv; break; }; \
		done; \
		test -x $(PYTHON) || { echo 'Staalkaart heeft Python 3.11, 3.12 of 3.13 nodig.' >&2; exit 2; }; \
	}
	@test -x .venv/bin/uv || $(PYTHON) -m pip install --quiet --disable-pip-version-check uv \
		|| echo 'uv is niet te krijgen; pip neemt het over.' >&2
	@if test -x .venv/bin/uv; then \
		UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=.venv .venv/bin/uv pip sync --quiet --require-hashes requirements.lock \
		&& VIRTUAL_ENV=.venv .venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .; \
	else \
		$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
		&& $(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	fi
	@$(PYTHON) -m pipelines.warehouse.models
	@touch $@

run: $(STAMP)
	@.venv/bin/staalkaart run $(RUN_OPTIONS)

ui: $(STAMP)
	@.venv/bin/staalkaart ui $(RUN_OPTIONS)

# On this machine only: there is no login. The notebooks read the published file and write nothing.
notebooks: $(STAMP)
	@$(if $(DATA),STAALKAART_DATA="$(abspath $(DATA))") .venv/bin/marimo run notebooks \
		--host 127.0.0.1 --port $(PORT) $(if $(HEADLESS),--headless)

test: $(STAMP)
	@$(PYTHON) -m pytest --numprocesses 2 --dist loadfile

check: $(STAMP)
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	$(PYTHON) -m sqlfluff lint --processes 2 dbt_project/models dbt_project/tests pipelines/warehouse/macros
	$(PYTHON) -m pipelines.warehouse.models
	$(PYTHON) -m pytest --numprocesses 2 --dist loadfile -m "not long" tests/unit

bench: $(STAMP)
	@$(PYTHON) -m tests.bench --scale $(SCALE)

# What changed in the counts of the sample since they were last accepted; ACCEPT=yes accepts it.
expected: $(STAMP)
	@$(PYTHON) -m pipelines.warehouse.expected $(if $(ACCEPT),--accept)

# Spoil a build of the sample in a hundred ways, and print which expectation of the gate sees what.
mutants: $(STAMP)
	@$(PYTHON) -m pytest --quiet --capture=no tests/mutants

# Ten times the kills and the mutated deliveries of the ordinary tests, and every number of an answer.
faults: $(STAMP)
	@STAALKAART_KILLS=200 $(PYTHON) -m pytest tests/crashes
	@STAALKAART_MUTATIONS=20000 $(PYTHON) -m pytest --numprocesses 2 tests/unit/deliveries/test_fuzz.py
	@STAALKAART_NUMBERS=100000 $(PYTHON) -m pytest tests/integration/test_explained_answers.py
	@STAALKAART_TABLES=10000 $(PYTHON) -m pytest tests/unit/disclosing

# The synthetic sample in data/raw, byte for byte what is in git.
sample: $(STAMP)
	@rm -rf data/raw && .venv/bin/staalkaart generate --out data/raw

# Java first: without it half a gigabyte need not come.
java: $(STAMP)
	@$(PYTHON) -m pipelines.scale_out.java $(if $(ENGLISH),--lang en)

# pyspark cannot stand beside Great Expectations, so it has an environment of its own.
$(SPARK_STAMP): requirements-spark.lock | java
	@test -x $(SPARK_PYTHON) || $(PYTHON) -m venv .venv-spark
	@if test -x .venv/bin/uv; then \
		UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=.venv-spark .venv/bin/uv pip sync --quiet --require-hashes requirements-spark.lock; \
	else \
		$(SPARK_PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock; \
	fi
	@touch $@

# What STAALKAART_ENGINE=spark needs on this machine.
spark: java $(STAMP) $(SPARK_STAMP)

# The sample, and the real study guides where they are, by DuckDB and by Spark: every published cell.
test-spark: java $(SPARK_STAMP)
	@$(PYTHON) -m tests.spark.parity $(if $(ENGLISH),--lang en)

# What both engines take for the same landing, 0.1 of the yardstick unless SCALE says otherwise.
bench-spark: java $(SPARK_STAMP)
	@$(PYTHON) -m tests.spark.bench --scale $(if $(filter command line environment,$(origin SCALE)),$(SCALE),0.1)

# The locks name no package index, so that they install from whichever one is configured.
lock: $(STAMP)
	@.venv/bin/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url \
		--universal --python-version 3.11 --no-header --quiet --output-file requirements.lock
	@.venv/bin/uv pip compile --group pyproject.toml:spark --constraints requirements.lock --generate-hashes \
		--no-emit-index-url --universal --python-version 3.11 --no-header --quiet --output-file requirements-spark.lock
