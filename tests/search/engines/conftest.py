"""A clock that the tests move, and an embedded engine that merges early."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from search.engines.embedded import EmbeddedEngine, Merging
from tests.kernels import KERNELS, kernel_of

EARLY = Merging(delta_most=4, middle_share=0.5, dead_share=0.5)


@dataclass
class MovedClock:
    now: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture(params=KERNELS)
def engine(folder: Path, clock: MovedClock, request: pytest.FixtureRequest) -> EmbeddedEngine:
    return EmbeddedEngine(folder, clock, EARLY, kernel_of(request.param))
