#!/usr/bin/env bash
# usage: kubectl.sh BULWARK: `bulwark twin serve` on a folder of manifests, driven by the kubectl of this machine. Exit 77
# (skipped) when kubectl or python3 is missing.
set -euo pipefail
bulwark=$1
for program in kubectl python3; do
  command -v "$program" >/dev/null || { echo "$program is missing" >&2; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Its own home: kubectl keeps what it discovers.
export bulwark work HOME=$work
exec python3 "$(dirname "$0")/kubectl.py"
