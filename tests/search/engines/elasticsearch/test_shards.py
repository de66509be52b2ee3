"""Several shards: the same totals, facets, cards and order, but for the draw between equal offers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from search.engines.elasticsearch.options import Options
from search.plan import Sort
from search.ranking import WEIGHTS
from search.turn import draw
from tests.contract.lexicons import lexicon_of
from tests.oracle.questions import Questions
from tests.oracle.reference import Oracle
from tests.oracle.synthetic import DAY, random_documents
from tests.search.engines.elasticsearch.conftest import Processes

SHARDS = 3


def test_questions_over_three_shards(process: Processes) -> None:
    documents = random_documents(5, 400)
    engine, oracle, questions = process(Options(shards=SHARDS)), Oracle(documents), Questions(documents, DAY)
    engine.rebuild(documents, lexicon_of(documents))
    snapshot, shards = engine.snapshot(), set()
    for seed in range(60):
        plan = replace(questions.plan(seed), offset=0, limit=10_000)
        expected, got = oracle.execute(plan), snapshot.execute(plan)
        assert (got.total, got.cards) == (expected.total, expected.cards)
        assert {name: counts for name, counts in got.facets.items() if counts} == {
            name: counts for name, counts in expected.facets.items() if counts
        }
        described = snapshot.describe(plan, got, range(len(got.handles)))
        for each, score in zip(described, got.scores, strict=True):
            draws = [float(draw(plan.seed ^ shard, np.array([each.offer]))[0]) for shard in range(SHARDS)]
            shards.add(draws.index(each.turn))
            hit = expected.describe(expected.row_of[each.offer])
            turned = hit.score + WEIGHTS["turn"] * (each.turn - hit.turn)
            assert each.score == pytest.approx(turned, abs=1e-9)
            assert score == pytest.approx(turned, abs=1e-5)
        if plan.sort is Sort.RELEVANCE:
            assert list(got.scores) == sorted(got.scores, reverse=True)
        if plan.group:
            cards = [oracle.offers[expected.row_of[each.offer]].card for each in described]
            assert len(set(cards)) == len(cards) == expected.cards
            assert sum(each.similar + 1 for each in described) == expected.total
    assert shards == set(range(SHARDS))


def test_an_index_is_asked_as_it_was_made_whatever_the_next_one_will_have(process: Processes) -> None:
    documents = random_documents(6, 300)
    oracle, questions = Oracle(documents), Questions(documents, DAY)
    process(Options(shards=SHARDS)).rebuild(documents, lexicon_of(documents))
    asked = [replace(questions.plan(seed), offset=0, limit=10, group=True) for seed in range(30)]
    changed, other = process(Options(shards=1)), process(Options(shards=2))
    generation = changed.snapshot().generation
    for snapshot in (changed.snapshot(), other.snapshot(generation)):
        assert [snapshot.execute(each).cards for each in asked] == [oracle.execute(each).cards for each in asked]
