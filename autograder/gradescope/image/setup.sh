#!/bin/sh
# Gradescope runs this once, as root, when it makes the image: an environment that submissions may read, with the tool in it.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
environment=${AUTOGRADER_ENVIRONMENT:-/opt/autograder}
python=${PYTHON:-$(command -v python3 || true)}

if [ -z "$python" ] || ! "$python" -c 'import ensurepip' 2>/dev/null; then
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends python3 python3-venv
    python=${python:-$(command -v python3)}
fi
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' || {
    echo "setup.sh: $python is older than Python 3.10; choose the base image Ubuntu 22.04 or newer" >&2
    exit 1
}
"$python" -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir -r "$here/requirements.txt"
cp -R "$here/tool/autograder" "$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/"
chmod -R a+rX "$environment"
echo "setup.sh: $environment is ready ($("$environment/bin/python" --version))"
