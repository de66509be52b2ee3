from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from base.clock import Clock, fixed_clock
from search.engines.contract import Engine
from search.engines.embedded import EmbeddedEngine

TODAY = date(2026, 11, 23)


@pytest.fixture
def clock() -> Clock:
    return fixed_clock(TODAY)


@pytest.fixture
def engine(tmp_path: Path, clock: Clock) -> Engine:
    """Without an index yet."""
    return EmbeddedEngine(tmp_path / "index", clock)
