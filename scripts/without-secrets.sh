#!/usr/bin/env bash
# Runs a command and fails, as the command does or where anything it printed holds the secret that all suites sign with,
# a password that they give to a proxy, or that secret's signature of the published example.
# Usage: without-secrets.sh LOG COMMAND [ARGUMENT…]
set -euo pipefail

log=$1
shift
mkdir -p "$(dirname "$log")"
status=0
"$@" 2>&1 | tee "$log" || status=$?
for secret in Y1W2MeFwwwRxa0 hunter2 dXNlcjpodW50ZXIy 30be0bbca9c9b2e27578701e9fda2358a814c88f; do
    if grep --quiet --fixed-strings "$secret" "$log"; then
        echo "The output shows a secret: $secret" >&2
        exit 1
    fi
done
exit "$status"
