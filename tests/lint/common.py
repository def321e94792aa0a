"""What the lints share: the tree they look at, how they report, and how they say that a tool is missing."""
import argparse
import os
import re
import shutil
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE_FOLDERS = ("src", "fuzz", "bench", "tests", "bpf")
SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def parse_arguments(description, *more):
    """The common --root, and each of `more` as (flag, add_argument keywords)."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="the tree to check")
    for flag, keywords in more:
        parser.add_argument(flag, **keywords)
    return parser.parse_args()


def sources(root, suffixes=(".cpp", ".h"), folders=SOURCE_FOLDERS):
    """Every source file below root, in a stable order."""
    return sorted(path for folder in folders for path in (root / folder).rglob("*")
                  if path.suffix in suffixes and path.is_file())


def finish(problems):
    """Prints `file:line: message` lines and ends with 1 if there is any."""
    for problem in problems:
        print(problem)
    if problems:
        print(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}")
    sys.exit(1 if problems else 0)


def need(tool, package):
    """The path of a tool, or the end of this lint as skipped (failed under BULWARK_NO_SKIP=1)."""
    path = shutil.which(tool)
    if path:
        return path
    print(f"skipped: {tool} is missing; `apt-get install {package}` or `./dev setup all` brings it", file=sys.stderr)
    sys.exit(1 if os.environ.get("BULWARK_NO_SKIP") == "1" else SKIPPED)


def read(path):
    return path.read_text(encoding="utf-8")


def rooms_of(root):
    """The floors: {room: rooms it may include}, itself and everything reachable through USES, from CMakeLists.txt."""
    text = re.sub(r"#.*", "", read(root / "CMakeLists.txt"))
    reach = {}
    for call in re.findall(r"\bbulwark_room\(([^)]*)\)", text):
        words = call.split()
        uses, taking = [], False
        for word in words[1:]:
            if word.isupper():
                taking = word == "USES"
            elif taking:
                uses.append(word)
        reach[words[0]] = {words[0]}.union(*(reach.get(used, {used}) for used in uses))
    return reach
