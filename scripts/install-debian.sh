#!/usr/bin/env bash
# Installs on Debian 12 what costengine needs to be built and tested, and the packages named as
# arguments. Runs apt-get only if something is missing; as root, or with sudo.
set -euo pipefail

packages=(
  g++ cmake ninja-build pkg-config python3
  libtbb-dev libqhull-dev nettle-dev nlohmann-json3-dev libtomlplusplus-dev libfast-float-dev
  libsqlite3-dev                      # the cache
  libcli11-dev                        # the command line
  libassimp-dev libexpat1-dev libzip-dev  # the import helper
  doctest-dev zlib1g-dev              # the tests and benchmarks
  "$@"
)

missing=()
for package in "${packages[@]}"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [[ $status == installed ]] || missing+=("$package")
done
if (( ${#missing[@]} == 0 )); then exit 0; fi

as_root=()
if (( EUID != 0 )); then as_root=(sudo); fi
"${as_root[@]}" apt-get update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install --yes --no-install-recommends "${missing[@]}"
