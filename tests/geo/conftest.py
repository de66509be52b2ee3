"""The built-in places, opened once, and the official ones compiled from the real file."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from geo.compile import compile_places
from geo.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.open(None)


@pytest.fixture(scope="session")
def official_rows(shared: Path) -> list[dict[str, str]]:
    with gzip.open(shared / "geo" / "communes.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def official(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    out = tmp_path_factory.mktemp("reference")
    compile_places(shared, out)
    return Gazetteer.open(out)
