from __future__ import annotations

import pytest

from geo.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    """The built-in places."""
    return Gazetteer.open(None)
