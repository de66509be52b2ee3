"""Conditions that belong to no facet: labels, bounds, dates. Each tells which rows of a segment pass."""

from __future__ import annotations

from functools import reduce

import numpy as np

from search.engines.embedded.build import MANY_STARTS, STARTS
from search.engines.embedded.columns import INF_DAY, Bools, Ints
from search.engines.embedded.runs import spread
from search.engines.embedded.segment import Segment
from search.plan import AreaKind, Filters, Plan

LABELS = ("certification", "rome", "formacode", "nsf", "organisation")


def labelled_rows(segment: Segment, filters: Filters) -> Ints | None:
    """Rows that pass the conditions on labels and ids, ascending; ``None`` when there is no such condition."""
    lists = []
    for name in LABELS:
        codes: frozenset[str] = getattr(filters, name)
        if codes:
            lists.append(_union_of_labels(segment, [f"{name}:{code}" for code in codes]))
    if filters.ids:
        lists.append(segment.rows_of_ids(filters.ids) if segment.offers else np.empty(0, np.int64))
    if not lists:
        return None
    lists.sort(key=len)
    return reduce(lambda a, b: a[np.isin(a, b, assume_unique=True)], lists)


def _union_of_labels(segment: Segment, names: list[str]) -> Ints:
    lists = [segment.label_rows(name) for name in names]
    if len(lists) == 1:
        return lists[0].astype(np.int64)
    return np.unique(np.concatenate(lists)).astype(np.int64)


def in_communes(segment: Segment, plan: Plan) -> Bools | None:
    """Per row: has a place in one of the asked communes; ``None`` when none is asked."""
    codes = [code for area in plan.areas if area.kind is AreaKind.INSEE for code in area.codes]
    if not codes:
        return None
    found = np.zeros(segment.offers, bool)
    for code in codes:
        found[segment.label_rows(f"insee:{code}")] = True
    return found


def passing(segment: Segment, rows: Ints, plan: Plan) -> Bools | None:
    """Which rows pass the bounds and dates; ``None`` = all."""
    filters = plan.filters
    tests: list[Bools] = []
    for column, most in ((segment.price, filters.price_max_cents), (segment.hours, filters.hours_max)):
        if most is not None:
            values = column[rows]
            tests.append((values >= 0) & (values <= most))
    if filters.rating_min is not None:
        tests.append(segment.rating[rows] >= filters.rating_min)
    if filters.seats_min is not None:
        seats = segment.seats[rows]
        tests.append((seats >= 0) & (seats >= filters.seats_min))
    if filters.bookable_from is not None:
        tests.append(segment.bookable_until[rows] >= filters.bookable_from)
    if filters.start_from is not None or filters.start_to is not None:
        tests.append(_in_window(segment, rows, plan))
    return reduce(np.logical_and, tests) if tests else None


def _in_window(segment: Segment, rows: Ints, plan: Plan) -> Bools:
    first, last = plan.filters.start_from, plan.filters.start_to
    earliest = segment.earliest[rows]
    found: Bools = earliest < INF_DAY
    if last is not None:
        found &= (earliest <= last) & (plan.day <= last)
    packed = segment.session_first.take(rows).view(np.uint16).reshape(-1, STARTS)
    low = 0 if first is None else min(max(first - segment.session_base, 0), MANY_STARTS)
    high = MANY_STARTS - 1 if last is None else min(last - segment.session_base, MANY_STARTS - 1)
    if low <= high:  # unsigned: what is before ``low`` wraps to a great number
        meets = packed - np.uint16(low) <= np.uint16(high - low)
        found |= meets.view(np.uint32).reshape(-1) != 0
    return _in_window_of_many(segment, rows, plan, found, np.flatnonzero((packed[:, 0] == MANY_STARTS) & ~found))


def _in_window_of_many(segment: Segment, rows: Ints, plan: Plan, found: Bools, todo: Ints) -> Bools:
    """The same from the sessions themselves, for the rows at positions ``todo``."""
    first, last = plan.filters.start_from, plan.filters.start_to
    starts = segment.session_at[rows[todo]].astype(np.int64)
    counts = segment.session_at[rows[todo] + 1] - starts
    if not len(todo):
        return found
    at = spread(starts, counts)
    meets = np.ones(len(at), bool)
    if last is not None:
        meets &= segment.session_start[at] <= last
    if first is not None:
        meets &= segment.session_until[at] >= first
    found[todo] = np.logical_or.reduceat(meets, np.cumsum(counts) - counts)
    return found


def next_start(segment: Segment, rows: Ints, day: int) -> Ints:
    """Day of the next start (docs/search.md, "Order"); ``INF_DAY`` when there is none."""
    earliest = segment.earliest[rows].astype(np.int64)
    found: Ints = np.where(earliest < INF_DAY, np.maximum(earliest, day), INF_DAY)
    starts = segment.session_at[rows].astype(np.int64)
    counts = segment.session_at[rows + 1] - starts
    some = counts.nonzero()[0]
    if not len(some):
        return _none_where_closed(segment, rows, day, found)
    at = spread(starts[some], counts[some])
    coming = (segment.session_open[at] == 1) & (segment.session_until[at] >= day)
    days = np.where(coming, np.maximum(segment.session_start[at], day), INF_DAY)
    firsts = np.cumsum(counts[some]) - counts[some]
    found[some] = np.minimum(found[some], np.minimum.reduceat(days, firsts))
    return _none_where_closed(segment, rows, day, found)


def _none_where_closed(segment: Segment, rows: Ints, day: int, found: Ints) -> Ints:
    """A certification that has ended closes the sessions and the permanent entry."""
    found[segment.open_until.take(rows) < day] = INF_DAY
    return found
