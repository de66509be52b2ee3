"""The first cards of a pool in the total order of docs/search.md, without sorting or drawing for all of it.

Two phases: what every row scores at least is cheap; only rows that may still be among the asked cards get their exact
score, their draw and a place in a sort.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.engines.embedded.columns import INF_DAY, Bools, Floats, Ints
from search.engines.embedded.conditions import next_start
from search.engines.embedded.pool import Chosen, Pool
from search.engines.embedded.reach import kilometres
from search.engines.embedded.segment import Segment
from search.plan import Plan, Sort
from search.ranking import NEAR_PIVOT_KM, REMOTE_NEAR, WEIGHTS, draw

SLACK = 1e-6  # above the error of the cheap score
_SMALL = 4096  # sorting fewer rows costs less than looking for the ones to sort

Cards = npt.NDArray[np.int32]


@dataclass(slots=True)
class Slice:
    handles: list[int]
    scores: list[float]
    sirens: list[int]
    cards: list[int]


def first_cards(pool: Pool, cards: Cards | None, plan: Plan) -> Slice:
    """Places ``offset`` to ``offset + limit`` of the order; of each card its best row only, when ``cards`` are given"""
    wanted = plan.offset + plan.limit
    positions = _candidates(pool, cards, plan, wanted)
    if positions is not None:
        pool, cards = pool.at(positions), None if cards is None else cards[positions]
    scores, ids = _scores(pool, plan)
    key = _sort_key(pool, plan)
    if len(scores) > _SMALL:
        positions = _refined(key, scores, cards, wanted)
        pool, cards = pool.at(positions), None if cards is None else cards[positions]
        scores, ids, key = scores[positions], ids[positions], None if key is None else key[positions]
    order = np.lexsort((ids, -scores) if key is None else (ids, -scores, key))
    if cards is not None:
        _, first = np.unique(cards[order], return_index=True)
        first.sort()
        order = order[first]
    order = order[plan.offset : wanted]
    handles = pool.column(lambda c: c.rows + c.part.offset)
    sirens = pool.column(lambda c: c.part.segment.siren[c.rows])
    return Slice(
        handles[order].tolist(),
        scores[order].tolist(),
        sirens[order].tolist(),
        [] if cards is None else cards[order].tolist(),
    )


def _candidates(pool: Pool, cards: Cards | None, plan: Plan, wanted: int) -> Ints | None:
    """Positions of rows that may be among the wanted; ``None`` = all."""
    if pool.size <= _SMALL:
        return None
    key = _sort_key(pool, plan)
    if key is not None:
        return _best(key, cards, wanted, 0.0)
    return _best(-_without_turn(pool, plan), cards, wanted, WEIGHTS["turn"] + SLACK)


def _refined(key: Floats | None, scores: Floats, cards: Cards | None, wanted: int) -> Ints:
    """The same again with exact scores, for the many that may share a first key."""
    if key is None:
        return _best(-scores, cards, wanted, 0.0)
    last = key.max()
    tied = np.flatnonzero(key == last)
    best = _best(-scores[tied], None if cards is None else cards[tied], wanted, 0.0)
    return np.sort(np.concatenate([np.flatnonzero(key < last), tied[best]]))


def _best(key: Floats, cards: Cards | None, wanted: int, slack: float) -> Ints:
    """Positions with a key at most ``slack`` above one that ``wanted`` different cards reach; ascending."""
    size = len(key)
    several = wanted + 16
    while several < size:
        several = min(size, 2 * several)
        limit = np.partition(key, several - 1)[several - 1]
        inside = np.flatnonzero(key <= limit)
        if cards is None or _different(cards[inside]) >= wanted:
            return inside if slack == 0.0 else np.flatnonzero(key <= limit + slack)
    return np.arange(size)


def _different(cards: Cards) -> int:
    ordered = np.sort(cards)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + 1 if len(ordered) else 0


def _sort_key(pool: Pool, plan: Plan) -> Floats | None:
    """Ascending, unknown infinite; ``None`` under relevance."""
    if plan.sort is Sort.RELEVANCE:
        return None
    if plan.sort is Sort.DISTANCE:
        return np.asarray(pool.column(lambda c: _kilometres(c)), np.float64)
    if plan.sort is Sort.START:
        days = pool.column(lambda c: next_start(c.part.segment, c.rows, plan.day)).astype(np.float64)
        days[days == INF_DAY] = np.inf
        return days
    if plan.sort is Sort.RATING:
        rating = -pool.column(lambda c: c.part.segment.rating[c.rows])
        return np.where(np.isnan(rating), np.inf, rating)
    name = "price" if plan.sort is Sort.PRICE else "hours"
    known = pool.column(lambda c: getattr(c.part.segment, name)[c.rows]).astype(np.float64)
    known[known < 0] = np.inf
    return known


def _kilometres(chosen: Chosen) -> Floats:
    return np.full(len(chosen.rows), np.inf) if chosen.chords is None else kilometres(chosen.chords)


def _without_turn(pool: Pool, plan: Plan) -> Floats:
    return np.asarray(pool.column(lambda c: _parts(c, plan)), np.float64)


def _parts(chosen: Chosen, plan: Plan) -> Floats:
    """w_text * text + w_near * near + w_open * open, in the order of the documented sum."""
    segment, rows = chosen.part.segment, chosen.rows
    total = np.zeros(len(rows)) if chosen.text is None else WEIGHTS["text"] * chosen.text
    if chosen.chords is not None:
        total += WEIGHTS["near"] * near_of(segment, rows, chosen.chords)
    total += WEIGHTS["open"] * (segment.open_until[rows] >= plan.day)
    return total


def near_of(segment: Segment, rows: Ints, chords: Floats) -> Floats:
    near = kilometres(chords)
    near += NEAR_PIVOT_KM
    np.divide(NEAR_PIVOT_KM, near, out=near)
    near[rows >= segment.remote_from] = REMOTE_NEAR
    return near


@dataclass(slots=True)
class Parts:
    near: Floats
    open: Bools
    turn: Floats
    score: Floats


def score_parts(segment: Segment, rows: Ints, text: Floats, chords: Floats | None, plan: Plan) -> Parts:
    """Every part of the score of some rows, to be shown."""
    near = np.zeros(len(rows)) if chords is None else near_of(segment, rows, chords)
    opened = segment.open_until[rows] >= plan.day
    turn = draw(plan.seed, segment.offer_id[rows])
    score = WEIGHTS["text"] * text + WEIGHTS["near"] * near + WEIGHTS["open"] * opened + WEIGHTS["turn"] * turn
    return Parts(near, opened, turn, score)


def _scores(pool: Pool, plan: Plan) -> tuple[Floats, Ints]:
    ids = np.asarray(pool.column(lambda c: c.part.segment.offer_id[c.rows]), np.int64)
    return _without_turn(pool, plan) + WEIGHTS["turn"] * draw(plan.seed, ids), ids
