# A fresh machine needs Python 3.11 or newer and nothing else; `make demo` and `make test` do the rest.
# All targets work in .venv; the stamp files in it keep a second run from installing again.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# python3.11 first, then python3, then the newer names: the first that runs and is new enough.
PYTHON ?= $(firstword $(foreach name,python3.11 python3 python3.12 python3.13 python3.14,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
VENV := .venv
BIN := $(VENV)/bin
DEMO := build/demo
WHEEL := build/wheel

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 18

$(VENV)/pip.stamp:
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer found; name one: make PYTHON=/path/to/python3" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

# Compiling the kernels takes seconds once; done here, the first large run does not wait for it.
$(VENV)/install.stamp: pyproject.toml $(VENV)/pip.stamp
	$(BIN)/python -m pip install --quiet --editable '.[all]'
	$(BIN)/python -m dedup.kernels warm
	@touch $@

$(VENV)/dev.stamp: pyproject.toml $(VENV)/install.stamp
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@

.PHONY: install
install: $(VENV)/install.stamp ## .venv with the dedup command in it
	@echo "ready: $(BIN)/dedup --help"

.PHONY: demo
demo: $(VENV)/install.stamp ## the main job on the stories in data/
	@PATH="$(CURDIR)/$(BIN):$$PATH" bash docs/demo.sh $(DEMO)

.PHONY: test
test: $(VENV)/dev.stamp ## every test
	$(BIN)/python -m pytest -n auto --dist loadfile

# The labelled sets are no part of the project: DEDUP_CORPORA names their folder.
.PHONY: eval
eval: $(VENV)/dev.stamp ## figures on every labelled set, held to their floors
	$(BIN)/python -m tests.quality.gate

.PHONY: eval-raise
eval-raise: $(VENV)/dev.stamp ## raise the floors to the figures of today
	$(BIN)/python -m tests.quality.gate --raise

.PHONY: coverage
coverage: $(VENV)/dev.stamp ## every test, with the lines and branches never reached
	$(BIN)/python -m pytest -n auto --dist loadfile --cov --cov-report term-missing:skip-covered

.PHONY: lint
lint: $(VENV)/dev.stamp ## ruff
	$(BIN)/ruff check

.PHONY: types
types: $(VENV)/dev.stamp ## mypy --strict over package, tests and docs
	$(BIN)/mypy

# The wheel, alone: no development packages, no extras, no source tree on the path.
.PHONY: wheel
wheel: $(VENV)/pip.stamp ## build the wheel and run it in a clean environment
	rm -rf $(WHEEL)
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir $(WHEEL) .
	$(PYTHON) -m venv $(WHEEL)/env
	$(WHEEL)/env/bin/python -m pip install --quiet $(WHEEL)/*.whl
	bash .ci/wheel-check $(WHEEL)/env data

# Sizes of a million stories take hours and 10 GB of memory with some of the peers; a run of some tools
# or sizes is joined to the results there are: make bench SIZES=1000000 ROUNDS=1 TOOLS=daft,gaoya
SIZES ?= 10000,100000
ROUNDS ?= 3
TOOLS ?= all

.PHONY: bench
bench: $(VENV)/dev.stamp ## compare with the peers; writes benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks.run --sizes '$(SIZES)' --rounds $(ROUNDS) --tools '$(TOOLS)'

.PHONY: bench-quick
bench-quick: $(VENV)/dev.stamp ## the same in a minute, with the fastest peer; writes nothing
	$(BIN)/python -m benchmarks.run --quick

.PHONY: docs
docs: $(VENV)/install.stamp ## write the generated parts of the documentation again
	$(BIN)/python docs/generate.py

# The labelled pages are not part of the project: name their folder in CORPORA.
CORPORA ?= $(or $(DEDUP_CORPORA),../shared/corpora)

.PHONY: train
train: $(VENV)/install.stamp ## learn the furniture model again from labelled pages
	$(BIN)/python -m dedup.boilerplate.furniture.train $(CORPORA)

.PHONY: measure-furniture
measure-furniture: $(VENV)/install.stamp ## the model's figures on outlets it has not seen
	$(BIN)/python -m dedup.boilerplate.furniture.measure $(CORPORA)

# Takes an hour: every shape, as large as a flood may be, against an ordinary corpus of as many bytes.
.PHONY: bench-shapes
bench-shapes: $(VENV)/install.stamp ## time and memory on shapes that no newsroom sends
	$(BIN)/python benchmarks/shapes.py --full --write

.PHONY: data
data: ## write data/stories.jsonl again from data/stories/*.txt
	$(PYTHON) data/join.py

.PHONY: clean
clean: ## remove .venv and everything that was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage htmlcov
