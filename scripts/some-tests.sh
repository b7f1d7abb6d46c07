#!/usr/bin/env bash
# Runs a suite, and fails as it does or where it has run no test: a filter that matches nothing must not look like
# success, as it does with cargo and SwiftPM.
# Usage: some-tests.sh COMMAND [ARGUMENT…]
set -euo pipefail

# How cargo and swift-testing tell that they run something.
some='^running [1-9][0-9]* tests?$|Test run with [1-9][0-9]* tests?'

log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$@" 2>&1 | tee "$log"
if ! grep --quiet --extended-regexp "$some" "$log"; then
    echo "No test has run: ${*: -1}" >&2
    exit 1
fi
