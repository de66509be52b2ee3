"""``python -m tests.enrollment [--steps 1000000] [--processes 2] [--postgresql]``: other stories of files each time.

Each step is an act of somebody, a change of the clock, money that comes or goes, or a request that is sent again; the
whole ledger is proved after it. At the end of each story every file is brought to its own.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from multiprocessing import Queue, get_context
from queue import Empty
from time import monotonic

from parcours.console import progress_bars
from tests.enrollment.telling import STEPS, tell
from tests.servers.bring import brought
from tests.servers.place import Absent

_LOOK_SECONDS = 1.0


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.enrollment", description=__doc__)
    asked.add_argument("--steps", type=int, default=1_000_000)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server, else on SQLite")
    given = asked.parse_args()
    with ExitStack() as stack:
        address = stack.enter_context(brought("postgresql")) if given.postgresql else ""
        return run(given.steps, given.processes, address)


def run(steps: int, processes: int, address: str) -> int:
    """1 when a story did not go as it must: it was told, as short as it could be made."""
    context, began, done, stories = get_context("spawn"), monotonic(), 0, 0
    told: Queue[int] = context.Queue()
    each = max(steps // STEPS // processes, 1)
    children = [context.Process(target=tell, args=(each, address, told), daemon=True) for _ in range(processes)]
    for child in children:
        child.start()
    with progress_bars() as report:
        while any(child.is_alive() for child in children) or not told.empty():
            try:
                done, stories = done + told.get(timeout=_LOOK_SECONDS), stories + 1
            except Empty:
                continue
            report("steps", done, each * processes * STEPS)
    seconds = monotonic() - began
    bad = sum(child.exitcode != 0 for child in children)
    print(f"{done} steps of {stories} stories, each proved, in {seconds:.0f} s ({done / seconds:.0f}/s); {bad} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Absent as absent:
        sys.exit(f"Absent: {absent}")
