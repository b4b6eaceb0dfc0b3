# Budget Align: `make run` starts the service, `make test` runs every check.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
WEB := budget_align/web
PAGE_STYLES := $(WEB)/static/build/app.css
PROVIDER := tests/provider/node_modules/.package-lock.json
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# What Python translates it keeps, whatever the surroundings say: each process would translate all of it anew.
export PYTHONDONTWRITEBYTECODE =

# Scratch folders of the tests: nothing of theirs is left behind, and nothing of a person's is touched.
IN_SCRATCH = scratch=$$(mktemp -d); trap 'rm -rf "$$scratch"' EXIT; \
  export TMPDIR="$$scratch" XDG_RUNTIME_DIR="$$scratch" XDG_CACHE_HOME="$$scratch" XDG_CONFIG_HOME="$$scratch";
# The costliest first, so that no process is left alone with them at the end.
PYTEST = $(BIN)/pytest -n 2 --no-loadscope-reorder --durations=15 --durations-min=1 -rs

.PHONY: run test quick lint types imports pytest coverage races cuts bench docs lock audit clean
.DELETE_ON_ERROR:

run: .venv/.run-ready $(PAGE_STYLES)
	@XDG_CACHE_HOME="$(CURDIR)/var/cache" $(BIN)/budget-align demo --if-empty
	@XDG_CACHE_HOME="$(CURDIR)/var/cache" $(BIN)/budget-align serve --port $(PORT)

test: .venv/.test-ready $(PAGE_STYLES) lint types imports pytest

lint: .venv/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.test-ready
	$(BIN)/mypy

imports: .venv/.test-ready
	$(BIN)/lint-imports

pytest: .venv/.test-ready $(PAGE_STYLES) $(PROVIDER)
	@$(IN_SCRATCH) $(PYTEST)

# For the inner loop: what a change breaks most often, in under a minute.
quick: .venv/.test-ready
	@$(BIN)/ruff check --quiet .
	@$(IN_SCRATCH) HYPOTHESIS_PROFILE=quick $(BIN)/pytest -n 2 --no-loadscope-reorder --durations=5 tests/unit

# Every test again with its lines and branches counted, which takes half as long again.
coverage: .venv/.test-ready $(PAGE_STYLES)
	@$(IN_SCRATCH) export COVERAGE_FILE="$$scratch/coverage"; \
	  $(PYTEST) --cov --cov-report= && $(BIN)/coverage report \
	  && $(BIN)/coverage report --include='budget_align/core/*' --fail-under=90 --format=total \
	  && $(BIN)/coverage report --include='importers/*' --fail-under=90 --format=total

# Fifty rounds of three who do the same at once, and a hundred cuts of the power, on both databases; make test does one.
races: .venv/.test-ready
	@$(IN_SCRATCH) BUDGET_ALIGN_ROUNDS=50 $(BIN)/pytest -n 0 tests/integration/test_race_rounds.py

cuts: .venv/.test-ready
	@$(IN_SCRATCH) BUDGET_ALIGN_CUTS=100 $(BIN)/pytest -n 0 tests/integration/test_cut_off.py

bench: .venv/.test-ready
	$(BIN)/python -m pytest -n 0 -s tests/benchmarks --benchmarks

# The documentation as a site, what is drawn and listed from the code first.
docs: .venv/.test-ready
	@PYTHONPATH="$(CURDIR)" $(BIN)/python docs/architecture/draw.py
	@PYTHONPATH="$(CURDIR)" $(BIN)/python docs/reference.py
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Budget Align needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "Python has no venv module; on Debian: sudo apt-get install -y python3-venv" >&2; exit 1; }

.venv/.run-ready: requirements.txt pyproject.toml | .venv/bin/python
	@.ci/system-packages pango
	@echo "Installing locked packages"
	@$(BIN)/pip install --quiet --require-hashes -r requirements.txt
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q budget_align importers reports -x node_modules
	@touch $@

.venv/.test-ready: requirements-dev.txt .venv/.run-ready
	@.ci/system-packages chromium
	@echo "Installing locked packages for the tests"
	@$(BIN)/pip install --quiet --require-hashes -r requirements-dev.txt
	@echo "Reading what the packages say of their types, once"
	@$(BIN)/mypy >/dev/null || true
	@touch $@

$(PAGE_STYLES): $(WEB)/package-lock.json $(WEB)/build-assets.mjs $(wildcard $(WEB)/styles/*)
	@.ci/system-packages node
	@echo "Building the page styles"
	@cd $(WEB) && npm ci --silent --no-audit --no-fund && node build-assets.mjs

# Where it cannot be had, the tests that sign in there say that they were not run.
$(PROVIDER): tests/provider/package-lock.json
	@echo "Installing the provider to sign in at"
	@cd tests/provider && npm ci --silent --no-audit --no-fund || echo "It cannot be had; what needs it is not run"

# Writes the lock files anew; they carry hashes and no index address.
lock: | .venv/bin/python
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --extra build -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

# Whether a locked package is known to be unsafe, as the network says today; tests/unit/test_known_faults.py asks a list
# that ships, which is older, and alone where there is no network.
audit: .venv/.test-ready
	@$(IN_SCRATCH) if $(BIN)/python -m venv "$$scratch/audit" \
	    && "$$scratch/audit/bin/pip" install --quiet pip-audit >"$$scratch/said" 2>&1; then \
	  "$$scratch/audit/bin/pip-audit" --strict --require-hashes --disable-pip -r requirements.txt >"$$scratch/said" 2>&1; found=$$?; \
	else found=none; fi; \
	if [ "$$found" = none ] || grep -qE "Traceback|could not be audited|ERROR" "$$scratch/said"; then \
	  echo "Nothing that knows today's faults can be reached from here, so the list that ships is asked alone:"; \
	  $(BIN)/pytest -n 0 -q tests/unit/test_known_faults.py; \
	else cat "$$scratch/said"; exit $$found; fi

clean:
	rm -rf .venv var $(WEB)/node_modules $(WEB)/static/build
