#!/usr/bin/env bash
# usage: scalars.sh RESOLVE_SCALARS: how Bulwark resolves scalars, against kubectl, value by value. Exit 77 (skipped)
# when kubectl or python3 is missing. Scalars that kubectl refuses go into a file of their own each: Bulwark must
# refuse those too (or read .nan and .inf as what JSON has no word for).
set -euo pipefail
resolve=$1
for program in kubectl python3; do
  command -v "$program" >/dev/null || { echo "$program is missing" >&2; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export resolve work
exec python3 "$(dirname "$0")/scalars.py"
