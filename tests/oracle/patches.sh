#!/usr/bin/env bash
# usage: patches.sh APPLY_PATCHES: JSON, merge and strategic merge patches, against `kubectl patch --local`, case by
# case. Exit 77 (skipped) when kubectl or python3 is missing.
set -euo pipefail
apply=$1
for program in kubectl python3; do
  command -v "$program" >/dev/null || { echo "$program is missing" >&2; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export apply work
exec python3 "$(dirname "$0")/patches.py"
