# One target a task; continuous integration uses the same ones. `make help` lists them.
# A fresh machine needs make and Python 3.11 or newer. Node is used when there is version 20 or newer, else fetched.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
STAMPS := var/stamps

# The demonstration and the checks look at the environment, never at .env: it may name a database of production.
export DEMO_MODE := 1
export DEBUG ?= 0
export DATABASE_URL ?= sqlite:///$(CURDIR)/var/hub.sqlite3
export SITE_URL ?= http://127.0.0.1:$(PORT)
export ALLOWED_HOSTS ?= 127.0.0.1,localhost,[::1]
export EMAIL_URL ?= consolemail://
export REDIS_URL ?= locmemcache://hub
export ELASTICSEARCH_URL ?=
export MEDIA_ROOT ?= $(CURDIR)/var/media
export SECURE_SSL_REDIRECT ?= 0
export SECURE_HSTS_SECONDS ?= 0
export BEHIND_PROXY ?= 0

# What the style sheet and the script are made from: classes that no template or module uses are left out.
ASSET_SOURCES := package-lock.json static/build.mjs $(shell find static/css static/js templates home hub \
  practice_library search training \( -name '*.scss' -o -name '*.js' -o -name '*.html' -o -name '*.py' \) 2>/dev/null)
STATIC_SOURCES := $(shell find static/img static/admin -type f 2>/dev/null)
DEMO_SOURCES := $(shell find home hub practice_library search training \
  \( -path '*/migrations/*.py' -o -path '*/demo/*' -o -name roles.py \) -type f -not -name '*.pyc' 2>/dev/null)

# Only the embedded database is known to be filled; a server's may have been emptied since.
ifeq ($(DATABASE_URL),sqlite:///$(CURDIR)/var/hub.sqlite3)
  DEMO_STAMP := $(STAMPS)/demo-content
  ifeq ($(wildcard var/hub.sqlite3),)
    $(shell rm -f $(DEMO_STAMP))
  endif
else
  DEMO_STAMP := demo-content
endif

.PHONY: help
help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

.PHONY: run
run: port $(STAMPS)/static $(DEMO_STAMP) ## Install what is missing and start the hub with demonstration content (PORT=8000)
	@cat $(STAMPS)/demo-content
	@echo "The hub: $(SITE_URL)/    Editing: $(SITE_URL)/cms/    Stop with Ctrl-C."
	@$(BIN)/python -m hub.serve $(PORT)

.PHONY: port
port:
	@$(PYTHON) -m hub.serve --check $(PORT)

UNIT := -m "not browser and not elasticsearch" -n 2

.PHONY: test
test: $(STAMPS)/install-dev $(STAMPS)/static servers ## Everything: unit tests on SQLite and PostgreSQL, search, a real browser
	$(BIN)/python -m pytest $(UNIT)
	$(BIN)/python tests/services/postgresql.py -- $(BIN)/python -m pytest $(UNIT)
	$(BIN)/python tests/services/elasticsearch.py --if-available -- $(BIN)/python -m pytest -m elasticsearch
	$(BIN)/python -m pytest -m browser

.PHONY: servers
servers: ## Install PostgreSQL and Chromium for the tests, where that is possible
	@sh tests/services/install.sh

.PHONY: test-fast
test-fast: $(STAMPS)/install-dev $(STAMPS)/static ## Unit tests on SQLite only, without the slow ones
	$(BIN)/python -m pytest -m "not browser and not elasticsearch and not slow" -n 2

.PHONY: check
check: $(STAMPS)/install-dev ## Style, types, imports, templates, migrations, lock files
	@$(MAKE) --no-print-directory --jobs=4 --keep-going $(OUTPUT_SYNC) $(CHECKS)

# Lines of checks that run at the same time would mingle; the make of macOS (3.81) cannot help it.
OUTPUT_SYNC := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
CHECKS := check-style check-format check-types check-imports check-templates check-migrations check-locks
.PHONY: $(CHECKS)
check-style:
	@$(BIN)/ruff check .
check-format:
	@$(BIN)/ruff format --check .
check-types:
	@$(BIN)/mypy
check-imports:
	@$(BIN)/lint-imports --no-logo
check-templates:
	@$(BIN)/djlint --lint --quiet templates
check-migrations:
	@$(BIN)/python manage.py makemigrations --check --dry-run
# A lock file pins versions and hashes; where packages come from is each machine's own affair.
check-locks:
	@! grep -nE '://|^ *--?(i|f|(extra-)?index-url|find-links) ' requirements*.lock
	@! grep -n '"resolved"' package-lock.json
	@echo "Lock files name no host."

.PHONY: fix
fix: $(STAMPS)/install-dev ## Format, and repair what can be repaired without thinking
	$(BIN)/ruff check --fix --exit-zero .
	$(BIN)/ruff format .

.PHONY: demo-content
demo-content: $(STAMPS)/install ## Migrate the database and load the demonstration content
	@mkdir -p $(STAMPS)
	$(BIN)/python manage.py migrate --verbosity=0
	$(BIN)/python manage.py demo_content >$(STAMPS)/demo-content.part
	@mv $(STAMPS)/demo-content.part $(STAMPS)/demo-content

.PHONY: assets
assets: $(STAMPS)/static ## Build style sheet and script, and collect the static files into var/static

.PHONY: screenshots
screenshots: $(STAMPS)/install-dev $(STAMPS)/static ## Take the pictures of README.md again (docs/screenshots/)
	$(BIN)/python -m tests.browser.screenshots

.PHONY: lock
lock: $(STAMPS)/install-dev ## Choose package versions again and write the lock files
	$(LOCK) pyproject.toml --output-file requirements.lock
	$(LOCK) pyproject.toml --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	$(LOCK) --group node --output-file requirements-node.lock
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --upgrade

.PHONY: clean
clean: ## Remove everything that was installed or built, and the demonstration's database
	rm -rf .venv node_modules static/build var

# Below: files that are made once and again when what they are made from changes.

$(BIN)/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv

# pip's date means nothing here: it only has to be there.
$(STAMPS)/install: requirements.lock | $(BIN)/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@mkdir -p $(@D) && touch $@

$(STAMPS)/install-dev: requirements-dev.lock $(STAMPS)/install
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Node of the system when it is new enough, else one from a Python package into the virtual environment.
$(STAMPS)/node: requirements-node.lock $(STAMPS)/install
	@if node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1; then \
	  echo "Node of the system: $$(node --version)"; \
	else \
	  echo "No Node 20 or newer on this machine: putting one into .venv"; \
	  $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-node.lock; \
	fi
	@touch $@

$(STAMPS)/node-modules: package-lock.json $(STAMPS)/node
	@echo "npm ci"
	@PATH="$(NODE_PATH)" npm ci --no-fund --no-audit --loglevel=error
	@touch $@

$(STAMPS)/assets: $(ASSET_SOURCES) $(STAMPS)/node-modules
	@echo "npm run build"
	@PATH="$(NODE_PATH)" npm run --silent build
	@touch $@

# Most edits of a template or a module leave the style sheet as it was; compressing all static files takes a while.
$(STAMPS)/assets-checksum: $(STAMPS)/assets
	@cksum static/build/*/* >$@.new; cmp -s $@.new $@ && rm $@.new || mv $@.new $@

$(STAMPS)/static: $(STATIC_SOURCES) $(STAMPS)/assets-checksum $(STAMPS)/install
	$(BIN)/python manage.py collectstatic --noinput --verbosity=0
	@touch $@

ifneq ($(DEMO_STAMP),demo-content)
$(DEMO_STAMP): $(DEMO_SOURCES) $(STAMPS)/install
	@$(MAKE) --no-print-directory demo-content
endif

# Only a Node that was put into .venv comes before the system's.
NODE_PATH = $(if $(wildcard $(BIN)/node),$(CURDIR)/$(BIN):)$(PATH)
