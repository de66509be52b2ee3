"""One migrated database a test, copied from a template: migrating takes longer than most imports here."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from base.clock import fixed_clock
from base.database import open_database
from base.migrate import upgrade
from geo.gazetteer import Gazetteer
from ingest.report import ImportReport
from ingest.run import Surroundings, import_file

TODAY = date(2026, 11, 2)
Import = Callable[..., ImportReport]


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.open(None)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "parcours.db"
    engine = open_database(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Engine]:
    shutil.copy(migrated, tmp_path / "parcours.db")
    engine = open_database(f"sqlite:///{tmp_path / 'parcours.db'}")
    yield engine
    engine.dispose()


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
