"""One sample catalogue for all tests of the API; each test that writes gets a copy of its folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.app import create_app
from api.services import Services
from parcours.demo import Prepared
from parcours.settings import Settings
from parcours.wiring import House
from tests.api.client import Client
from tests.parcours.prepared import DAY, sample_house


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Prepared]:
    return sample_house(tmp_path_factory.mktemp("sample") / "data")


@pytest.fixture(scope="session")
def services(sample: tuple[House, Prepared]) -> Services:
    return sample[0].services


@pytest.fixture(scope="session")
def client(services: Services) -> Iterator[Client]:
    """For questions only."""
    with Client(create_app(services)) as client:
        yield client


@pytest.fixture
def own(sample: tuple[House, Prepared], tmp_path: Path) -> House:
    """A copy of the sample that a test may write to."""
    folder = tmp_path / "data"
    sample[0].database.dispose()
    shutil.copytree(sample[0].settings.data_dir, folder)
    return House(Settings(data_dir=folder, today=DAY, database_url="", worker=False))


@pytest.fixture
def writing(own: House) -> Iterator[Client]:
    with Client(create_app(own.services)) as client:
        yield client
