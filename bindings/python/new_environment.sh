#!/usr/bin/env bash
# Makes a virtual environment, and installs what that takes where a Debian machine lacks it.
# Usage: new_environment.sh PYTHON FOLDER
set -euo pipefail

python=$1 folder=$2

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    apt-get update --quiet=2
    apt-get install --quiet=2 --yes --no-install-recommends python3 python3-venv >/dev/null
fi
rm -rf "$folder"
"$python" -m venv "$folder"
