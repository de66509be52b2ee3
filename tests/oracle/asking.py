"""Many questions in a row: two of three as plans to the engine, the third one as a request through the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from base.errors import InvalidParameter
from search.engines.contract import Engine
from tests.oracle.compare import RANKED, SCORE, differences
from tests.oracle.market import TODAY, Market
from tests.oracle.overlap import overlap
from tests.oracle.questions import Questions
from tests.oracle.reference import Oracle
from tests.oracle.requests import Requests
from tests.oracle.walk import walk_differences


@dataclass
class Summary:
    asked: int = 0
    found: int = 0  # plans with at least one result
    overlaps: list[float] = field(default_factory=list)  # with another engine's first places, of plans that find
    refused: int = 0  # requests with a place that the gazetteer does not know
    wrong: dict[int, list[str]] = field(default_factory=dict)  # seed of the question -> differences


def ask_all(
    market: Market,
    first: int,
    count: int,
    told: Callable[[Summary], None] = lambda _: None,
    *,
    engine: Engine | None = None,
) -> Summary:
    """Questions of the seeds ``first`` to ``first + count - 1``, to the market's own engine or to another one that
    holds the same; the first places of that one are then laid beside those of the market's."""
    oracle, day = Oracle(market.documents), TODAY.toordinal()
    questions, requests = Questions(market.documents, day), Requests(market.documents, day)
    own, gazetteer, summary = market.house.engine, market.house.gazetteer, Summary()
    other, engine = engine, engine or own
    ranked = RANKED.get(engine.name, SCORE)
    for seed in range(first, first + count):
        if seed % 3:
            plan = questions.plan(seed)
            problems = differences(engine.snapshot(), oracle, plan, ranked)
            summary.found += bool(oracle.execute(plan).total)
            if other is not None:
                summary.overlaps += overlap(own.snapshot(), other.snapshot(), plan)
        else:
            try:
                problems = walk_differences(
                    requests.request(seed), engine=engine, gazetteer=gazetteer, oracle=oracle, day=TODAY, seed=seed
                )
            except InvalidParameter:
                problems = []
                summary.refused += 1
        summary.asked += 1
        if problems:
            summary.wrong[seed] = problems
        told(summary)
    return summary
