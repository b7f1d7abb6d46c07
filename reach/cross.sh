#!/usr/bin/env bash
# Builds for another platform than this machine's: cargo build, with zig for the C compiler and the linker.
# Usage: cross.sh TOOLS TRIPLE [--shared] ARGUMENT…
#   TOOLS      a folder for an environment of Python's with zig and cargo-zigbuild, made where it isn't there
#   TRIPLE     the platform as Rust names it; glibc is taken to be 2.17, of 2012, the oldest that Rust serves
#   --shared   on musl, against the system's C library, as a library that Python or a JVM loads. Otherwise a program has
#              all in itself, and runs with glibc, too
#   ARGUMENT   cargo build's
# Run from the repository's root.
set -euo pipefail

tools=$(realpath --canonicalize-missing --no-symlinks -- "$1") triple=$2
shift 2
if [[ $1 == --shared ]]; then
    shift
    if [[ $triple == *-musl ]]; then
        name=${triple//-/_}
        export "CARGO_TARGET_${name^^}_RUSTFLAGS=-C target-feature=-crt-static"
    fi
fi

if [[ ! -e $tools/complete || reach/requirements.txt -nt $tools/complete ]]; then
    bindings/python/new_environment.sh "${PYTHON:-python3}" "$tools"
    "$tools/bin/pip" install --quiet --requirement reach/requirements.txt
    touch "$tools/complete"
fi

# The compiler's own standard library for that platform: rustup has it for the compiler by its version, whatever the name
# of the toolchain that is used.
version=$(rustc --version | cut -d ' ' -f 2)
if [[ ! -d $(rustc --print target-libdir --target "$triple") ]]; then
    [[ -d $(rustc "+$version" --print target-libdir --target "$triple" 2>/dev/null) ]] ||
        rustup toolchain install "$version" --profile minimal --no-self-update --target "$triple"
    export RUSTUP_TOOLCHAIN=$version
fi

# cargo-zigbuild looks for zig in the Python that is found first.
PATH=$tools/bin:$PATH exec cargo zigbuild --target "${triple/%-gnu/-gnu.2.17}" "$@"
