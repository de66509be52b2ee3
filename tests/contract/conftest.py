"""Every engine behind one fixture. The reference of the tests is one of them: it must be right by hand too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from base.clock import fixed_clock
from search.document import TrainingDocument
from search.engines.contract import Engine
from tests.contract.builders import DAY
from tests.contract.lexicons import lexicon_of
from tests.kernels import KERNELS, kernel_of
from tests.oracle.engine import OracleEngine

Build = Callable[[list[TrainingDocument]], Engine]


ELASTICSEARCH = pytest.param("elasticsearch", marks=pytest.mark.elasticsearch)


@pytest.fixture(params=["reference", "pure", "compiled", ELASTICSEARCH])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Empty."""
    clock = fixed_clock(date.fromordinal(DAY))
    if request.param == "reference":
        yield OracleEngine()
    elif request.param in KERNELS:
        from search.engines.embedded import EmbeddedEngine

        yield EmbeddedEngine(tmp_path / "index", clock, kernel=kernel_of(request.param))
    else:
        from search.engines.elasticsearch import ElasticsearchEngine

        server = request.getfixturevalue("elasticsearch")
        engine = ElasticsearchEngine([server.address], f"{server.prefix}{uuid4().hex[:8]}", clock)
        yield engine
        engine.delete_everything()
        engine.close()


@pytest.fixture
def build(engine: Engine) -> Build:
    def build(documents: list[TrainingDocument]) -> Engine:
        engine.rebuild(documents, lexicon_of(documents))
        return engine

    return build
