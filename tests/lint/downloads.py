#!/usr/bin/env python3
"""The build downloads nothing: libraries are Debian packages, found in cmake/Dependencies.cmake."""
import re

from common import finish, parse_arguments, read

FORBIDDEN = {
    r"FetchContent": "FetchContent downloads sources",
    r"ExternalProject": "ExternalProject downloads sources",
    r"CPMAddPackage": "CPM downloads sources",
    r"file\s*\(\s*DOWNLOAD": "file(DOWNLOAD) downloads",
    r"\b(?:GIT_REPOSITORY|GIT_TAG|GIT_SUBMODULES)\b": "sources from a git repository",
    r"\bgit\s+submodule\b": "sources from a git submodule",
    r"\b(?:curl|wget)\s+(?:-\S+\s+)*[\"']?(?:https?|ftp):": "a download",
    r"\bURL\s+[\"']?(?:https?|ftp):": "sources from an address",
}


def cmake_files(root):
    skip = {"build", "node_modules", ".git"}
    for path in sorted(root.rglob("*")):
        if skip.isdisjoint(path.relative_to(root).parts) and (
                path.name == "CMakeLists.txt" or path.suffix == ".cmake" or path == root / "dev"):
            yield path


def check(root):
    problems = ["/.gitmodules: a git submodule"] if (root / ".gitmodules").exists() else []
    for path in cmake_files(root):
        for number, line in enumerate(read(path).splitlines(), 1):
            code = re.sub(r"(^|\s)#.*", "", line)
            problems += [f"{path.relative_to(root)}:{number}: {why}; use a Debian package"
                         for pattern, why in FORBIDDEN.items() if re.search(pattern, code)]
    return problems


if __name__ == "__main__":
    finish(check(parse_arguments(__doc__).root))
