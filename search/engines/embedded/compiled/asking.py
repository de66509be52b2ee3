"""A plan -> the numbers that the compiled functions read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct
from typing import Any

import numpy as np
import numpy.typing as npt

from search.engines.embedded.columns import Ints
from search.engines.embedded.compiled.layout import (
    ASKED_COMMUNES,
    ASKED_LABELLED,
    ASKED_LABELLED_COUNT,
    LANE_OF_BIT,
    QUESTION,
    REMOTES,
    SORTS,
    Record,
)
from search.engines.embedded.compiled.parts import NOT_HELD, Parts, Span, address, span_of
from search.engines.embedded.conditions import in_communes, labelled_rows
from search.engines.embedded.facets import Conditions
from search.engines.embedded.reach import reach_of
from search.engines.embedded.state import State
from search.plan import Filters, Plan, Point, Word
from search.turn import mixed

_LATE = 2**40  # after every day
_PACKED = Struct("<" + "".join("d" if QUESTION[name].kind == "f" else "q" for name in QUESTION.names or ()))
_NOWHERE, _POINT = (0.0, 0.0, 0.0), Point(0.0, 0.0)
_SORTS = {sort: number for number, sort in enumerate(SORTS)}
_REMOTES = {remote: number for number, remote in enumerate(REMOTES)}


@dataclass(frozen=True, slots=True)
class AskedWords:
    words: Ints
    shares: npt.NDArray[np.float64]
    spans: Ints
    weights: npt.NDArray[np.float64]
    possible: list[bool]  # by part


def asked_words(words: Sequence[Word], state: State, parts: Parts) -> AskedWords:
    """Where each part holds the words."""
    table, weights, terms = [], list[float](), list[str]()
    for word in words:
        first = len(terms)
        for alternative in word.alternatives:
            terms.append(alternative.term)
            weights.append(alternative.weight)
        table.append((first, len(terms), int(word.required)))
    spans, possible = [], []
    for part, known in zip(state.parts, parts.spans, strict=True):
        own: list[Span] = []
        for term in terms:
            span = known.get(term)
            if span is None:
                span = known[term] = span_of(part.segment, term)
            own.append(span)
        spans.append(own)
        possible.append(_possible(table, own))
    return AskedWords(
        np.array(table, np.int64).reshape(-1, 3),
        np.array([word.share for word in words]),
        np.array(spans, np.int64).reshape(len(spans), -1, len(NOT_HELD)),
        np.array(weights),
        possible,
    )


def _possible(table: Sequence[tuple[int, int, int]], spans: Sequence[Span]) -> bool:
    """Every required word is held, and one word at least."""
    if not table:
        return True
    some = False
    for first, end, required in table:
        held = any(span[3] for span in spans[first:end])
        if required and not held:
            return False
        some = some or held
    return some


def asked_parts(plan: Plan, state: State, possible: Sequence[bool]) -> tuple[Ints, list[Any]]:
    """See layout.ASKED; and what its addresses point to."""
    asked = np.zeros((len(state.parts), 4), np.int64)
    kept: list[Any] = []
    for row, part, can in zip(asked, state.parts, possible, strict=True):
        row[:] = (can, 0, -1, 0)
        if not can:
            continue
        labelled = labelled_rows(part.segment, plan.filters)
        if labelled is not None:
            rows = np.ascontiguousarray(labelled, np.int64)
            row[ASKED_LABELLED], row[ASKED_LABELLED_COUNT] = address(rows), len(rows)
            kept.append(rows)
        communes = in_communes(part.segment, plan)
        if communes is not None:
            row[ASKED_COMMUNES] = address(communes)
            kept.append(communes)
    return asked, kept


@lru_cache(maxsize=1024)
def slots_of(asked: int) -> Ints:
    """By bit of a condition: the table of what fails it alone, -1 where nothing is asked."""
    slots, used = np.full(len(LANE_OF_BIT), -1, np.int64), 0
    for bit in range(len(LANE_OF_BIT)):
        if asked >> bit & 1:
            slots[bit] = used
            used += 1
    return slots


def question_of(plan: Plan, conditions: Conditions, state: State) -> Record:
    """In the order of layout.QUESTION: written out, since names looked up would cost ten times as much."""
    reach = reach_of(plan)
    points = len(reach.points)
    if conditions.prepared is None:
        conditions.prepared = _addresses(conditions, state)
    first, second = [*reach.origins, _NOWHERE, _NOWHERE][:2]
    home, work = [*reach.points, _POINT, _POINT][:2]
    packed = _PACKED.pack(
        *(plan.day, mixed(plan.seed), plan.offset, plan.offset + plan.limit),
        *(_SORTS[plan.sort], _REMOTES[plan.remote], plan.group, plan.facets, points, reach.bounded),
        *_bounds(plan.filters),
        *conditions.prepared,
        *(*first, home.lat, home.lon, *second, work.lat, work.lon),
        *(reach.inner, reach.outer, reach.radius_km or 0.0, plan.filters.rating_min or 0.0),
    )
    found: Record = np.frombuffer(bytearray(packed), QUESTION)
    return found


def _bounds(filters: Filters) -> tuple[int, ...]:
    bounds = (filters.price_max_cents, filters.hours_max, filters.seats_min)
    others = (filters.rating_min, filters.bookable_from)
    return (
        filters.start_from is not None or filters.start_to is not None,
        0 if filters.start_from is None else filters.start_from,
        _LATE if filters.start_to is None else filters.start_to,
        -_LATE if filters.bookable_from is None else filters.bookable_from,
        any(bound is not None for bound in (*bounds, *others)),
        *[-1 if bound is None else bound for bound in bounds],
        filters.rating_min is not None,
    )


def _addresses(conditions: Conditions, state: State) -> tuple[int, ...]:
    sets = state.sets
    return (
        *[0 if table is None else address(table) for table in (*conditions.lanes, conditions.sets)],
        *(len(sets.names), len(sets.values), len(sets.pair_set), address(sets.pair_set), address(sets.pair_value)),
        *sets.spans.get("language", (0, 0)),
    )
