# Every target works on a fresh clone: what it needs is built first.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev demo run test lint types imports check bench screenshots prove torture simulate migrate lock

help: ## show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/\1|\2/' | \
		while IFS='|' read -r name text; do printf '  make %-11s %s\n' "$$name" "$$text"; done

# Hashes cannot cover the project itself, so the locked packages come first and the project
# is installed without dependencies and with the build backend of the lock.
.venv/run.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

setup: .venv/run.stamp ## build .venv with all that the bot needs

setup-dev: .venv/dev.stamp ## add the tools for tests and checks

demo: .venv/run.stamp ## the real bot against the built-in sandbox; prints one address
	@$(BIN)/dondoc demo

run: .venv/run.stamp ## the bot on Telegram, as config.toml says
	@$(BIN)/dondoc run

test: .venv/dev.stamp ## the whole test suite, on SQLite and PostgreSQL
	$(BIN)/pytest $(ARGS)

lint: .venv/dev.stamp ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev.stamp ## mypy, strict
	$(BIN)/mypy

imports: .venv/dev.stamp ## who may import whom
	$(BIN)/lint-imports

check: lint types imports test ## everything CI does

bench: .venv/dev.stamp ## timings as ratios against peers in the same run
	$(BIN)/python -m tests.bench $(ARGS)

screenshots: .venv/dev.stamp ## pictures of the main flows on the phones page, into .build/screenshots
	$(BIN)/python -m tests.acceptance.screenshots $(ARGS)

prove: .venv/dev.stamp ## 10,000 stories of confirming against a model; about an hour
	$(BIN)/pytest --hypothesis-profile=prove tests/actions/test_confirmation_model.py $(ARGS)

torture: .venv/dev.stamp ## kill the bot 2,500 times while it sends and listens; over an hour
	$(BIN)/python -m tests.torture $(ARGS)

simulate: .venv/dev.stamp ## a year of an office with every reminder judged; some minutes
	$(BIN)/python -m tests.simulation $(ARGS)

migrate: .venv/run.stamp ## bring the database of config.toml to this version's schema
	@$(BIN)/dondoc db upgrade

lock: ## renew both lock files (needs uv)
	printf 'setuptools>=80\n' > .venv/build.in
	uv pip compile pyproject.toml .venv/build.in --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements.lock
	uv pip compile pyproject.toml .venv/build.in --extra dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-dev.lock
