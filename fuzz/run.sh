#!/usr/bin/env bash
# Builds the fuzz targets with libFuzzer's coverage instrumentation and runs each for some seconds.
# Usage: run.sh SECONDS [TARGET…]
set -euo pipefail
cd "$(dirname "$0")"

seconds=$1
shift
targets=("$@")
[[ ${#targets[@]} -gt 0 ]] || targets=(config reply callback)

export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1"
# A target is named so that the flags don't reach build scripts and procedural macros.
host=$(rustc -vV | sed -n 's/^host: //p')
cargo build --locked --release --quiet --target "$host"

built=${CARGO_TARGET_DIR:-target}/$host/release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for target in "${targets[@]}"; do
    mkdir "$work/$target"
    # The golden inputs are the first corpus.
    python3 seeds.py ../tests/vectors "$target" "$work/$target"
    echo "fuzzing $target for $seconds s"
    "$built/$target" "$work/$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=4096 \
        -print_final_stats=1 -artifact_prefix="$PWD/finding-$target-" 2>&1 |
        grep -E "^stat::number_of_executed_units|^stat::new_units_added|ERROR|panicked|SUMMARY" || exit 1
done
