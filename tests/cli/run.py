#!/usr/bin/env python3
"""usage: tests/cli/run.py PROGRAM [CASE...]

Runs each case of tests/cli/cases/*.case in an empty folder and compares exit code, standard output and standard error
with what the case says. UPDATE_GOLDEN=1 rewrites the cases.

A case is a text with these parts, each begun by a line of its own:
  == file NAME         a file that is made first (a name ending in ! is made unreadable)
  == tty               run on a terminal of 80 columns instead of in a pipe
  == stdin             what is given to standard input
  == $ ARGUMENTS       the command, split as a shell would
  == exit N, == stdout, == stderr    what must come out
"""
import os
import pty
import shlex
import struct
import subprocess
import sys
import tempfile
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

CASES = Path(__file__).resolve().parent / "cases"


def parse(text):
    parts, current = [], None
    for line in text.splitlines(keepends=True):
        if line.startswith("== "):
            current = [line[3:].rstrip("\n"), ""]
            parts.append(current)
        else:
            current[1] += line
    return parts


def run_in_pipe(command, stdin, folder):
    done = subprocess.run(command, input=stdin.encode(), capture_output=True, cwd=folder, check=False, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def run_on_terminal(command, folder):
    """Standard output on a terminal, standard error in a pipe."""
    main, side = pty.openpty()
    ioctl(side, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=side, stderr=subprocess.PIPE, cwd=folder,
                          env=environment) as child:
        os.close(side)
        out = b""
        while True:
            try:
                chunk = os.read(main, 65536)
            except OSError:
                break
            if not chunk:
                break
            out += chunk
        err = child.stderr.read()
    os.close(main)
    return child.returncode, out.decode().replace("\r\n", "\n").replace("\x1b", "\\e"), err.decode()


def run_case(program, path):
    parts = parse(path.read_text(encoding="utf-8"))
    given = [part for part in parts if not part[0].startswith(("exit", "stdout", "stderr"))]
    command, stdin, terminal = None, "", False
    with tempfile.TemporaryDirectory() as folder:
        for name, text in given:
            if name.startswith("file "):
                file = Path(folder) / name[5:]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            elif name == "stdin":
                stdin = text
            elif name == "tty":
                terminal = True
            elif name.startswith("$ "):
                command = [program, *shlex.split(name[2:])]
        run = run_on_terminal(command, folder) if terminal else run_in_pipe(command, stdin, folder)
        code, out, err = run
        # What became of the files that the command names as changed.
        after = [[f"after {name[5:]}", (Path(folder) / name[5:]).read_text(encoding="utf-8")] for name, _ in given
                 if name.startswith("file ") and any(p[0] == f"after {name[5:]}" for p in parts)]
    given = [part for part in given if not part[0].startswith("after ")]
    actual = given + [[f"exit {code}", ""]]
    if out:
        actual.append(["stdout", out])
    if err:
        actual.append(["stderr", err])
    actual += after
    return "".join(f"== {name}\n{text}{'' if text.endswith(chr(10)) or not text else chr(10)}" for name, text in actual)


def main():
    program = str(Path(sys.argv[1]).resolve())
    paths = [CASES / name for name in sys.argv[2:]] or sorted(CASES.glob("*.case"))
    if not paths:
        sys.exit("no case found")
    failed = 0
    for path in paths:
        actual, wanted = run_case(program, path), path.read_text(encoding="utf-8")
        if actual == wanted:
            continue
        if os.environ.get("UPDATE_GOLDEN") == "1":
            path.write_text(actual, encoding="utf-8")
            print(f"rewrote {path.name}")
            continue
        failed += 1
        with tempfile.NamedTemporaryFile("w", suffix=".case", delete=False) as file:
            file.write(actual)
        print(f"{path.name}:")
        subprocess.run(["diff", "-u", str(path), file.name], check=False)
        os.unlink(file.name)
    print(f"{len(paths) - failed} of {len(paths)} cases as expected")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
