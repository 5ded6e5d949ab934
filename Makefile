# make run      start everything with demonstration data of a bureau; DEMO=house: of a house with one account;
#               PBX=asterisk: on a real Asterisk instead of the simulated one
# make test     all tests
# make check    everything that can be checked without running the product
# make bench    the figures of the README
# make screenshots URL=http://localhost:8000   the pictures of the README, from a running demonstration
# make pins     pin newer versions of the requirements
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: run test check bench screenshots pins clean

PBX ?= fake
DEMO ?= bureau
PYTEST ?= .venv/bin/pytest -n 2 --dist loadgroup

run: .venv/base.done
ifeq ($(PBX),asterisk)
	tests/pbx/install.sh
	trap 'tests/pbx/pbx.sh stop' EXIT; tests/pbx/pbx.sh start && tests/pbx/pbx.sh how && .venv/bin/callwright up --demo $(DEMO) --pbx asterisk
else
	@exec .venv/bin/callwright up --demo $(DEMO) --pbx $(PBX)
endif

test: .venv/dev.done
	@scripts/test_tools.sh
	$(PYTEST) $(ARGS)

check: .venv/dev.done
	@.venv/bin/python -m checks $(ARGS)

bench: .venv/dev.done
	@scripts/test_tools.sh
	.venv/bin/python -m benchmarks $(ARGS)

screenshots: .venv/dev.done
	.venv/bin/python scripts/screenshots.py --url $(or $(URL),http://localhost:8000)

pins: .venv/dev.done
	for kind in bootstrap base dev; do \
	  .venv/bin/uv pip compile -q --upgrade --generate-hashes --no-emit-index-url --no-header \
	    requirements/$$kind.in -o requirements/$$kind.txt || exit 1; \
	done

.venv/base.done: requirements/bootstrap.txt requirements/base.txt pyproject.toml scripts/install.sh
	@echo "Installing into .venv …"
	@scripts/install.sh base
	@touch $@

.venv/dev.done: requirements/dev.txt .venv/base.done
	@echo "Installing the development tools into .venv …"
	@scripts/install.sh dev
	@touch $@

clean:
	rm -rf .venv var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
