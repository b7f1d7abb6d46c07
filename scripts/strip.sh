#!/usr/bin/env bash
# Copies a library or a program without its symbols, whichever machine it is for.
# Usage: strip.sh FROM TO
set -euo pipefail

from=$1 to=$2
if [[ $(uname) == Darwin ]]; then
    exec strip -x -o "$to" "$from"
fi
scripts=$(dirname "$0")
"$scripts/require.sh" readelf=binutils strip=binutils
machine=$(readelf --file-header "$from" | sed -n 's/.*Machine: *//p')
case $machine in
*X86-64) machine=x86_64 ;;
*AArch64) machine=aarch64 ;;
esac
strip="strip"
if [[ $machine != "$(uname -m)" ]]; then
    strip=$machine-linux-gnu-strip
    "$scripts/require.sh" "$strip=binutils-${machine//_/-}-linux-gnu"
fi
exec "$strip" -o "$to" "$from"
