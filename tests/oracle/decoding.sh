#!/usr/bin/env bash
# usage: decoding.sh DECODE_OBJECTS: what Bulwark decodes, against the Go types of kubectl, field by field. Exit 77
# (skipped) when kubectl or python3 is missing.
set -euo pipefail
decode=$1
for program in kubectl python3; do
  command -v "$program" >/dev/null || { echo "$program is missing" >&2; exit 77; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export decode work
exec python3 -B "$(dirname "$0")/decoding.py"
