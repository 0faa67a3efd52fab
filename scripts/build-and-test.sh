#!/usr/bin/env bash
# From a fresh Debian 12 to passed tests: installs what is needed, then builds and tests as users
# run it (release) and with the address and undefined-behaviour sanitizers (asan).
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-debian.sh
failed=()
for preset in release asan; do
  scripts/build.sh "$preset"
  ctest --preset "$preset" --parallel "$(nproc)" || failed+=("$preset")
done
if (( ${#failed[@]} > 0 )); then
  echo "tests failed: ${failed[*]}" >&2
  exit 1
fi
