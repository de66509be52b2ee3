from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import uuid4

import pytest

from base.clock import fixed_clock
from search.engines.elasticsearch import ElasticsearchEngine
from search.engines.elasticsearch.options import Options
from tests.contract.builders import DAY
from tests.servers.fixtures import Elasticsearch

Processes = Callable[..., ElasticsearchEngine]


@pytest.fixture
def process(elasticsearch: Elasticsearch) -> Iterator[Processes]:
    """``process()``: an engine as another process would make it, on indices that all of this test's share."""
    prefix, made = f"{elasticsearch.prefix}{uuid4().hex[:8]}", []

    def process(options: Options | None = None) -> ElasticsearchEngine:
        engine = ElasticsearchEngine(
            [elasticsearch.address], prefix, fixed_clock(date.fromordinal(DAY)), options or Options()
        )
        made.append(engine)
        return engine

    yield process
    process().delete_everything()
    for engine in made:
        engine.close()
