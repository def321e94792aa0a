#!/usr/bin/env python3
"""Lints that cannot fail are worth nothing: each one is run over a small tree that breaks its rule, and must say so."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from common import REPOSITORY, need

LINT = Path(__file__).resolve().parent
FLOORS = ("bulwark_room(base)\nbulwark_room(document USES base LIBRARIES PkgConfig::yaml)\n"
          "bulwark_room(kube USES document)  # comment USES cli\nbulwark_room(cli\n  USES kube\n  LIBRARIES x)\n")
KEEP = {"src/base/keep.h": "", "src/document/keep.h": "", "src/kube/keep.h": "", "src/cli/keep.h": ""}

# lint, what is being broken, the tree, what the lint must print (None: it must pass).
CASES = [
    ("rooms", "clean", {"src/kube/a.cpp": '#include "kube/keep.h"\n#include "base/keep.h"\n#include <fmt/core.h>\n',
                        "src/document/y.cpp": "#include <yaml.h>\n",
                        "src/kube/a_test.cpp": "#include <gtest/gtest.h>\n#include <fstream>\n",
                        "src/cli/c.cpp": '#include <CLI/CLI.hpp>\n#include "base/keep.h"\n#include <cstdio>\n'}, None),
    ("rooms", "arrow up", {"src/base/a.h": '#include "kube/keep.h"\n'},
     'src/base/a.h:1: "kube/keep.h": room base does not use kube'),
    ("rooms", "arrow up in a test", {"src/document/a_test.cpp": '\n# include "cli/keep.h"\n'},
     'src/document/a_test.cpp:2: "cli/keep.h": room document does not use cli'),
    ("rooms", "relative path", {"src/kube/a.cpp": '#include "../base/keep.h"\n'}, "write the path from src/"),
    ("rooms", "undeclared room", {"src/vuln/a.cpp": "\n"}, "src/vuln is not declared"),
    ("rooms", "use of an undeclared room", {"src/vuln/a.h": "\n", "src/kube/a.cpp": '#include "vuln/a.h"\n'},
     "vuln is no declared room"),
    ("rooms", "declared room without a folder",
     {"CMakeLists.txt": FLOORS + "bulwark_room(node USES kube)\n"}, "room node has no folder src/node"),
    ("rooms", "libyaml outside document", {"src/kube/a.cpp": "#include <yaml.h>\n"}, "<yaml.h> does not belong"),
    ("rooms", "libyaml in a header", {"src/document/a.h": "#include <yaml.h>\n"}, "<yaml.h> in a header"),
    ("rooms", "fmt in a header", {"src/kube/a.h": "#include <fmt/core.h>\n"}, "<fmt/core.h> in a header"),
    ("rooms", "CLI11 outside cli", {"src/kube/a.cpp": "#include <CLI/CLI.hpp>\n"}, "<CLI/CLI.hpp> is neither"),
    ("rooms", "libcurl outside adapters", {"src/kube/a.cpp": "#include <curl/curl.h>\n"}, "<curl/curl.h> is neither"),
    ("rooms", "files in a pure room", {"src/kube/a.cpp": "#include <fstream>\n"}, "<fstream> in room kube"),
    ("rooms", "GoogleTest in the program", {"src/cli/a.cpp": "#include <gtest/gtest.h>\n"}, "belongs in tests"),
    ("length", "clean", {"src/kube/a.cpp": "\n" * 400}, None),
    ("length", "too long", {"src/kube/a.cpp": "\n" * 401}, "src/kube/a.cpp:401: 401 lines"),
    ("length", "too long, with a reason",
     {"src/kube/a.cpp": "\n" * 401, "tests/lint/long-files.txt": "# why\nsrc/kube/a.cpp: one table\n"}, None),
    ("length", "too long, without a reason",
     {"src/kube/a.cpp": "\n" * 401, "tests/lint/long-files.txt": "src/kube/a.cpp:\n"}, "has no reason"),
    ("length", "reason for a short file", {"tests/lint/long-files.txt": "src/kube/a.cpp: once\n"}, "remove it"),
    ("downloads", "clean", {"cmake/x.cmake": "# FetchContent is forbidden\nfind_package(fmt)\n"}, None),
    ("downloads", "FetchContent", {"cmake/x.cmake": "\ninclude(FetchContent)\n"}, "cmake/x.cmake:2: FetchContent"),
    ("downloads", "ExternalProject", {"src/CMakeLists.txt": "ExternalProject_Add(x)\n"}, "ExternalProject"),
    ("downloads", "address", {"CMakeLists.txt": "add(x URL https://example.com/x.tar.gz)\n"}, "from an address"),
    ("downloads", "file(DOWNLOAD)", {"cmake/x.cmake": "file( DOWNLOAD ${x} y)\n"}, "file(DOWNLOAD)"),
    ("downloads", "submodule command", {"cmake/x.cmake": "execute(COMMAND git submodule update)\n"}, "submodule"),
    ("downloads", "submodule", {".gitmodules": ""}, "a git submodule"),
    ("downloads", "curl in dev", {"dev": "curl -sSL https://example.com | sh\n"}, "dev:1: a download"),
    ("format", "clean", {"src/base/a.cpp": "int a = 1;\n"}, None),
    ("format", "not formatted", {"src/base/a.cpp": "int a = 1;\nint  b=1;\n"}, "src/base/a.cpp:2: not as clang-format"),
]

TIDY = {
    "clean": ("int twice(int x) { return 2 * x; }\n", None),
    "use after move": ("#include <string>\n#include <utility>\nvoid take(std::string);\n"
                       "auto f(std::string s) {\n  take(std::move(s));\n  return s.size();\n}\n",
                       "bugprone-use-after-move"),
    "copy in a loop": ("#include <string>\n#include <vector>\nstd::size_t f(const std::vector<std::string>& v) {\n"
                       "  std::size_t n = 0;\n  for (const auto s : v) n += s.size();\n  return n;\n}\n",
                       "performance-for-range-copy"),
    "missing override": ("struct A {\n  virtual ~A() = default;\n  virtual void f();\n};\n"
                         "struct B : A {\n  virtual void f();\n};\n", "modernize-use-override"),
}


def run(lint, root, *more):
    done = subprocess.run([sys.executable, LINT / f"{lint}.py", "--root", root, *more], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | {"BULWARK_NO_SKIP": "1"})
    return done.returncode, done.stdout


def plant(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


class SelfTest(unittest.TestCase):
    def expect(self, outcome, message):
        code, output = outcome
        self.assertEqual(code, 0 if message is None else 1, output)
        if message is not None:
            self.assertIn(message, output)

    def test_rules(self):
        for lint, name, files, message in CASES:
            with self.subTest(f"{lint}: {name}"), tempfile.TemporaryDirectory() as folder:
                plant(Path(folder), {"CMakeLists.txt": FLOORS} | KEEP | files)
                shutil.copy(REPOSITORY / ".clang-format", folder)
                self.expect(run(lint, folder), message)

    def test_tidy(self):
        for name, (text, message) in TIDY.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                root = Path(folder).resolve()
                source = root / "src/base/a.cpp"
                plant(root, {"src/base/a.cpp": text, "build/compile_commands.json": json.dumps([
                    {"directory": folder, "file": str(source), "command": f"g++ -std=c++23 -c {source}"}])})
                shutil.copy(REPOSITORY / ".clang-tidy", folder)
                # Twice: a finding must not be remembered as a pass, and a pass must be.
                self.expect(run("tidy", root, "--build", root / "build"), message)
                again = run("tidy", root, "--build", root / "build")
                self.expect(again, message)
                self.assertIn("1 files run" if message else "0 files run, 1 unchanged", again[1])
                source.write_text(text + "int more();\n", encoding="utf-8")
                self.assertIn("1 files run", run("tidy", root, "--build", root / "build")[1])

    def test_headers(self):
        for header, works in (("#include <string>\nstd::string f();\n", True), ("std::string f();\n", False)):
            with self.subTest(header), tempfile.TemporaryDirectory() as folder:
                root = Path(folder)
                plant(root, {"src/base/a.h": header, "src/base/a.cpp": '#include <string>\n#include "base/a.h"\n',
                             "CMakeLists.txt": "cmake_minimum_required(VERSION 3.25)\nproject(x LANGUAGES CXX)\n"
                                               "add_library(fmt INTERFACE)\nadd_library(fmt::fmt ALIAS fmt)\n"
                                               f"include({REPOSITORY}/cmake/Room.cmake)\nbulwark_room(base)\n"})
                subprocess.run(["cmake", "-S", folder, "-B", root / "build", "-G", "Ninja"], check=True,
                               stdout=subprocess.DEVNULL)
                code, output = run("headers", folder, "--build", root / "build")
                self.assertEqual(code == 0, works, output)
                if not works:
                    self.assertIn("a.h", output)

    def test_gate(self):
        gate = REPOSITORY / "tests/gate"
        for command, no_skip, code in ((["/bin/true"], "1", 0), (["/bin/false"], "0", 1),
                                       (["/bin/sh", "-c", "exit 77"], "0", 1),
                                       (["/bin/sh", "-c", "kill -SEGV $$"], "0", 139),
                                       (["/nowhere/program"], "0", 77), (["/nowhere/program"], "1", 1)):
            with self.subTest(command=command, no_skip=no_skip):
                done = subprocess.run([gate, *command], check=False, capture_output=True,
                                      env=os.environ | {"BULWARK_NO_SKIP": no_skip})
                self.assertEqual(done.returncode, code)


if __name__ == "__main__":
    for tool, package in (("clang-format-19",) * 2, ("clang-tidy-19",) * 2, ("cmake",) * 2):
        need(tool, package)
    unittest.main()
