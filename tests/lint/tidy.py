#!/usr/bin/env python3
"""clang-tidy 19 over src/**.cpp, in parallel, with the compile commands of a build tree.

Tests are left out: GoogleTest's macros make them three times as slow to check, and a wrong test shows when it runs.

A file that passed is not run again until something that it depends on changes: its own text, a header of src/ that
it reaches, its compile command, .clang-tidy or the tool. Passes are remembered as empty files named by that hash in
<build>/tidy/; a file with a finding is never remembered.
"""
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from functools import lru_cache
from pathlib import Path

from common import finish, need, parse_arguments, read

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


@lru_cache(maxsize=None)
def reached(root, path):
    """The project's headers that a file includes, directly or not."""
    found, pending = set(), [path]
    while pending:
        for name in INCLUDE.findall(read(pending.pop())):
            header = root / "src" / name
            if header.is_file() and header not in found:
                found.add(header)
                pending.append(header)
    return found


def fingerprint(root, path, command, salt):
    digest = hashlib.sha256(salt)
    # The clone's own place must not matter.
    digest.update(command.replace(str(root), "").encode())
    for file in [path, *sorted(reached(root, path))]:
        digest.update(str(file.relative_to(root)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def main():
    arguments = parse_arguments(
        __doc__, ("--build", {"type": Path, "required": True, "help": "a tree with compile_commands.json"}),
        ("--jobs", {"type": int, "default": os.cpu_count()}),
        ("--times", {"action": "store_true", "help": "print the seconds of each file"}))
    root = arguments.root.resolve()
    tool = need("clang-tidy-19", "clang-tidy-19")
    database = arguments.build / "compile_commands.json"
    commands = {}
    for entry in json.loads(read(database)):
        path = Path(entry["file"])
        if path.is_relative_to(root / "src") and not path.stem.endswith("_test"):
            commands[path] = entry["command"]
    if not commands:
        finish([f"{database}: no file of src/ in it"])

    version = subprocess.run([tool, "--version"], check=True, capture_output=True).stdout
    salt = version + (root / ".clang-tidy").read_bytes() + Path(__file__).read_bytes()
    memory = arguments.build / "tidy"
    memory.mkdir(exist_ok=True)
    marks = {path: memory / fingerprint(root, path, command, salt) for path, command in commands.items()}
    todo = sorted(path for path, mark in marks.items() if not mark.exists())

    def run(path):
        begin = time.monotonic()
        # g++'s flags that clang does not know are no finding; its own warnings are the compiler's business.
        done = subprocess.run([tool, "--quiet", "-p", str(arguments.build), "--extra-arg=-Wno-everything", str(path)],
                              check=False, capture_output=True, text=True)
        return path, done, time.monotonic() - begin

    failed = []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for path, done, seconds in pool.map(run, todo):
            if arguments.times:
                print(f"{seconds:6.2f} s  {path.relative_to(root)}", file=sys.stderr)
            if done.returncode == 0 and "error:" not in done.stdout:
                marks[path].touch()
            else:
                print(done.stdout, re.sub(r"^\d+ warnings? generated.*\n", "", done.stderr, flags=re.MULTILINE), sep="")
                failed.append(str(path.relative_to(root)))
    print(f"clang-tidy: {len(todo)} files run, {len(commands) - len(todo)} unchanged since they passed")
    finish([f"{name}: see above" for name in failed])


if __name__ == "__main__":
    main()
