"""A request and what was understood of it -> the exact plan that an engine executes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from geo.distance import round_coordinate
from geo.found import Found
from search.plan import Area, Filters, Plan, Point, Word
from search.request import SearchRequest
from search.understand import UnderstoodWords

MOST_SINGLE_STEPS = 3  # words made optional one at a time before any one word is enough


@dataclass(frozen=True, slots=True)
class Where:
    """The places of a question, understood."""

    home: Found | None = None
    work: Found | None = None
    areas: tuple[Area, ...] = ()


def make_plan(
    request: SearchRequest,
    understood: UnderstoodWords,
    where: Where,
    *,
    day: int,
    bookable_from: int | None,
    optional: frozenset[int],
    offset: int,
    limit: int,
) -> Plan:
    """``optional``: words (by position) that need not match; ``offset`` and ``limit`` in the engine's own order."""
    home, work = _point(where.home), _point(where.work)
    return Plan(
        words=understood.words if not optional else _relaxed(understood.words, optional),
        home=home,
        work=work,
        radius_km=request.radius_km if home or work else None,
        areas=where.areas,
        remote=request.remote,
        filters=_filters(request.filters, understood, bookable_from),
        sort=request.sort,
        group=request.group,
        day=day,
        seed=_seed(day, understood.words, home, work),
        facets=request.facets,
        offset=offset,
        limit=limit,
    )


def _relaxed(words: Sequence[Word], optional: frozenset[int]) -> tuple[Word, ...]:
    return tuple(replace(word, required=False) if index in optional else word for index, word in enumerate(words))


def relaxing_steps(understood: UnderstoodWords) -> list[frozenset[int]]:
    """Which words stop being required, step by step; the first step is none of them.

    First the words that nothing holds, then the most common ones, one at a time; at last any one word is enough.
    """
    everything = frozenset(range(len(understood.words)))
    optional = frozenset(index for index in everything if not understood.known[index])
    steps = [frozenset[int]()]
    if len(everything) < 2:
        return steps
    if optional and optional != everything:
        steps.append(optional)
    by_value = sorted(everything - optional, key=lambda index: (understood.words[index].share, -index))
    for index in by_value[:-1][:MOST_SINGLE_STEPS]:
        optional |= {index}
        steps.append(optional)
    if steps[-1] != everything and len(by_value) != 1:
        steps.append(everything)
    return steps


def _point(found: Found | None) -> Point | None:
    return Point(*round_coordinate(found.lat, found.lon)) if found else None


def _filters(filters: Filters, understood: UnderstoodWords, bookable_from: int | None) -> Filters:
    """Codes typed among the words are conditions, unless the parameter says otherwise."""
    if bookable_from is None and not understood.certifications and not understood.rome:
        return filters
    certification = filters.certification or frozenset(understood.certifications)
    rome = filters.rome or frozenset(understood.rome)
    return replace(filters, certification=certification, rome=rome, bookable_from=bookable_from)


def _seed(day: int, words: Sequence[Word], home: Point | None, work: Point | None) -> int:
    """32 bits of the day, what is looked for and from where: a filter or another page does not shuffle equal offers."""
    terms = sorted(word.alternatives[0].term for word in words)
    return int.from_bytes(blake2b(repr((day, terms, home, work)).encode(), digest_size=4).digest(), "big")
