#!/usr/bin/env bash
# Type-checks what a user's project would, from outside and against the installed wheel, and then the package itself.
# Usage: check_types.sh TOOLS USER FOLDER (the environments of the checkers and of the wheel; a scratch folder)
set -euo pipefail

tools=$1 user=$2 folder=$3
here=$(cd "$(dirname "$0")" && pwd)
package=$("$user/bin/python" -c 'import pathlib, rongcloud_recording as it; print(pathlib.Path(it.__file__).parent)')

rm -rf "$folder"
mkdir -p "$folder"
cp "$here/tests/typing/user.py" "$here"/../../examples/python/*.py "$folder"
cd "$folder"

mypy() {
    "$tools/bin/mypy" --strict --python-version 3.11 --python-executable "$user/bin/python" --cache-dir "$folder/mypy" "$@"
}
pyright() {
    # Found by PATH: with --pythonpath it verifies no types.
    PATH="$user/bin:$PATH" "$tools/bin/pyright" --warnings "$@"
}

# The scripts of a user.
echo '[mypy]' >mypy.ini
mypy --config-file mypy.ini ./*.py
cat >pyrightconfig.json <<'JSON'
{"typeCheckingMode": "strict", "include": ["*.py"], "reportUnnecessaryTypeIgnoreComment": "error"}
JSON
pyright --project pyrightconfig.json
# Every public name has a known and complete type.
pyright --ignoreexternal --verifytypes rongcloud_recording
pyright --ignoreexternal --verifytypes rongcloud_simulator

# Our own code: the package as it is installed, with what is generated, its tests, its driver, and what builds it.
mypy --config-file mypy.ini --package rongcloud_recording --package rongcloud_simulator
(cd "$here" && MYPYPATH=tests:driver:../../examples/python mypy --config-file "$folder/mypy.ini" tests/*.py tests/programs/*.py driver/*.py \
    ../../simulator/kits/python/tests/*.py)
(cd "$here" && "$tools/bin/mypy" --cache-dir "$folder/mypy" hatch_build.py)
cp -r "$package" "$folder"
cat >package.json <<'JSON'
{"typeCheckingMode": "strict", "include": ["rongcloud_recording"], "reportPrivateUsage": false}
JSON
pyright --project package.json
