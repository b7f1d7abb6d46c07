#!/usr/bin/env bash
# Makes a virtual environment, and installs what that takes where a Debian machine lacks it.
# Usage: new_environment.sh PYTHON FOLDER
set -euo pipefail

python=$1 folder=$2

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    # No command has this name, so that the package is installed.
    "$(dirname "$0")/../../scripts/require.sh" "venv of $python=python3-venv"
fi
rm -rf "$folder"
"$python" -m venv "$folder"
