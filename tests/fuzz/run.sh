#!/bin/sh
# Builds the fuzzer of the loaders and runs it for SECONDS (20): tests/fuzz/run.sh [seconds] [build folder]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
seconds=${1:-20}
build=${2:-$here/../../build/fuzz}
cmake -S "$here" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="${FUZZ_CXX:-clang++}" >/dev/null
cmake --build "$build" --parallel 2 >/dev/null
# What it learns goes to the first folder, not into the source tree.
mkdir -p "$build/learned"
cd "$build"
exec ./parse_observations_fuzzer -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -max_len=4096 \
    -dict="$here/observations.dict" -print_final_stats=1 -verbosity="${FUZZ_VERBOSITY:-0}" learned "$here/corpus"
