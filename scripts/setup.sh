#!/usr/bin/env bash
# Makes .venv from the hashed lock file. Called by make when the lock file or pyproject.toml is newer than .venv.
# With "spark" the optional extra too; once it is there, it stays through every later sync.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build

find_python() {
    for candidate in python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            echo "$candidate"; return
        fi
    done
    echo "Firebreak needs Python 3.11 or newer. On Debian 12: apt-get install python3.11" >&2
    exit 1
}

python=$(find_python)
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing python3-venv (Debian ships Python without it) …"
        apt-get -qq update >/dev/null && apt-get -qq install -y python3-venv >/dev/null
    else
        echo "This Python has no venv. Run: sudo apt-get install python3-venv" >&2
        exit 1
    fi
fi
[ -x .venv/bin/python ] || "$python" -m venv .venv
if [ ! -x .venv/bin/uv ]; then
    echo "Setting up .venv (once) …"
    # uv itself comes from the lock too, by its hashes.
    awk '/^uv==/ {found = 1} found {print} found && !/\\$/ {exit}' requirements.lock >build/uv.lock
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r build/uv.lock
fi
export VIRTUAL_ENV="$PWD/.venv"
locks=(requirements.lock)
if [ "${1:-}" = spark ] || [ -e .venv/.spark ]; then
    [ -e .venv/.spark ] || echo "Installing pyspark (once: half a gigabyte on disk) …"
    locks+=(requirements-spark.lock)
fi
# pyspark comes as source, and is built with the setuptools of the lock.
.venv/bin/uv pip sync --quiet --compile-bytecode --no-build-isolation --require-hashes "${locks[@]}"
.venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
[ "${1:-}" = spark ] || touch .venv/.ready
[ "${#locks[@]}" = 1 ] || touch .venv/.spark
