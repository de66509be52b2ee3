"""Peak memory of a program."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

# A child's peak starts with what its parent holds when it is forked, so a small process stands between.
_LAUNCHER = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(status)
"""


def peak_mb(command: Sequence[str], **environment: str) -> int:
    """Peak resident memory of a command in MB; ``CalledProcessError`` when it fails."""
    launcher = [sys.executable, "-c", _LAUNCHER, *command]
    done = subprocess.run(launcher, env={**os.environ, **environment}, stdout=subprocess.PIPE, check=True)
    return int(done.stdout) // 1024
