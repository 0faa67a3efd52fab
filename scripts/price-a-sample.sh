#!/usr/bin/env bash
# From a fresh Debian 12 to a price: installs what is needed, builds, prices a sample.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/install-debian.sh
scripts/build.sh release --target costengine costengine-import
build/release/bin/costengine estimate samples/models/bracket.stl
