"""Pages beyond the 10,000 places that one request reaches."""

from __future__ import annotations

from search.engines.elasticsearch.questions import WINDOW
from search.plan import Sort
from tests.contract.builders import each_alone, offer, plan
from tests.contract.lexicons import lexicon_of
from tests.oracle.reference import Oracle
from tests.search.engines.elasticsearch.conftest import Processes

COUNT = WINDOW + 240


def test_deep_pages_and_ranks_are_those_of_the_whole_order(process: Processes) -> None:
    engine = process()
    offers = [offer(number, price_cents=number % 3_001 or None, card=number // 2 % 5_050) for number in range(COUNT)]
    documents = each_alone(*offers)
    engine.rebuild(documents, lexicon_of([]))
    snapshot, oracle = engine.snapshot(), Oracle(documents)
    for group, reach in ((False, COUNT), (True, 5_050)):
        asked = plan(sort=Sort.PRICE, group=group)
        whole = [oracle.offers[row] for row in oracle.execute(asked).rows]
        assert len(whole) == reach
        for offset, limit in ((reach - 150, 100), (reach - 150, 1_000), (0, COUNT), (reach, 10)):
            expected = whole[offset : offset + limit]
            ranked = snapshot.execute(plan(sort=Sort.PRICE, group=group, offset=offset, limit=limit))
            assert ranked.total == COUNT
            assert ranked.cards == 5_050
            # Prices decide; between equal ones 32-bit scores may swap what exact ones do not.
            assert [offers[handle].price_cents for handle in ranked.handles] == [each.price_cents for each in expected]
            assert len(set(ranked.handles)) == len(expected)
        first = whole[0]
        assert snapshot.rank_of(asked, first.id) == 1
    deep = snapshot.execute(plan(sort=Sort.PRICE, offset=COUNT - 3, limit=3)).handles
    assert [snapshot.rank_of(plan(sort=Sort.PRICE), number) for number in deep] == [COUNT - 2, COUNT - 1, COUNT]
