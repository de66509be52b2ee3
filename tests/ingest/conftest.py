"""Imports of a file into an empty catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from base.clock import fixed_clock
from geo.gazetteer import Gazetteer
from ingest.report import ImportReport
from ingest.run import Surroundings, import_file

TODAY = date(2026, 11, 2)
Import = Callable[..., ImportReport]


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.open(None)


@pytest.fixture
def around(database: Engine, gazetteer: Gazetteer, tmp_path: Path) -> Surroundings:
    return Surroundings(database, tmp_path / "submissions", gazetteer, fixed_clock(TODAY))


@pytest.fixture
def imported(around: Surroundings, tmp_path: Path) -> Import:
    """``imported(content or path, **options)``."""

    def run(content: str | bytes | Path, **options: object) -> ImportReport:
        if isinstance(content, Path):
            path = content
        else:
            path = tmp_path / "envoi"
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return import_file(
            path,
            database=around.database,
            submissions_dir=around.submissions_dir,
            gazetteer=around.gazetteer,
            clock=around.clock,
            **options,  # type: ignore[arg-type]
        )

    return run
