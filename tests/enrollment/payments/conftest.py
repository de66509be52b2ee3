from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.enrollment.payments.till import Till


@pytest.fixture
def till(database: Engine) -> Till:
    return Till(database)
