# Everything one does with Clew's source. `make help` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
export PYTHON
# The tests and the demonstration start hundreds of processes: without compiled files each would compile all of Clew.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadgroup

LANGUAGES := zh_Hans fr de bg
CATALOGUES := $(wildcard src/clew/locale/*/LC_MESSAGES/*.po)
COMPILED := $(CATALOGUES:.po=.mo)

# Where the tests are that run once more on PostgreSQL: of these, every one that touches the store (tests/conftest.py).
# The pages in a browser are the same pages, and the capability packages have no store.
STORE_TESTS := tests/node tests/two_nodes tests/cli tests/migrations tests/faults

.PHONY: help demo demo-stop quick test check mutants faults bench docs shots messages system-demo system-test

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

demo: system-demo .venv/.runtime $(COMPILED) ## Start four fictional nodes and play one case through them
	@$(BIN)/clew demo start

demo-stop: ## Stop what `make demo` left running
	@if [ -x $(BIN)/clew ]; then $(BIN)/clew demo stop; fi

quick: system-test .venv/.dev $(COMPILED) ## Check style and contracts, run the fast tests (under 2 minutes)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(PYTEST) -m "not slow and not browser and not two_nodes and not faults and not postgres"

test: check $(COMPILED) ## Check everything, run every test on SQLite, then the node's again on PostgreSQL
	$(PYTEST) -m "not postgres"
	scripts/with-postgres $(PYTEST) -m "not sqlite and not browser" $(STORE_TESTS)

check: system-test .venv/.dev ## Check style, types and import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports

mutants: system-test .venv/.dev ## Try every mutant of the release rules and of their engine
	$(BIN)/python -m tests.disclosure.mutation.run

faults: system-test .venv/.dev $(COMPILED) ## Letters among five nodes while everything goes wrong: 100,000, up to an hour
	$(BIN)/python -m tests.faults.campaign --long $(FAULTS)

bench: .venv/.dev $(COMPILED) ## Measure what bench/ measures, one after the other
	@for script in $(filter-out bench/_%,$(wildcard bench/*.py)); do echo "== $$script"; $(BIN)/python "$$script"; done

docs: .venv/.dev ## Build docs/ into docs/_site
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going docs docs/_site
	@echo "Open docs/_site/index.html"

shots: system-test .venv/.dev $(COMPILED) ## Picture every page in each language, at desk and phone width
	$(BIN)/python -m tests.browser.shots

messages: system-test .venv/.dev ## Collect the texts to translate into the catalogues
	@mkdir -p src/clew/locale
	cd src/clew && $(CURDIR)/$(BIN)/django-admin makemessages $(LANGUAGES:%=-l %) --no-wrap --add-location file
	@$(MAKE) --no-print-directory $(LANGUAGES:%=src/clew/locale/%/LC_MESSAGES/django.mo)

%.mo: %.po
	@msgfmt --check-format --output-file=$@ $<

system-demo:
	@scripts/install-system demo

system-test:
	@scripts/install-system test

# The stamps are older than a changed lock, and only then is anything installed. One who has the tools has the runtime.
.venv/.runtime: requirements/runtime.txt | system-demo
	@if [ -e .venv/.dev ]; then scripts/install-python dev; else scripts/install-python runtime; fi
	@touch $@

.venv/.dev: requirements/dev.txt | system-test
	@scripts/install-python dev
	@touch .venv/.runtime $@
