#!/usr/bin/env python3
"""usage: tests/coverage.py BUILD_TREE: line coverage of each room, tests left out, from a tree built for gcov."""
import collections
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main():
    done = subprocess.run(
        ["gcovr", "--root", str(ROOT), "--filter", f"{ROOT}/src/", "--exclude", r".*_test\.cpp$", "--json-summary",
         "--exclude-unreachable-branches", sys.argv[1]],
        check=True, stdout=subprocess.PIPE)
    rooms = collections.defaultdict(lambda: [0, 0])
    for file in json.loads(done.stdout)["files"]:
        room = Path(file["filename"]).parts[1]
        for key in (room, "total"):
            rooms[key][0] += file["line_covered"]
            rooms[key][1] += file["line_total"]
    if not rooms:
        sys.exit("coverage: no line was measured")
    print(f"{'room':<12} {'lines':>7} {'covered':>8} {'':>7}")
    for room in sorted(rooms, key=lambda name: (name == "total", name)):
        covered, lines = rooms[room]
        print(f"{room:<12} {lines:>7} {covered:>8} {100 * covered / max(lines, 1):>6.1f}%")


if __name__ == "__main__":
    main()
