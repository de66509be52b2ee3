"""One sample catalogue on each kind of database for all tests of the API; each test that writes gets a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.app import create_app
from api.services import Services
from parcours.demo import Prepared
from parcours.settings import Settings
from parcours.wiring import House
from tests.api.client import Client
from tests.api.counter import Counter, open_counter
from tests.parcours.prepared import DAY, sample_house
from tests.servers.databases import PostgresqlDatabases


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, Prepared]]:
    folder = tmp_path_factory.mktemp("sample") / "data"
    if request.param == "sqlite":
        yield sample_house(folder)
        return
    databases: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
    with databases.fresh_url() as url:
        house, prepared = sample_house(folder, url)
        yield house, prepared
        house.database.dispose()


@pytest.fixture(scope="session")
def services(sample: tuple[House, Prepared]) -> Services:
    return sample[0].services


@pytest.fixture(scope="session")
def client(services: Services) -> Iterator[Client]:
    """For questions only."""
    with Client(create_app(services)) as client:
        yield client


@pytest.fixture
def own(sample: tuple[House, Prepared], tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """A copy of the sample that a test may write to."""
    folder, copied = tmp_path / "data", sample[0].settings
    sample[0].database.dispose()
    shutil.copytree(copied.data_dir, folder)
    with ExitStack() as stack:
        url = ""
        if copied.database_url:
            databases: PostgresqlDatabases = request.getfixturevalue("postgresql_databases")
            url = stack.enter_context(databases.fresh_url(copied_from=copied.database_url))
        house = House(Settings(data_dir=folder, today=DAY, database_url=url, worker=False))
        yield house
        house.database.dispose()


@pytest.fixture
def writing(own: House) -> Iterator[Client]:
    with Client(create_app(own.services)) as client:
        yield client


@pytest.fixture
def counter(database: Engine, tmp_path: Path) -> Iterator[Counter]:
    with open_counter(database, tmp_path) as counter:
        yield counter
