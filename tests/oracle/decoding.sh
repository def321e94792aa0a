#!/usr/bin/env bash
# usage: decoding.sh DECODE_OBJECTS: what Bulwark decodes, against the Go types of kubectl, field by field. Exit 77
# (skipped) when kubectl or python3 is missing, or kubectl is older than 1.30.
set -euo pipefail
decode=$1
for program in kubectl python3; do
  command -v "$program" >/dev/null || { echo "$program is missing" >&2; exit 77; }
done
# An older kubectl lacks the fields that came later. (Debian 12 has 1.20.)
minor=$(kubectl version --client -o json 2>/dev/null | python3 -c 'import json, sys
print("".join(c for c in json.load(sys.stdin)["clientVersion"]["minor"] if c.isdigit()))')
if [ "$minor" -lt 30 ]; then
  echo "kubectl is 1.$minor; the fields of today need 1.30 or newer" >&2
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export decode work
exec python3 -B "$(dirname "$0")/decoding.py"
