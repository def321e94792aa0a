#!/usr/bin/env python3
"""Holds every #include under src/ to the floors that CMakeLists.txt declares with bulwark_room.

- A room includes itself and what it USES, directly or through another room: no arrow goes up.
- Third-party headers stay in the .cpp files of the rooms that wrap them (THIRD_PARTY); fmt in any .cpp.
- Floors 0 to 3 are pure: no files, sockets, processes or threads (IMPURE), except in tests.
"""
import re

from common import finish, parse_arguments, read, rooms_of, sources

# Rooms that face the outside world; every other room is pure.
OUTSIDE = {"adapters", "report", "serve", "cli"}
# Rooms whose files, headers too, may name any third party.
FREE = {"adapters", "serve", "cli"}
# Header prefix -> the other rooms that may include it, in their .cpp files. None: every room.
THIRD_PARTY = {"fmt/": None, "yaml.h": {"document"}, "emmintrin.h": {"document"}}
TEST_ONLY = ("gtest/", "gmock/", "benchmark/")
IMPURE = {"fstream", "filesystem", "iostream", "cstdio", "stdio.h", "thread", "future", "mutex", "shared_mutex",
          "condition_variable", "csignal", "print", "syncstream"}
# base owns the thread pool of the program; a document's source builds its line index once, whoever asks first, and
# so does an inventory with the index of its workloads.
EXCUSED = {"base": {"thread", "future", "mutex", "shared_mutex", "condition_variable"}, "document": {"mutex"},
           "kube": {"mutex"}}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def judge_angle(room, is_header, is_test, name):
    """What is wrong with `#include <name>` there, or None."""
    if name.startswith(TEST_ONLY):
        return None if is_test else f"<{name}> belongs in tests"
    if is_test or room in FREE:
        return None
    for prefix, rooms in THIRD_PARTY.items():
        if name.startswith(prefix):
            if rooms is not None and room not in rooms:
                return f"third-party header <{name}> does not belong in room {room}"
            return f"third-party header <{name}> in a header: only .cpp files may" if is_header else None
    if name in IMPURE:
        if room in OUTSIDE or name in EXCUSED.get(room, ()):
            return None
        return f"<{name}> in room {room}: floors 0 to 3 have no files, streams or threads of their own"
    if "/" in name or name.endswith((".h", ".hpp")):
        return f"<{name}> is neither standard C++ nor a third-party header that room {room} may include"
    return None


def judge_quoted(room, reach, root, name):
    """What is wrong with `#include "name"` there, or None."""
    first, slash, _ = name.partition("/")
    if not slash or first == "..":
        return f'"{name}": write the path from src/, with the room'
    if first in reach:
        return None if first in reach[room] else f'"{name}": room {room} does not use {first}'
    if (root / "src" / first).is_dir():
        return f'"{name}": {first} is no declared room'
    return None


def check(root):
    reach = rooms_of(root)
    problems = [f"CMakeLists.txt: room {room} has no folder src/{room}"
                for room in reach if not (root / "src" / room).is_dir()]
    undeclared = set()
    for path in sources(root, folders=("src",)):
        where = path.relative_to(root)
        room = where.parts[1]
        if room not in reach:
            if room not in undeclared:
                problems.append(f"{where}: src/{room} is not declared with bulwark_room")
            undeclared.add(room)
            continue
        is_test = path.stem.endswith(("_test", "_testing"))
        for number, line in enumerate(read(path).splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            mark, name = match.groups()
            if mark == "<":
                problem = judge_angle(room, path.suffix == ".h", is_test, name)
            else:
                problem = judge_quoted(room, reach, root, name)
            if problem:
                problems.append(f"{where}:{number}: {problem}")
    return problems


if __name__ == "__main__":
    finish(check(parse_arguments(__doc__).root))
