from __future__ import annotations

import os
import subprocess
import sys

import bench.opensearch
from bench.opensearch.node import ADDRESS, opensearch
from tests.servers.__main__ import leave_on_signals
from tests.servers.place import Absent


def main(arguments: list[str]) -> int:
    if arguments[:1] != ["--"] or len(arguments) < 2:
        sys.exit(bench.opensearch.__doc__)
    with opensearch() as address:
        return subprocess.run(arguments[1:], env={**os.environ, ADDRESS: address}).returncode


if __name__ == "__main__":
    leave_on_signals()
    try:
        sys.exit(main(sys.argv[1:]))
    except Absent as absent:
        sys.exit(f"Absent: {absent}")
