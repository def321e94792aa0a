"""Generates scalars, asks kubectl and Bulwark what they are, and compares."""

import itertools
import json
import os
import subprocess
import sys

WORK, RESOLVE = os.environ["work"], os.environ["resolve"]
HEAD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\nvalues:\n"


def scalars():
    words = "y n yes no on off true false null nil nan inf none ~ ~~ t f T F".split()
    for word in words:
        yield from {word, word.upper(), word.capitalize(), word[:-1] + word[-1:].upper()}
    digits = ["0", "00", "7", "08", "09", "0644", "0o644", "0O644", "0x1F", "0X1f", "0b101", "0B11", "0b12", "0o8",
              "1_000", "1__0", "1_", "_1", "0_7", "0_9", "0x_1", "0b_1", "0x", "0b", "0o", "0b-1", "0b+1", "0o-7",
              "0x-1", "123456789", "1234567890123456789", "9223372036854775807", "9223372036854775808",
              "18446744073709551615", "18446744073709551616", "123456789012345678901234567890",
              "0x7fffffffffffffff", "0x8000000000000000", "0xffffffffffffffff", "0x1ffffffffffffffff",
              "01777777777777777777777", "02000000000000000000000", "0777777777777777777777777",
              "1.", "1.0", ".5", "1.5", "08.5", "0.", ".", "1..2", "1.2.3", "1.5_0", "1_0.5", ".1_0", "._1", ".1_",
              "1e3", "1E3", "1e+3", "1e-3", "1.5e3", "1.e3", ".5e3", ".e3", "1e", "1e+", "12e03", "1e400", "1e-400",
              ".5e400", "1e1_0", "1e_3", "1_e3", ".5e1_0", "0x1p4", "0x1.8p1", "1f", "1d", "1:30", "190:20:30",
              "1:30.5", "2001-01-01", "2001-1-1", "2001-12-14T21:59:43Z", "2001-12-14 21:59:43", "9999-99-99",
              "20010101", "100m", "1Gi", "1,000", "1 000", "0.1", "0.000001", "1e21", "1e20", "9007199254740993",
              "9007199254740993.0", "3.141592653589793", "5e-324", "1.7976931348623157e308", "1.8e308"]
    for sign, text in itertools.product(("", "-", "+"), digits):
        yield sign + text
    for sign, text in itertools.product(("", "-", "+"), ("inf", "Inf", "INF", "iNf", "nan", "NaN", "NAN", "Nan")):
        yield sign + "." + text
    yield from ["--1", "++1", "-", "+", "<<", "=", "a#b", "a:b", "x y", "..", "...x", "%x"[1:], "0x1g", "1a", "e3"]
    inside = ["yes", "1", "0644", "null", "~", "", "1.5", "2001-01-01", ".inf", "a b", "0x10", "1e3", "<<"]
    for text in inside:
        yield from [f"'{text}'", f'"{text}"']
    tags = ["!!str", "!!int", "!!float", "!!bool", "!!null", "!!timestamp", "!!binary", "!", "!x", "!!foo", "!!merge"]
    for tag, text in itertools.product(tags, ["12", "yes", "1.5", "abc", "''", "0644", "2001-01-01", "aGk=", '"12"', "",
                                              "18446744073709551615", "1e3", "08", "null"]):
        yield f"{tag} {text}".rstrip()
    yield from ['"\\u00e9\\n\\t\\x41"', "caf\u00e9", "'it''s'", "|\n    a\n    b", ">\n    a\n    b", "|-\n    1", ""]


def kubectl(path):
    done = subprocess.run(["kubectl", "annotate", "--local", "--dry-run=client", "-f", path, "x=y", "-o", "json"],
                          capture_output=True, text=True, encoding="utf-8", errors="replace", check=False)
    return json.loads(done.stdout)["values"] if done.returncode == 0 else None


def bulwark(path):
    lines = subprocess.run([RESOLVE, path], capture_output=True, text=True, encoding="utf-8", check=True).stdout.splitlines()
    values = {}
    for line in lines:
        if line == "refused":
            return None
        key, value = line.split("\t", 1)
        values[json.loads(key)] = value
    return values


def write(cases):
    path = os.path.join(WORK, "scalars.yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(HEAD + "".join(f"  k{number}: {text}\n" for number, text in cases))
    return path


def same(theirs, ours):
    if ours == "refused" or ours == "collection":
        return False
    mine = json.loads(ours)
    if isinstance(theirs, bool) or isinstance(mine, bool) or isinstance(theirs, str) or theirs is None:
        return type(theirs) is type(mine) and theirs == mine
    return isinstance(mine, (int, float)) and float(theirs) == float(mine)


def refused_by_kubectl(cases):
    """Cases that make kubectl refuse the file, by halving."""
    if kubectl(write(cases)) is not None:
        return []
    if len(cases) == 1:
        return cases
    half = len(cases) // 2
    return refused_by_kubectl(cases[:half]) + refused_by_kubectl(cases[half:])


def main():
    cases = list(enumerate(dict.fromkeys(scalars())))
    refused = refused_by_kubectl(cases)
    accepted = [case for case in cases if case not in refused]
    path = write(accepted)
    theirs, ours = kubectl(path), bulwark(path)
    if ours is None:
        print("Bulwark refuses scalars that kubectl takes")
        return 1
    wrong = 0
    for number, text in accepted:
        key = f"k{number}"
        if not same(theirs[key], ours.get(key, "refused")):
            wrong += 1
            print(f"{text!r}: kubectl {json.dumps(theirs[key])}, Bulwark {ours.get(key)}")
    for number, text in refused:
        values = bulwark(write([(number, text)]))
        if values is not None and values.get(f"k{number}") != "refused":
            wrong += 1
            print(f"{text!r}: kubectl refuses it, Bulwark reads {values}")
    print(f"{len(cases)} scalars compared with kubectl ({len(refused)} of them refused), {wrong} differ")
    return 0 if wrong == 0 and len(cases) >= 500 else 1


sys.exit(main())
