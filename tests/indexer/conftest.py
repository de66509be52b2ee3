from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine as Database

from base.clock import Clock, fixed_clock
from base.database import open_database
from base.migrate import upgrade
from search.engines.contract import Engine
from search.engines.embedded import EmbeddedEngine

TODAY = date(2026, 11, 23)


@pytest.fixture
def clock() -> Clock:
    return fixed_clock(TODAY)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path / 'parcours.db'}")
    upgrade(database)
    yield database
    database.dispose()


@pytest.fixture
def engine(tmp_path: Path, clock: Clock) -> Engine:
    """Without an index yet."""
    return EmbeddedEngine(tmp_path / "index", clock)
