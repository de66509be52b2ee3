"""The market's documents in an Elasticsearch of the tests, under names of this run that are deleted at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from search.engines.elasticsearch import ElasticsearchEngine
from tests.oracle.market import Market


@contextmanager
def on_elasticsearch(market: Market, address: str, prefix: str = "parcours-oracle-") -> Iterator[ElasticsearchEngine]:
    engine = ElasticsearchEngine([address], f"{prefix}{uuid4().hex[:8]}", market.house.clock)
    try:
        engine.rebuild(market.documents, market.house.engine.snapshot().lexicon)
        yield engine
    finally:
        engine.delete_everything()
        engine.close()
