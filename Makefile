# What people and CI type. Everything installs itself into .venv; only Python 3.11+ and make are needed.
PYTHON ?= python3
BIN := .venv/bin
HYPOTHESIS_PROFILE ?= test
export HYPOTHESIS_PROFILE
# Two processes, a file in one of them. Those with a browser apart: it leaves a running event loop.
# What hangs fails with the stacks of its threads; the longest test takes a minute and a half. What
# hangs in C, where no signal is heard, ends with its process, and so does what cannot be torn down.
SECONDS_OF_A_TEST := 300
TESTS = $(BIN)/python -m pytest -q -n 2 --dist loadfile --timeout $(SECONDS_OF_A_TEST) \
	-o faulthandler_timeout=$$(( $(SECONDS_OF_A_TEST) + 60 )) -o faulthandler_exit_on_timeout=true \
	--max-worker-restart 0

.PHONY: run test check fix soak bench bench-peers demo live screenshots install install-dev chromium clean

run: install ## start at http://127.0.0.1:8501
	@$(BIN)/python -m cli serve

install: .venv/.installed
install-dev: .venv/.installed-dev

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Parley needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 2; }
	@$(PYTHON) -m venv .venv

.venv/.installed: requirements.txt | .venv/bin/python
	@echo "Installing what Parley runs on ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing what the checks and tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ .venv/.installed

chromium: install-dev
	@$(BIN)/python tests/browser/chromium.py

test: install-dev chromium ## all tests, fixed seeds, reduced counts
	@$(TESTS) --reruns 1 --only-rerun Timeout --ignore tests/browser
	@$(TESTS) -n 3 --reruns 1 -rR tests/browser

check: install-dev ## style, types, boundaries
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports

fix: install-dev ## let the formatter and the safe fixes work
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

soak: SECONDS_OF_A_TEST := 7200
soak: install-dev chromium ## the full counts; prints a table of seeds and counts
	@HYPOTHESIS_PROFILE=soak $(TESTS) -m soak --ignore tests/browser
	@HYPOTHESIS_PROFILE=soak $(TESTS) -m soak tests/browser

bench: install-dev chromium ## the speed figures, on a quiet machine
	@$(BIN)/python -m benchmarks

bench-peers: install-dev chromium ## other programs beside it; installs them, takes a quarter of an hour
	@$(BIN)/python -m benchmarks.peers

demo: install ## sample data: make demo SESSIONS=100000
	@$(BIN)/python -m cli demo --sessions $(or $(SESSIONS),20000)

live: install ## sample data and live traffic: make live RATE=5
	@$(BIN)/python -m cli demo --sessions $(or $(SESSIONS),20000) --into data/live/lake
	@PARLEY_DATA=data/live/lake PARLEY_STATE=data/live/state \
		$(BIN)/python -m cli simulate --serve --rate $(or $(RATE),5)

screenshots: install-dev chromium ## the pictures of the README
	@$(BIN)/python -m benchmarks.screenshots

clean: ## forget the environment; data stays
	@rm -rf .venv .mypy_cache .ruff_cache .hypothesis
