from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.enrollment.files.office import Office


@pytest.fixture
def office(database: Engine) -> Office:
    return Office(database)
