from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.base.databases import fresh_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    with fresh_database(tmp_path) as engine:
        yield engine
