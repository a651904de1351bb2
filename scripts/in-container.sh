#!/usr/bin/env bash
# Runs a command in a container that has an old or another C library, with the checkout and, where the image has none, this Node.
#
#   scripts/in-container.sh glibc 'npm ci && node scripts/prebuild.mjs'
#   scripts/in-container.sh musl 'npm ci && node scripts/prebuild.mjs'
set -euo pipefail
cd "$(dirname "$0")/.."

case "$1" in
  glibc)
    # glibc 2.28: Debian 10, Ubuntu 20.04, RHEL 8 and newer.
    image="quay.io/pypa/manylinux_2_28_$(uname -m)"
    node_prefix="$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")"
    node=(-v "$node_prefix:/opt/node:ro" -e "PATH=/opt/node/bin:/opt/python/cp312-cp312/bin:/opt/rh/gcc-toolset-14/root/usr/bin:/usr/local/bin:/usr/bin:/bin")
    setup='dnf install -y -q ninja-build libatomic gtest-devel || true; git config --global --add safe.directory "*"'
    ;;
  musl)
    image=node:24-alpine
    node=()
    setup='apk add --no-cache g++ cmake samurai make python3 git linux-headers gtest-dev bash && git config --global --add safe.directory "*"'
    ;;
  *)
    echo "usage: in-container.sh glibc|musl COMMAND" >&2
    exit 2
    ;;
esac
exec docker run --rm -v "$PWD:/surecall" -w /surecall ${node[@]+"${node[@]}"} "$image" sh -c "$setup && $2"
