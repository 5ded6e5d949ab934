#!/bin/sh
# Makes .venv with the pinned requirements of the given kind and the `callwright` command. Needs Python 3.11 or newer.
#   usage: scripts/install.sh base|dev
set -eu
cd "$(dirname "$0")/.."
kind=${1:-base}

# Linux distributions' first: they are built with optimisations that a version manager's often lack (pyenv compiles without
# them unless told), which a telephone that rings feels. Of all, one that can make an environment with pip by itself.
find_python() {
    names="python3.11 python3.12 python3.13 python3"
    [ "$(uname)" != Linux ] || names="/usr/bin/python3.11 /usr/bin/python3.12 /usr/bin/python3.13 /usr/bin/python3 $names"
    for needs in "venv, ensurepip" "venv"; do
        for name in ${PYTHON:-$names}; do
            if "$name" -c "import sys, $needs; sys.exit(sys.version_info < (3, 11))" 2>/dev/null; then
                echo "$name"
                return
            fi
        done
    done
    echo "Python 3.11 or newer with its module venv is needed and was not found${PYTHON:+ at $PYTHON}" \
        "(on Debian: apt install python3-venv). PYTHON=/path/to/python names one." >&2
    exit 1
}

if [ ! -x .venv/bin/python ]; then
    python=$(find_python)
    # Debian keeps ensurepip in a package of its own; without it the machine's pip does the bootstrap.
    "$python" -m venv .venv 2>/dev/null || "$python" -m venv --clear --without-pip .venv
fi
if [ ! -x .venv/bin/uv ]; then
    if .venv/bin/python -m pip --version >/dev/null 2>&1 || .venv/bin/python -m ensurepip >/dev/null 2>&1; then
        .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
    elif python3 -m pip --version >/dev/null 2>&1; then
        python3 -m pip --python .venv/bin/python install -q --disable-pip-version-check \
            --require-hashes -r requirements/bootstrap.txt
    else
        echo "Neither this Python nor the machine's has pip (on Debian: apt install python3-venv)." >&2
        exit 1
    fi
fi

files="-r requirements/bootstrap.txt -r requirements/base.txt"
[ "$kind" = dev ] && files="$files -r requirements/dev.txt"
# shellcheck disable=SC2086
.venv/bin/uv pip install -q --python .venv/bin/python --require-hashes $files
.venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation -e .
