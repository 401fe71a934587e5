# One target a task; continuous integration uses the same ones. `make help` lists them.
# A fresh machine needs make and Python 3.11 or newer. Node is used when there is version 20 or newer, else fetched.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

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
run: $(STAMPS)/static $(DEMO_STAMP) ## Install what is missing and start the hub with demonstration content (PORT=8000)
	@echo
	@echo "Logins of the demonstration:"
	@$(BIN)/python -c "from hub.demo.logins import table; print(table())" 2>/dev/null || cat $(STAMPS)/demo-content
	@echo
	@echo "The hub: $(SITE_URL)/   Editing: $(SITE_URL)/cms/   Stop with Ctrl-C."
	@$(BIN)/python -m hub.serve $(PORT)

.PHONY: test
test: $(STAMPS)/install-dev $(STAMPS)/static ## Everything: unit tests on SQLite and on PostgreSQL, then a real browser
	$(BIN)/python -m pytest -m "not browser" -n 2
	$(BIN)/python tests/services/postgresql.py -- $(BIN)/python -m pytest -m "not browser" -n 2
	$(BIN)/python -m pytest -m browser

.PHONY: test-fast
test-fast: $(STAMPS)/install-dev $(STAMPS)/static ## Unit tests on SQLite only
	$(BIN)/python -m pytest -m "not browser" -n 2

.PHONY: check
check: $(STAMPS)/install-dev ## Style, types, imports, templates, migrations, lock files
	@$(MAKE) --no-print-directory --jobs=4 --output-sync --keep-going -f Makefile $(CHECKS)

CHECKS := check-style check-format check-types check-imports check-templates check-migrations check-locks
.PHONY: $(CHECKS)
