"""``python -m tests.enrollment [--steps 1000000] [--processes 2] [--postgresql]``: other stories of files each time.

Each step is an act of somebody, a change of the clock, money that comes or goes, or a request that is sent again; the
whole ledger is proved after it. At the end of each story every file is brought to its own.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import Queue, get_context
from pathlib import Path
from queue import Empty
from time import monotonic

from sqlalchemy import Engine

from base.database import open_database
from base.migrate import upgrade
from parcours.console import progress_bars
from tests.enrollment.test_any_file import tell_stories
from tests.servers.bring import brought
from tests.servers.databases import PostgresqlDatabases
from tests.servers.place import Absent, in_memory, run_folder

STEPS = 50  # of one story
_LOOK_SECONDS = 1.0


class Renewed:
    """Each time the same engine on a new copy of the file: what SQL it has compiled is kept."""

    def __init__(self, folder: Path) -> None:
        self._path, self._template = folder / "story.db", folder / "template.db"
        self._engine = open_database(f"sqlite:///{self._template}")
        upgrade(self._engine)
        self._engine.dispose()
        self._engine = open_database(f"sqlite:///{self._path}")

    @contextmanager
    def fresh(self) -> Iterator[Engine]:
        shutil.copy(self._template, self._path)
        try:
            yield self._engine
        finally:
            self._engine.dispose()


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


def tell(stories: int, address: str, told: Queue[int]) -> None:
    with ExitStack() as stack:
        if address:
            databases = stack.enter_context(PostgresqlDatabases(address))
            databases.prepare()
            fresh = databases.fresh
        else:
            fresh = Renewed(stack.enter_context(run_folder("stories", in_memory(1 << 30)))).fresh
        tell_stories(fresh, stories, STEPS, same=False, report=told.put)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Absent as absent:
        sys.exit(f"Absent: {absent}")
