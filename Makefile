# Two commands do everything on a machine with Python 3.11 or newer:
#   make brief   sets up, then writes the Mali brief and prints where
#   make test    sets up with the test tools, then runs all checks
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help brief test check pytest bench lock clean
help:
	@sed -n 's/^#   //p' Makefile

brief: .venv/run.stamp
	$(BIN)/toguna brief mali --to out/mali-en.pdf --to out/mali-en.html
	$(BIN)/toguna brief mali --language fr --to out/mali-fr.pdf --to out/mali-fr.html

test: check pytest

check: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy -n 2
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/check_sizes.py src tests bench scripts
	$(BIN)/codespell src tests docs bench scripts *.md

pytest: .venv/test.stamp
	$(BIN)/pytest -n auto --dist loadfile

bench: .venv/test.stamp
	$(BIN)/python -m bench
	$(BIN)/python -m bench.roads
	$(BIN)/python -m bench.displacement
	$(BIN)/python -m bench.arrivals
	$(BIN)/python -m bench.forecasting
	$(BIN)/python -m bench.planning
	$(BIN)/python -m bench.comparison
	$(BIN)/python -m bench.estimation
	$(BIN)/python -m bench.linkage
	$(BIN)/python -m bench.log
	$(BIN)/python -m bench.arms
	$(BIN)/python -m bench.accounts
	$(BIN)/python -m bench.web
	$(BIN)/python -m bench.page

lock: .venv/test.stamp
	sh scripts/lock.sh

clean:
	rm -rf .venv out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/run.stamp: requirements.lock pyproject.toml scripts/setup.sh
	PYTHON=$(PYTHON) sh scripts/setup.sh requirements.lock
	touch $@

.venv/test.stamp: requirements-test.lock pyproject.toml scripts/setup.sh
	PYTHON=$(PYTHON) sh scripts/setup.sh requirements-test.lock
	touch .venv/run.stamp $@
