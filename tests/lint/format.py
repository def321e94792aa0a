#!/usr/bin/env python3
"""Every C++ source is as clang-format 19 writes it; --fix rewrites what is not."""
import re
import subprocess

from common import finish, need, parse_arguments, sources

PLACE = re.compile(r"^(.+?):(\d+):\d+: error: code should be clang-formatted")


def check(root, tool, files):
    done = subprocess.run([tool, "--dry-run", "-Werror", *map(str, files)], check=False, capture_output=True, text=True)
    first = {}
    for line in done.stderr.splitlines():
        match = PLACE.match(line)
        if match:
            first.setdefault(match[1], match[2])
    problems = [f"{path.replace(f'{root}/', '')}:{line}: not as clang-format 19 writes it; `./dev format` does"
                for path, line in first.items()]
    return problems or ([done.stderr] if done.returncode else [])


if __name__ == "__main__":
    arguments = parse_arguments(__doc__, ("--fix", {"action": "store_true"}))
    tool = need("clang-format-19", "clang-format-19")
    files = sources(arguments.root, (".cpp", ".h", ".c"))
    if arguments.fix:
        subprocess.run([tool, "-i", *map(str, files)], check=True)
    finish(check(arguments.root, tool, files) if files else [])
