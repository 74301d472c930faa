#!/bin/sh
# Makes .venv beside this file, with the pinned dependencies and this package in it.
# Run again it does nothing while the files that decide its content are unchanged.
#
#   PYTHON=/path/to/python3 ./setup.sh    to choose the interpreter (3.10 to 3.13)
set -eu
cd "$(dirname "$0")"
here=$(pwd)

# Submissions run as an unprivileged user, who must be able to read the interpreter: one below a private home does not do.
usable() {
    [ -x "$1" ] && "$1" - "$(id -u)" <<'PY' 2>/dev/null
import os, sys
if sys.version_info < (3, 10):
    sys.exit(1)
path = os.path.realpath(sys.base_prefix)
while sys.argv[1] == "0" and path != "/":
    if not os.stat(path).st_mode & 0o001:
        sys.exit(1)
    path = os.path.dirname(path)
PY
}

python=${PYTHON:-}
if [ -z "$python" ]; then
    for candidate in "$(command -v python3 || true)" /usr/bin/python3 /usr/local/bin/python3 \
        "$(command -v python3.13 || true)" "$(command -v python3.12 || true)" "$(command -v python3.11 || true)" "$(command -v python3.10 || true)"; do
        if [ -n "$candidate" ] && usable "$candidate"; then python=$candidate; break; fi
    done
fi
if [ -z "$python" ]; then
    python=$(command -v python3) || { echo "setup.sh: no python3 found; install Python 3.10 or newer" >&2; exit 1; }
    echo "setup.sh: $python is older than 3.10 or lies below a directory that only root may enter; trying it all the same" >&2
fi

stamp=.venv/setup-stamp
want=$(cat pyproject.toml constraints.txt setup.sh | cksum; echo "$here"; "$python" -c 'import sys; print(sys.version, sys.base_prefix)')
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then
    echo "setup.sh: .venv is up to date"
    exit 0
fi

if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq --no-install-recommends python3-venv
    else
        echo "setup.sh: $python cannot make virtual environments; install python3-venv and run this again" >&2
        exit 1
    fi
fi
rm -rf .venv
"$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,torch,cluster,audit,completion,docs]'
printf '%s\n' "$want" >"$stamp"
echo "setup.sh: .venv is ready ($(.venv/bin/python --version))"
