"""A node that is lost takes nothing with it where replicas are asked for."""

from __future__ import annotations

from search.engines.elasticsearch.options import Options
from tests.contract.lexicons import lexicon_of
from tests.search.engines.elasticsearch.conftest import Processes


def test_both_indices_of_a_build_have_the_replicas_that_are_asked_for(process: Processes) -> None:
    engine = process(Options(replicas=1))
    engine.rebuild([], lexicon_of([]))
    every = f"/{engine._names.lexicon_alias},{engine._names.offers_alias}/_settings"
    found = engine._client.read(every, {"filter_path": "*.settings.index.number_of_replicas"})
    assert [told["settings"]["index"]["number_of_replicas"] for told in found.values()] == ["1", "1"]
