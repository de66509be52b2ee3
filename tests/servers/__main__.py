"""``python -m tests.servers [run [NAME...] -- COMMAND...]``; without ``run`` it only fetches what they need."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from types import FrameType

from tests.servers.bring import SERVERS, brought, prepare, variable
from tests.servers.place import Absent, say


def main(arguments: list[str]) -> int:
    if not arguments:
        for name in SERVERS:
            say(prepare(name))
        return 0
    if arguments[0] != "run" or "--" not in arguments:
        sys.exit(__doc__)
    cut = arguments.index("--")
    return run(arguments[1:cut] or list(SERVERS), arguments[cut + 1 :])


def run(names: list[str], command: list[str]) -> int:
    """Status of the command; the servers that were started stop with it."""
    with ExitStack() as stack:
        addresses = {variable(name): stack.enter_context(brought(name)) for name in names}
        child = subprocess.Popen(command, env={**os.environ, **addresses})
        stack.callback(_end, child)
        return child.wait()


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        child.wait()


def leave_on_signals() -> None:
    """Ended by a signal, we still stop what we started."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    leave_on_signals()
    try:
        sys.exit(main(sys.argv[1:]))
    except Absent as absent:
        sys.exit(f"Absent: {absent}")
    except KeyboardInterrupt:
        sys.exit(130)
