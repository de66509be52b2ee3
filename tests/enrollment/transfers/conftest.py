from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.enrollment.transfers.counter import Counter


@pytest.fixture
def counter(database: Engine) -> Counter:
    return Counter(database)
