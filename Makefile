# The commands of this project. `make help` lists them; each does its own set-up, and only once.
#
# With CI=true nothing may be skipped: what is missing is an error.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The Pythons that the package promises to run on, newest first.
SUPPORTED := 3.13 3.12 3.11

# A Python that runs (version managers leave commands that do not), is new enough and can make venvs.
IS_USABLE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON = $(shell for python in $(SUPPORTED:%=python%) python3; do \
	"$$python" -c '$(IS_USABLE)' >/dev/null 2>&1 && { echo "$$python"; break; }; done)

# Prints where Python $(1) is, or nothing: on PATH, else among pyenv's.
FIND_PYTHON = for python in python$(1) \
	"$${PYENV_ROOT:-$$(pyenv root 2>/dev/null)}"/versions/$(1)*/bin/python$(1); do \
	"$$python" -c 'import sys, venv, ensurepip; print(sys.executable)' 2>/dev/null && break; done || true

PIP_INSTALL := -m pip --disable-pip-version-check --quiet install

# How a venv at $(1) gets the exact development requirements and the package itself.
define INSTALL_DEV
	$(1)/bin/python $(PIP_INSTALL) --no-deps --requirement requirements/dev.txt
	$(1)/bin/python $(PIP_INSTALL) --no-deps --requirement requirements/django6.txt
	@$(1)/bin/python $(PIP_INSTALL) --no-deps --requirement requirements/ldap.txt >$(1)/ldap.log 2>&1 || { \
		echo "missing: python-ldap could not be compiled (see $(1)/ldap.log); tests of LdapDirectory are skipped." \
			"On Debian: apt-get install gcc libldap2-dev libsasl2-dev, then make clean"; \
		test "$(CI)" != true; }
	$(1)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	$(1)/bin/python -m pip check
	@touch $(1)/.stamp-dev
endef

PYTEST_OPTIONS := --numprocesses 2 --dist loadfile -m "not timing"
# On the other Pythons the servers run Django alone, which is another release there.
ELSEWHERE := -m "not timing and (not servers or django)"
ifeq ($(CI),true)
PYTEST_OPTIONS += --no-skips
endif

# Folders of tests that bring npm packages.
NPM_FOLDERS := tests/interop tests/interop/clients tests/browser/accessibility

.PHONY: help demo test check bench docs requirements clean dev needs interop servers

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or later that can make a venv is on PATH." \
		"Install one (on Debian with python3-venv), or name it: make PYTHON=… $(MAKECMDGOALS)"; exit 1; }
	@echo "Making .venv with $(PYTHON), which is $$("$(PYTHON)" --version)"
	"$(PYTHON)" -m venv .venv

.venv/.stamp-dev: pyproject.toml requirements/dev.txt requirements/django6.txt requirements/ldap.txt | .venv/bin/pip
	$(call INSTALL_DEV,.venv)

.venv/.stamp-demo: pyproject.toml requirements/dev.txt | .venv/bin/pip
	.venv/bin/python $(PIP_INSTALL) --constraint requirements/dev.txt --editable '.[demo]'
	@touch $@

dev: .venv/.stamp-dev  ## make .venv with everything that a developer needs

demo: .venv/.stamp-demo  ## serve a small site to sign in to (make demo DIRECTORY=htpasswd ARGS="--port 8000")
	@.venv/bin/nextauth demo$(if $(DIRECTORY), --directory $(DIRECTORY)) $(ARGS)

test: dev needs interop  ## run every test, with coverage; then unit and contract tests on the other Pythons
	.venv/bin/pytest $(if $(filter true,$(CI)),--no-skips) -m timing tests/security
	.venv/bin/pytest $(PYTEST_OPTIONS) --cov --cov-report=term
	@$(foreach version,$(SUPPORTED),$(MAKE) --no-print-directory test-on-$(version) &&) true

# Says what a test would miss here, and why.
needs: dev
	@missing=0; \
	miss() { missing=1; echo "missing: $$1"; }; \
	for program in node npm chromium nginx caddy curl redis-server slapd freeradius htpasswd; do \
		PATH="$$PATH:/usr/sbin" command -v "$$program" >/dev/null || miss "$$program is not on PATH; tests that need it are skipped"; \
	done; \
	$(foreach version,$(SUPPORTED),test -n "$$($(call FIND_PYTHON,$(version)))" \
		|| miss "Python $(version) is neither on PATH nor among pyenv's; no tests run on it";) \
	if [ "$(CI)" = true ] && [ "$$missing" = 1 ]; then \
		echo "With CI=true nothing may be skipped: install what is missing."; exit 1; \
	fi

# The npm packages that tests run, where Node and npm are there. (The examples install their own, by the
# commands of their READMEs.)
interop:
	@if command -v node npm >/dev/null; then \
		$(MAKE) --no-print-directory $(NPM_FOLDERS:%=%/node_modules/.stamp); \
	fi

%/node_modules/.stamp: %/package.json %/package-lock.json
	npm ci --prefix $* --no-audit --no-fund
	@touch $@

# Unit and contract tests on one more Python; the one of .venv has run them already.
test-on-%:
	@own="$$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')"; \
	if [ "$$own" = "$*" ]; then exit 0; fi; \
	python="$$($(call FIND_PYTHON,$*))"; \
	if [ -z "$$python" ]; then \
		echo "skipped: unit and contract tests on Python $*, which is neither on PATH nor among pyenv's"; \
		test "$(CI)" != true; \
		exit; \
	fi; \
	test -x .venv-$*/bin/pip || "$$python" -m venv .venv-$*; \
	$(MAKE) --no-print-directory .venv-$*/.stamp-dev; \
	echo "Unit and contract tests on $$(.venv-$*/bin/python --version)"; \
	.venv-$*/bin/pytest $(PYTEST_OPTIONS) $(ELSEWHERE) $(wildcard tests/unit tests/contract)

.venv-%/.stamp-dev: pyproject.toml requirements/dev.txt requirements/django6.txt requirements/ldap.txt
	$(call INSTALL_DEV,.venv-$*)

# Pyright fails below 100 %. It looks for the package where the first Python on PATH has it.
check: dev interop  ## lint, format, types, imports, examples in the documentation
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	PATH="$(CURDIR)/.venv/bin:$$PATH" PYRIGHT_PYTHON_IGNORE_WARNINGS=1 .venv/bin/pyright \
		--verifytypes nextauth --ignoreexternal | sed '/^Public modules/,/^$$/d'
	.venv/bin/lint-imports
	.venv/bin/pytest $(if $(filter true,$(CI)),--no-skips) -m "not packaging" tests/docs
	.venv/bin/sphinx-build --quiet --fail-on-warning --keep-going docs docs/_build/html

servers: dev  ## run the contract on every server: uvicorn, hypercorn, granian, gunicorn, waitress
	.venv/bin/pytest --numprocesses 2 --dist loadfile -m servers tests/contract/servers

bench: dev interop build/peers/.stamp  ## measure against the peers, on this machine (make bench ARGS="--quick tokens")
	@for program in wrk node npm redis-server taskset; do command -v "$$program" >/dev/null \
		|| { echo "missing: $$program is not on PATH; make bench needs it"; exit 1; }; done
	.venv/bin/python -m bench $(ARGS)

# The peers have an environment of their own, so that none of their packages is one of our server's.
build/peers/.stamp: requirements/bench.txt | .venv/bin/pip
	rm -rf build/peers
	.venv/bin/python -m venv build/peers
	build/peers/bin/python $(PIP_INSTALL) --no-deps --requirement requirements/bench.txt
	build/peers/bin/python -m pip check
	@touch $@

docs: dev  ## build the documentation into docs/_build/html
	.venv/bin/sphinx-build --fail-on-warning --keep-going docs docs/_build/html

# What both environments run on is the same version in both.
SHARED := ^(cryptography|django|fastapi|gunicorn|httptools|pydantic|pydantic_core|starlette|uvicorn|uvloop)==

requirements: | .venv/bin/pip  ## renew requirements/dev.txt and bench.txt from dev.in and bench.in
	rm -rf build/requirements
	.venv/bin/python -m venv build/requirements
	build/requirements/bin/python $(PIP_INSTALL) --requirement requirements/dev.in
	{ sed -n '/^#/p' requirements/dev.txt; \
		build/requirements/bin/python -m pip freeze --exclude nextauth --exclude python-ldap; } > build/dev.txt
	mv build/dev.txt requirements/dev.txt
	rm -rf build/requirements
	.venv/bin/python -m venv build/requirements
	grep -iE '$(SHARED)' requirements/dev.txt > build/constraints.txt
	build/requirements/bin/python $(PIP_INSTALL) --constraint build/constraints.txt \
		--requirement requirements/bench.in
	{ sed -n '/^#/p' requirements/bench.txt; \
		build/requirements/bin/python -m pip freeze; } > build/bench.txt
	mv build/bench.txt requirements/bench.txt

clean:  ## remove what the other commands made
	rm -rf .venv .venv-* build dist htmlcov docs/_build
	rm -rf $(NPM_FOLDERS:%=%/node_modules) tests/interop/clients/dist
	rm -rf examples/*/node_modules examples/*/dist examples/*/.next
	rm -rf .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
