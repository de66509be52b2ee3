"""What killed builds leave behind goes, and what was served never does, also while the cluster cannot tell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from elasticsearch import Elasticsearch as Cluster

from base.errors import ParcoursError
from search.engines.elasticsearch import ElasticsearchEngine, mapping
from search.engines.elasticsearch.names import Names
from tests.contract.builders import each_alone, found, offer
from tests.contract.lexicons import lexicon_of
from tests.search.engines.conftest import MovedClock
from tests.servers.fixtures import Elasticsearch


@pytest.fixture
def cluster(elasticsearch: Elasticsearch) -> Iterator[Cluster]:
    with Cluster(elasticsearch.address) as cluster:
        yield cluster


@pytest.fixture
def prefix(elasticsearch: Elasticsearch) -> str:
    return f"{elasticsearch.prefix}remains"


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(datetime(2026, 11, 23, 12, tzinfo=UTC))


@pytest.fixture
def engine(elasticsearch: Elasticsearch, prefix: str, clock: MovedClock) -> Iterator[ElasticsearchEngine]:
    engine = ElasticsearchEngine([elasticsearch.address], prefix, clock)
    yield engine
    engine.delete_everything()
    engine.close()


def test_a_build_that_died_before_its_first_sign_of_life_is_swept(
    engine: ElasticsearchEngine, cluster: Cluster, prefix: str, clock: MovedClock
) -> None:
    names = Names(prefix)
    companion = names.companion(names.new_build(mapping.SCHEMA, clock()))
    cluster.perform_request(
        "PUT",
        f"/{companion}",
        headers={"content-type": "application/json", "accept": "application/json"},
        body=mapping.companion_index(companion, {}),
    )
    engine.rebuild([], lexicon_of([]))
    assert cluster.indices.exists(index=companion)  # it may be alive
    clock.pass_by(minutes=31)
    engine.rebuild([], lexicon_of([]))
    assert not cluster.indices.exists(index=companion)


def test_a_build_is_not_deleted_for_want_of_an_answer(
    engine: ElasticsearchEngine, cluster: Cluster, prefix: str
) -> None:
    """As when a node starts again between the swap and its answer: names are known, documents are not yet."""
    documents = each_alone(offer(1))
    with engine.stage(documents, lexicon_of(documents)) as staged:
        build = staged.swap()
        companion = Names(prefix).companion(build.name)
        cluster.indices.close(index=companion)
    assert cluster.indices.exists(index=companion)
    with pytest.raises(ParcoursError):
        engine.apply(each_alone(offer(2)))
    cluster.indices.open(index=companion)
    assert found(engine) == {1}
