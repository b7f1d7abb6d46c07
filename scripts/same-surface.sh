#!/bin/sh
# Fails where a language's public surface, on standard input, is not the one that is written down.
#
# Usage: same-surface.sh LANGUAGE <SURFACE
set -eu

if ! diff -u "api/$1.txt" - >&2; then
    echo "The public surface of $1 has changed. If it is meant, write it down with 'make api-$1', and tell users in CHANGELOG.md." >&2
    exit 1
fi
