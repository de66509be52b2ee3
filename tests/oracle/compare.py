"""An engine's answer beside the reference's: every difference in a sentence, none when they agree."""

from __future__ import annotations

import math
from collections.abc import Iterator

from search.engines.contract import Described, Ranked, Snapshot
from search.plan import Plan
from search.ranking import mask_values
from tests.oracle.reference import Answered, Hit, Oracle

SCORE = 1e-9  # of a score and of its parts
KM = 1e-6

# Offers whose keys and scores are closer than this may swap. Elasticsearch ranks by 32-bit scores.
RANKED = {"elasticsearch": 1e-5}


def differences(snapshot: Snapshot, oracle: Oracle, plan: Plan, ranked: float = SCORE) -> list[str]:
    """``ranked``: how far the scores that made the order may be from exact ones (those described are exact)."""
    return list(_differences(snapshot, oracle, plan, ranked))


def _differences(snapshot: Snapshot, oracle: Oracle, plan: Plan, ranked: float) -> Iterator[str]:
    expected, got = oracle.execute(plan), snapshot.execute(plan)
    if got.total != expected.total:
        yield f"total {got.total}, expected {expected.total}"
    if got.cards is not None and got.cards != expected.cards:
        yield f"cards {got.cards}, expected {expected.cards}"
    yield from _facets(got, expected)
    described = snapshot.describe(plan, got, range(len(got.handles)))
    length = len(range(expected.total if not plan.group else expected.cards)[plan.offset : plan.offset + plan.limit])
    columns = (got.handles, got.scores, got.sirens, described)
    if any(len(column) != length for column in columns):
        yield f"slice of {[len(column) for column in columns]}, expected {length}"
        return
    seen: set[int] = set()
    for position, each in enumerate(described):
        row = expected.row_of.get(each.offer)
        if row is None or not expected.matching[row]:
            yield f"position {position}: offer {each.offer} does not match"
            continue
        hit = expected.describe(row)
        identity = hit.card if plan.group else hit.offer
        if identity in seen:
            yield f"position {position}: {identity} stands twice"
        seen.add(identity)
        yield from (f"position {position}: {problem}" for problem in _hit(plan, each, hit, oracle))
        yield from _position(position, got, each, hit, expected.hit(plan.offset + position), ranked)
    yield from _sirens(got, described, oracle, expected)


def _facets(got: Ranked, expected: Answered) -> Iterator[str]:
    for dimension in sorted(got.facets.keys() | expected.facets.keys()):
        ours, theirs = got.facets.get(dimension, {}), expected.facets.get(dimension, {})
        for code in sorted(ours.keys() | theirs.keys()):
            if ours.get(code, 0) != theirs.get(code, 0) or ours.get(code) == 0:
                yield f"facet {dimension}={code}: {ours.get(code)}, expected {theirs.get(code)}"


def _hit(plan: Plan, each: Described, hit: Hit, oracle: Oracle) -> Iterator[str]:
    for part in ("score", "text", "near", "open", "turn"):
        if abs(getattr(each, part) - getattr(hit, part)) > SCORE:
            yield f"{part} {getattr(each, part)!r}, expected {getattr(hit, part)!r}"
    if each.place != hit.place:
        yield f"place {each.place}, expected {hit.place}"
    for name in ("home_km", "work_km"):
        ours, theirs = getattr(each, name), getattr(hit, name)
        if (ours is None) != (theirs is None) or (ours is not None and abs(ours - theirs) > KM):
            yield f"{name} {ours}, expected {theirs}"
    offer = oracle.offers[oracle.row_of[each.offer]]
    if each.payload != offer.payload:
        yield "payload of another offer"
    if len(each.words) != len(plan.words):
        yield f"{len(each.words)} words, expected {len(plan.words)}"
        return
    for word, (term, mask, value), theirs in zip(plan.words, each.words, hit.words, strict=True):
        weight = max((a.weight for a in word.alternatives if a.term == term), default=0.0)
        if abs(value - theirs) > SCORE or abs(weight * mask_values()[mask] - theirs) > SCORE:
            yield f"word {word.text}: {term!r} {mask} {value}, expected {theirs}"
        if (term == "") != (theirs == 0):
            yield f"word {word.text}: term {term!r} for value {theirs}"


def _position(position: int, got: Ranked, each: Described, hit: Hit, there: Hit, ranked: float) -> Iterator[str]:
    """``there`` is the offer that the reference puts here: the same, or one that the order does not tell apart."""
    if hit.offer != there.offer and not (close(hit.key, there.key, ranked) and abs(hit.score - there.score) <= ranked):
        yield f"position {position}: {hit.key, hit.score}, expected {there.key, there.score}"
    if each.similar != there.similar and hit.offer == there.offer:
        yield f"position {position}: similar {each.similar}, expected {there.similar}"
    if abs(got.scores[position] - each.score) > ranked:
        yield f"position {position}: ranked by {got.scores[position]} but described as {each.score}"


def close(a: float, b: float, ranked: float) -> bool:
    return a == b or (math.isfinite(a) and math.isfinite(b) and abs(a - b) <= ranked)


def _sirens(got: Ranked, described: list[Described], oracle: Oracle, expected: Answered) -> Iterator[str]:
    pairs = {
        (number, oracle.offers[expected.row_of[each.offer]].siren)
        for number, each in zip(got.sirens, described, strict=True)
        if each.offer in expected.row_of
    }
    if len(pairs) != len({number for number, _ in pairs}) or len(pairs) != len({siren for _, siren in pairs}):
        yield "the numbers of organisations do not stand for SIRENs one to one"
