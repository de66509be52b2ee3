"""Stories told by a process of its own, for the long run."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing import Queue
from pathlib import Path

from sqlalchemy import Engine

from base.database import open_database, unit_of_work
from base.migrate import upgrade
from tests.enrollment.test_any_file import BEGUN, tell_stories
from tests.enrollment.world import founded
from tests.servers.databases import PostgresqlDatabases
from tests.servers.place import in_memory, run_folder

STEPS = 50  # of one story


class Renewed:
    """Each time the same engine on a new copy of the file, with its world: what SQL it has compiled is kept."""

    def __init__(self, folder: Path) -> None:
        self._path, self._template = folder / "story.db", folder / "template.db"
        self._engine = open_database(f"sqlite:///{self._template}")
        upgrade(self._engine)
        with unit_of_work(self._engine) as conn:
            self.world = founded(conn, BEGUN)
        self._engine.dispose()
        self._engine = open_database(f"sqlite:///{self._path}")

    @contextmanager
    def fresh(self) -> Iterator[Engine]:
        shutil.copy(self._template, self._path)
        try:
            yield self._engine
        finally:
            self._engine.dispose()


def tell(stories: int, address: str, told: Queue[int]) -> None:
    with ExitStack() as stack:
        if address:
            databases = stack.enter_context(PostgresqlDatabases(address))
            databases.prepare()
            fresh, world = databases.fresh, None
        else:
            renewed = Renewed(stack.enter_context(run_folder("stories", in_memory(1 << 30))))
            fresh, world = renewed.fresh, renewed.world
        tell_stories(fresh, stories, STEPS, same=False, world=world, report=told.put)
