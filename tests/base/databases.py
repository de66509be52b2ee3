"""A migrated, empty database for a test: SQLite, or the server of ``PARCOURS_TEST_DATABASE``, emptied before each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from base.database import open_database, unit_of_work
from base.migrate import upgrade


@contextmanager
def fresh_database(folder: Path) -> Iterator[Engine]:
    url = os.environ.get("PARCOURS_TEST_DATABASE", "")
    engine = open_database(url or f"sqlite:///{folder / 'parcours.db'}")
    if url:
        with unit_of_work(engine) as connection:
            connection.exec_driver_sql("DROP SCHEMA IF EXISTS public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    upgrade(engine)
    try:
        yield engine
    finally:
        engine.dispose()
