"""Pages through the door of ``search.service``, walked by their cursors, beside the reference's list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

from base.ids import id_number
from search.engines.contract import Engine
from search.places import Places
from search.plan import Plan, Sort
from search.planning import relaxing_steps
from search.request import SearchRequest
from search.service import ask, page
from tests.oracle.arranging import arranged
from tests.oracle.compare import KM, RANKED, SCORE, close
from tests.oracle.reference import Answered, Hit, Oracle

PAGES = 6
MOST_CARDS = 10_000  # above, Elasticsearch need not count cards
HIT_KM = 5e-4 + KM  # a hit shows its distances to the metre


def walk_differences(
    request: SearchRequest,
    *,
    engine: Engine,
    gazetteer: Places,
    oracle: Oracle,
    day: date,
    seed: int,
) -> list[str]:
    """``InvalidParameter`` when the request is none (a place that is not known, for example)."""
    return list(_walk(request, engine, gazetteer, oracle, day, Random(seed)))


def _walk(
    request: SearchRequest, engine: Engine, gazetteer: Places, oracle: Oracle, day: date, random: Random
) -> Iterator[str]:
    ranked = RANKED.get(engine.name, SCORE)
    plan, expected = _expected(request, engine, gazetteer, oracle, day)
    order = _list(plan, expected, oracle)
    uncounted = [None] if engine.name == "elasticsearch" and expected.total > MOST_CARDS else []
    offset, cursor, seen = 0, "", set[int]()
    for number in range(PAGES):
        asked = replace(request, cursor=cursor, limit=request.limit if not number else random.choice((1, 7, 20, 60)))
        got = page(asked, engine=engine, gazetteer=gazetteer, day=day)
        if got["total"] != expected.total or got["cards"] not in (expected.cards, *uncounted):
            yield f"page {number}: {got['total'], got['cards']}, expected {expected.total, expected.cards}"
        rows = order[offset : offset + asked.limit]
        if len(got["hits"]) != len(rows):
            yield f"page {number}: {len(got['hits'])} hits, expected {len(rows)}"
            return
        for position, (shown, row) in enumerate(zip(got["hits"], rows, strict=True), offset):
            offer = id_number(shown["id"])
            if offer in seen:
                yield f"{position}: {shown['id']} comes again"
            seen.add(offer)
            yield from (f"{position}: {problem}" for problem in _shown(plan, shown, expected, row, ranked))
        offset += len(rows)
        cursor = got["next_cursor"] or ""
        if bool(cursor) != (offset < len(order)):
            yield f"page {number}: next page {bool(cursor)} at {offset} of {len(order)}"
        if not cursor:
            return


def _expected(
    request: SearchRequest, engine: Engine, gazetteer: Places, oracle: Oracle, day: date
) -> tuple[Plan, Answered]:
    """Of the first step of relaxing that finds something."""
    asked = ask(request, engine.snapshot(), gazetteer, day)
    answers = []
    for optional in relaxing_steps(asked.words):
        plan = asked.plan(optional, 0, 0)
        answers.append((plan, oracle.execute(plan)))
        if answers[-1][1].total:
            return answers[-1]
    return answers[0]


def _list(plan: Plan, expected: Answered, oracle: Oracle) -> list[int]:
    rows = [int(row) for row in expected.rows]
    if plan.sort is not Sort.RELEVANCE or not plan.group:
        return rows
    head = rows[:200]
    order = arranged([expected.describe(row).score for row in head], [oracle.offers[row].siren for row in head])
    return [head[position] for position in order] + rows[200:]


def _shown(plan: Plan, shown: dict[str, Any], expected: Answered, row: int, ranked: float) -> Iterator[str]:
    there = expected.describe(row)
    own = expected.row_of.get(id_number(shown["id"]))
    if own is None or not expected.matching[own]:
        yield f"{shown['id']} does not match"
        return
    hit = expected.describe(own)
    if own != row and not (close(hit.key, there.key, ranked) and abs(hit.score - there.score) <= ranked):
        yield f"{shown['id']} stands for another: {hit.key, hit.score}, expected {there.key, there.score}"
    if abs(shown["score"] - hit.score) > SCORE:
        yield f"score {shown['score']}, expected {hit.score}"
    if shown["similar"] != hit.similar:
        yield f"similar {shown['similar']}, expected {hit.similar}"
    if abs(sum(reason["value"] for reason in shown["reasons"]) - hit.score) > SCORE:
        yield f"reasons {[(each['part'], each['value']) for each in shown['reasons']]} are not {hit.score}"
    yield from _distances(shown, hit)


def _distances(shown: dict[str, Any], hit: Hit) -> Iterator[str]:
    given = shown["distance_km"] or {}
    for name, theirs in (("home", hit.home_km), ("work", hit.work_km)):
        ours = given.get(name)
        if (ours is None) != (theirs is None) or (
            ours is not None and theirs is not None and abs(ours - theirs) > HIT_KM
        ):
            yield f"{name} at {ours} km, expected {theirs}"
