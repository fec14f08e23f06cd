# Every verb does its own set-up: on a fresh machine it needs make and Python 3.11 or newer.

.DEFAULT_GOAL := help
.PHONY: help demo up test pytest bench load soak container lint format services environment service

# uv would otherwise download a Python of its own.
export UV_PYTHON_DOWNLOADS = never

UV := .ci/uv
RUN := $(UV) run --no-sync

help: ## say what there is to do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: service ## clean a real, messy file from upload to export, and show the session tree
	@$(RUN) datatrail demo

up: service ## start the whole service on this machine and print its URL
	@$(RUN) datatrail up

test: ## check style, types and import contracts, and run every test
	@$(MAKE) --no-print-directory --jobs 2 lint pytest

# Much of it is waiting for servers and jails, so there is room for one process more than cores.
pytest: services environment
	@$(RUN) pytest --numprocesses 3 --dist worksteal

bench: environment ## measure log, tables and jails beside their peers; ARGS="jails --rounds 3", or --help
	@$(UV) sync --frozen --compile-bytecode --group bench
	@$(RUN) python -m tests.performance $(ARGS)

load: services environment ## let 1, 20, 100 and 200 people use the whole service; ARGS="--users 1 20", or --help
	@$(UV) sync --frozen --compile-bytecode --group load
	@$(RUN) python -m tests.performance.load $(ARGS)

soak: services environment ## kill each process at each moment, then at random for MINUTES=10
	@$(RUN) pytest -m soak
	@$(RUN) python -m tests.gaps.soak --minutes $(or $(MINUTES),10)

container: environment ## show with podman that a container without privileges can build jails
	@$(RUN) python -m tests.sandbox.container $(ARGS)

lint: environment ## check style, types and import contracts
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy
	@$(RUN) lint-imports

format: environment ## put the code into the project's style
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .

services: ## install the servers that only the tests need
	@.ci/rabbitmq

# Jails read the libraries as they stand: without compiled bytecode each would compile them anew.
environment:
	@$(UV) sync --frozen --compile-bytecode

# What only developers need is not fetched for a newcomer, and not taken from a developer.
service:
	@$(UV) sync --frozen --compile-bytecode --no-dev --inexact
