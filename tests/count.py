#!/usr/bin/env python3
"""One line that counts the tests of a JUnit file of ctest, and names those that did not run."""
import sys
import xml.etree.ElementTree as ElementTree


def main():
    cases = list(ElementTree.parse(sys.argv[1]).getroot().iter("testcase"))
    failed = [case.get("name") for case in cases if case.find("failure") is not None]
    skipped = [case.get("name") for case in cases if case.find("skipped") is not None]
    parts = [f"{len(cases) - len(failed) - len(skipped)} of {len(cases)} tests passed"]
    for what, names in (("failed", failed), ("SKIPPED", skipped)):
        if names:
            shown = ", ".join(names[:10]) + (", ..." if len(names) > 10 else "")
            parts.append(f"{len(names)} {what} ({shown})")
    print(", ".join(parts))


if __name__ == "__main__":
    main()
