#!/usr/bin/env python3
"""Every header compiles alone: CMake's all_verify_interface_header_sets in the given build tree."""
import subprocess
import sys
from pathlib import Path

from common import need, parse_arguments

if __name__ == "__main__":
    arguments = parse_arguments(__doc__, ("--build", {"type": Path, "required": True, "help": "a build tree"}))
    cmake = need("cmake", "cmake")
    sys.exit(subprocess.run([cmake, "--build", arguments.build, "--target", "all_verify_interface_header_sets"],
                            check=False).returncode)
