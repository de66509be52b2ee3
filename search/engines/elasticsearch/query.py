"""What a plan matches and scores, as one query. Pure: docs/search.md, "Matching" and "Scoring"."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import orjson

from search.engines.elasticsearch.conditions import NOTHING, REMOTE, Clause, coordinates
from search.plan import Alternative, Plan, Word
from search.ranking import NEAR_PIVOT_KM, REMOTE_NEAR, WEIGHTS, mask_values

VALUES: tuple[float, ...] = tuple(mask_values().tolist())

MasksOf = Callable[[str], int]  # a term -> bits of the masks that it is held under; more are allowed, fewer are not


def scored(plan: Plan, filters: Sequence[Clause], salt: int, masks_of: MasksOf) -> Clause:
    """Offers that hold the words and pass the filters, with their score."""
    must, should = _words(plan, masks_of)
    should += _near(plan)
    should.append(_open(plan.day))
    everything: list[Clause] = [] if filters or must else [{"match_all": {}}]  # else one of ``should`` would be needed
    query = {"bool": {"filter": [*filters, *everything], "must": must, "should": should, "minimum_should_match": 0}}
    return {
        "function_score": {
            "query": query,
            "functions": [turn(plan.seed, salt, WEIGHTS["turn"])],
            "score_mode": "sum",
            "boost_mode": "sum",
        }
    }


def matching(plan: Plan, filters: Sequence[Clause], masks_of: MasksOf) -> Clause:
    """The same offers, without their score."""
    must, _ = _words(plan, masks_of)
    return {"bool": {"filter": [*filters, *must]}}


def turn(seed: int, salt: int, weight: float) -> dict[str, Any]:
    """The draw of ``search.turn``: Elasticsearch mixes its salt into the seed, so it is taken out beforehand."""
    sent = seed ^ salt
    return {"random_score": {"seed": sent - 2**32 if sent >= 2**31 else sent, "field": "turn"}, "weight": weight}


def salt_of(index: str) -> int:
    """What ``random_score`` changes a seed by (exclusive or) on the first shard of an index: Java's hash of its name,
    shifted by ten bits; the number of the shard is in those ten."""
    hashed = 0
    for character in index:
        hashed = (hashed * 31 + ord(character)) & 0xFFFFFFFF
    return (hashed << 10) & 0xFFFFFFFF


def _words(plan: Plan, masks_of: MasksOf) -> tuple[list[Any], list[Any]]:
    """Those that must be held, and those that only add to the score."""
    clauses = [(word.required, _word(word, masks_of)) for word in plan.words]
    must = [clause for required, clause in clauses if required]
    should = [clause for required, clause in clauses if not required]
    if should and not must:
        return [{"bool": {"should": should, "minimum_should_match": 1}}], []
    return must, should


def _word(word: Word, masks_of: MasksOf) -> Any:
    if not word.alternatives:
        return NOTHING
    held = _alternatives(word.alternatives, tuple(masks_of(each.term) for each in word.alternatives))
    if held is None:
        return NOTHING
    return {"dis_max": {"queries": held, "boost": WEIGHTS["text"] * word.share}}


@lru_cache(maxsize=1 << 13)
def _alternatives(alternatives: tuple[Alternative, ...], masks: tuple[int, ...]) -> orjson.Fragment | None:
    """A clause per term and mask, best first; as JSON, for people ask the same words again."""
    values: dict[str, float] = {}
    for alternative, bits in zip(alternatives, masks, strict=True):
        for mask in range(1, len(VALUES)):
            if bits >> mask & 1:
                token = f"{alternative.term}|{mask}"
                values[token] = max(values.get(token, 0.0), alternative.weight * VALUES[mask])
    if not values:
        return None
    clauses = [
        {"constant_score": {"filter": {"term": {"terms": token}}, "boost": value}} for token, value in values.items()
    ]
    return orjson.Fragment(orjson.dumps(clauses))


def _near(plan: Plan) -> list[Clause]:
    origins = [origin for origin in (plan.home, plan.work) if origin is not None]
    if not origins:
        return []
    weight = WEIGHTS["near"]
    pivot = f"{NEAR_PIVOT_KM}km"
    ways: list[Clause] = [
        {"distance_feature": {"field": "place", "origin": coordinates(each), "pivot": pivot, "boost": weight}}
        for each in origins
    ]
    ways.append({"constant_score": {"filter": REMOTE, "boost": weight * REMOTE_NEAR}})
    return [{"dis_max": {"queries": ways}}]


def _open(day: int) -> Clause:
    return {"constant_score": {"filter": {"range": {"open_until": {"gte": day}}}, "boost": WEIGHTS["open"]}}
