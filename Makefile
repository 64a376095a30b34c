# Everything that a person or CI runs. Needs Python 3.11+ and make; the rest is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

export PIP_DISABLE_PIP_VERSION_CHECK = 1
export DO_NOT_TRACK = 1
export PREFECT_SERVER_ANALYTICS_ENABLED = false
# What is installed is not compiled yet: each process would do it anew, at half a second a start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo up test check lint audit lock bench clean

demo: $(VENV)/.runtime
	@$(BIN)/chalkola demo

up: $(VENV)/.runtime
	@$(BIN)/chalkola up

test: $(VENV)/.dev
	$(BIN)/pytest -q -n 2 --dist loadfile --no-loadscope-reorder

check: lint test audit

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@! grep -nE 'https?:|file:|find-links|index-url' *.lock

# Known vulnerabilities of what is locked; says so where the advisory service is not reachable.
audit: $(VENV)/.dev
	@$(BIN)/python tests/audit.py requirements.lock

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

# pip installs uv, and uv the rest in a tenth of pip's time; what uv cannot install pip does. Both check
# every hash, and compile nothing: Python compiles what is imported, which is a third of it.
# Of pip's configuration uv is told the index, unless it has one of its own: a mirror stays the mirror.
INDEX = $$($(BIN)/pip config list | sed -n "s/^[^=]*\.index-url='\(.*\)'$$/\1/p" | head -n 1)
install = UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX-$(INDEX)}" $(BIN)/uv pip install -q --python $(BIN)/python --no-deps $(1) 2> $(VENV)/uv.log \
	|| { echo "uv could not ($(VENV)/uv.log says why): pip does, in a minute or two ..."; $(BIN)/pip install -q --no-compile --no-deps $(1); }

$(VENV)/.runtime: requirements-uv.lock requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python's venv module is missing: apt-get install python3-venv"; exit 1; }
	@echo "Installing into $(VENV) from requirements.lock ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/pip install -qq --no-compile --only-binary :all: --require-hashes -r requirements-uv.lock || true
	@$(call install,--require-hashes -r requirements.lock)
	@$(call install,--no-build-isolation -e .)
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@$(call install,--require-hashes -r requirements-dev.lock)
	@touch $@

# Hashes and markers for every Python and platform, and no address in the file.
# A package that is wanted with extras stands there twice, with and without them: pip takes them for two,
# and would look for the newest of the one that is not pinned.
LOCK = $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --no-strip-extras -q -c constraints.txt
TWICE = function out() { printf "%s", block; if (block ~ /^[^=]*\[/) { sub(/\[[^]]*\]/, "", block); printf "%s", block } } \
	/^[^ ]/ { out(); block = "" } { block = block $$0 "\n" } END { out() }
lock: $(VENV)/.runtime
	$(LOCK) --group pyproject.toml:install -o requirements-uv.lock
	$(LOCK) --group build pyproject.toml -o requirements.lock
	$(LOCK) --group build --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	for lock in requirements.lock requirements-dev.lock; do awk '$(TWICE)' $$lock > $$lock.new && mv $$lock.new $$lock; done

clean:
	rm -rf $(VENV) .chalkola .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
