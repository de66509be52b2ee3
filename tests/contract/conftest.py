"""Every engine behind one fixture. The reference of the tests is one of them: it must be right by hand too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from base.clock import fixed_clock
from search.document import TrainingDocument
from search.engines.contract import Engine
from tests.contract.builders import DAY
from tests.contract.lexicons import lexicon_of
from tests.oracle.engine import OracleEngine

Build = Callable[[list[TrainingDocument]], Engine]


@pytest.fixture(params=["reference", "embedded"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Empty."""
    if request.param == "reference":
        return OracleEngine()
    from search.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(tmp_path / "index", fixed_clock(date.fromordinal(DAY)))


@pytest.fixture
def build(engine: Engine) -> Build:
    def build(documents: list[TrainingDocument]) -> Engine:
        engine.rebuild(documents, lexicon_of(documents))
        return engine

    return build
