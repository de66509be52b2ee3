"""Conditions on facets, and disjunctive counts: docs/search.md, "Counting".

Each row gets a word with one bit per dimension whose condition it fails. No bit: it matches. One bit: it still counts
in that dimension's own facet. So one pass serves every facet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from catalog.codes.facets import Audience
from search.engines.embedded.columns import (
    BY_NAME,
    DIMENSIONS,
    LANE_SIZES,
    LOW_SIZES,
    UNKNOWN,
    VALUES_AT,
    VALUES_OF_HALVES,
    Bools,
)
from search.engines.embedded.state import SetNames
from search.plan import AreaKind, Filters, Plan

BITS = {dimension.name: 1 << number for number, dimension in enumerate(DIMENSIONS)}
BITS |= {"language": 1 << len(DIMENSIONS), "area": 1 << len(DIMENSIONS) + 1}
OWN_SETS = {"language": ("language",), "area": ("region", "departement")}
SET_DIMENSIONS = ("language", "region", "departement")
LANE_VALUES = VALUES_OF_HALVES.shape[1]

_ASKED = (*("modality", "entry", "level", "certification_kind", "rhythm", "funder", "prerequisites", "guaranteed"),)
_KNOWN_CONDITIONS = 64

Fails = npt.NDArray[np.uint32]
Lanes = npt.NDArray[np.uint64]
Sets = npt.NDArray[np.int32]
Counts = dict[str, dict[str, int]]


@dataclass(slots=True)
class Conditions:
    """Failure bits by code, for each lane and for the sets; ``None`` where nothing is asked."""

    lanes: list[Fails | None]
    sets: Fails | None
    asked: int  # bits of the dimensions that have a condition
    communes: bool  # areas name communes: their rows pass whatever their set
    prepared: Any = None  # what compiled functions keep of it

    def fails(self, lanes: Lanes, sets: Sets | None, in_communes: Bools | None) -> Fails:
        found: Fails | None = None
        codes = lanes.view(np.uint16).reshape(-1, len(LANE_SIZES))
        for lane, table in enumerate(self.lanes):
            if table is not None:
                part = table.take(codes[:, lane])
                found = part if found is None else np.bitwise_or(found, part, out=found)
        if self.sets is not None and sets is not None:
            part = self.sets.take(sets)
            if in_communes is not None:
                part[in_communes] &= np.uint32(~BITS["area"] & 0xFFFFFFFF)
            found = part if found is None else np.bitwise_or(found, part, out=found)
        return np.zeros(len(lanes), np.uint32) if found is None else found


def conditions_of(plan: Plan, names: SetNames) -> Conditions:
    """Remembered by the state: most questions have none, or those of the question before."""
    filters = plan.filters
    needs = tuple(filters.accessibility.items())
    asked = (*[getattr(filters, name) for name in _ASKED], filters.language, filters.audience, needs, plan.areas)
    known = names.conditions.get(asked)
    if known is None:
        if len(names.conditions) >= _KNOWN_CONDITIONS:
            names.conditions.clear()
        known = names.conditions[asked] = _conditions(plan, names)
    return known


def _conditions(plan: Plan, names: SetNames) -> Conditions:
    lanes: list[Fails | None] = [None] * len(LANE_SIZES)
    for name, wanted in _wanted(plan.filters).items():
        dimension = BY_NAME[name]
        passes = np.zeros(LANE_SIZES[dimension.lane], bool)
        for value in wanted:
            if value in dimension.values:
                passes |= dimension.holds[dimension.values.index(value)]
        table = lanes[dimension.lane]
        if table is None:
            table = lanes[dimension.lane] = np.zeros(len(passes), np.uint32)
        table[~passes] |= np.uint32(BITS[name])
    sets: Fails | None = None
    if plan.filters.language or plan.areas:
        sets = np.zeros(len(names.names), np.uint32)
        if plan.filters.language:
            sets[~names.holding("language", plan.filters.language)] |= np.uint32(BITS["language"])
        if plan.areas:
            inside = np.zeros(len(sets), bool)
            for kind, dimension_name in ((AreaKind.DEPARTEMENT, "departement"), (AreaKind.REGION, "region")):
                codes = frozenset(code for area in plan.areas if area.kind is kind for code in area.codes)
                inside |= names.holding(dimension_name, codes)
            sets[~inside] |= np.uint32(BITS["area"])
    asked = 0
    for table in (*lanes, sets):
        asked |= 0 if table is None else int(np.bitwise_or.reduce(table, initial=0))
    return Conditions(lanes, sets, asked, any(area.kind is AreaKind.INSEE for area in plan.areas))


def _wanted(filters: Filters) -> dict[str, set[str]]:
    asked = {name: getattr(filters, name) for name in _ASKED}
    found = {name: {value.value for value in values} for name, values in asked.items() if values}
    for need, answers in filters.accessibility.items():
        if answers:
            found[f"accessibility.{need.value}"] = {answer.value for answer in answers}
    found["audience"] = {Audience.EVERYONE.value, UNKNOWN, filters.audience.value}
    return found


def count(lanes: Lanes, sets: Sets, names: SetNames) -> Counts:
    """Counts of every dimension over rows that match."""
    codes = lanes.view(np.uint16).reshape(-1, len(LANE_SIZES))
    halves = []
    for lane, low_size in enumerate(LOW_SIZES):
        grid = np.bincount(codes[:, lane], minlength=LANE_SIZES[lane]).reshape(-1, low_size)
        halves += [np.add.reduce(grid, 0), np.add.reduce(grid, 1)]
    by_value = np.concatenate(halves) @ VALUES_OF_HALVES
    by_set = np.bincount(sets, minlength=len(names.names))
    return told([*by_value.astype(np.int64).tolist(), *_values_of_sets(by_set, names)], names)


def told(totals: list[int], names: SetNames) -> Counts:
    """``totals``: of each value of the lanes, in the order of ``VALUES_AT``, then of each value of the sets."""
    found: Counts = {}
    for name, values, start in VALUES_AT:
        own = zip(values, totals[start : start + len(values)], strict=True)
        found[name] = {value: total for value, total in own if total}
    for name in SET_DIMENSIONS:
        found[name] = _told_set(name, totals, LANE_VALUES, names)
    return found


def _told_set(name: str, totals: list[int], offset: int, names: SetNames) -> dict[str, int]:
    start, end = names.spans.get(name, (0, 0))
    own = zip(names.values[start:end], totals[offset + start : offset + end], strict=True)
    return {code: total for (_, code), total in own if total}


def nothing() -> Counts:
    """Counts where no row is."""
    return {name: {} for name in (*[name for name, _, _ in VALUES_AT], *SET_DIMENSIONS)}


def add_lifted(counts: Counts, asked: int, fails: Fails, lanes: Lanes, sets: Sets, names: SetNames) -> None:
    """Adds what each asked dimension would count without its own condition: rows that fail it alone.
    ``asked``: bits of the dimensions with a condition."""
    for name, bit in BITS.items():
        if not bit & asked:
            continue
        alone = fails == bit
        more: Counts
        if name in OWN_SETS:
            totals = _values_of_sets(np.bincount(sets[alone], minlength=len(names.names)), names)
            more = {each: _told_set(each, totals, 0, names) for each in OWN_SETS[name]}
        else:
            dimension = BY_NAME[name]
            lane = lanes[alone].view(np.uint16).reshape(-1, len(LANE_SIZES))[:, dimension.lane]
            by_code = np.bincount(lane, minlength=LANE_SIZES[dimension.lane])
            own = zip(dimension.values, (dimension.holds @ by_code).tolist(), strict=True)
            more = {name: {value: total for value, total in own if total}}
        for dimension_name, values in more.items():
            known = counts[dimension_name]
            for value, number in values.items():
                known[value] = known.get(value, 0) + number


def _values_of_sets(by_set: npt.NDArray[np.int64], names: SetNames) -> list[int]:
    totals = np.bincount(names.pair_value, weights=by_set.take(names.pair_set), minlength=len(names.values))
    return totals.astype(np.int64).tolist()  # type: ignore[no-any-return]
