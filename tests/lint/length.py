#!/usr/bin/env python3
"""A source file stays under 400 lines; one that cannot is listed with its reason in tests/lint/long-files.txt."""
from common import finish, parse_arguments, read, sources

LIMIT = 400
SUFFIXES = (".cpp", ".h", ".c", ".py", ".cmake", ".ts", ".tsx")


def reasons(root, problems):
    """{path: reason} from long-files.txt: one `path: reason` a line."""
    listing = root / "tests/lint/long-files.txt"
    found = {}
    for number, line in enumerate(read(listing).splitlines() if listing.exists() else [], 1):
        if not line.strip() or line.startswith("#"):
            continue
        path, _, reason = line.partition(":")
        if not reason.strip():
            problems.append(f"tests/lint/long-files.txt:{number}: {path} has no reason")
        found[path.strip()] = reason.strip()
    return found


def check(root):
    problems = []
    excused = reasons(root, problems)
    long = set()
    for path in sources(root, SUFFIXES, ("src", "fuzz", "bench", "tests", "bpf", "cmake", "web/src")):
        where = str(path.relative_to(root))
        lines = len(read(path).splitlines())
        if lines <= LIMIT:
            continue
        long.add(where)
        if where not in excused:
            problems.append(f"{where}:{LIMIT + 1}: {lines} lines; split it, or give the reason in long-files.txt")
    problems += [f"tests/lint/long-files.txt: {path} is not longer than {LIMIT} lines: remove it"
                 for path in excused if path not in long]
    return problems


if __name__ == "__main__":
    finish(check(parse_arguments(__doc__).root))
