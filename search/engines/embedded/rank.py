"""The first cards of a pool in the total order of docs/search.md, without sorting or drawing for all of it.

Two phases: what every row scores without its draw is cheap; only rows that may still be among the asked cards get
their draw and a place in a sort.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.distance import EARTH_RADIUS_KM
from search.engines.embedded.cards import Cards, different, first_of_each
from search.engines.embedded.columns import INF_DAY, Bools, Floats, Ints
from search.engines.embedded.conditions import next_start
from search.engines.embedded.pool import Chosen, Pool
from search.engines.embedded.reach import angles, kilometres, located_rows
from search.engines.embedded.segment import Segment
from search.engines.embedded.text import TextOfRows
from search.plan import Plan, Sort
from search.ranking import NEAR_PIVOT_KM, REMOTE_NEAR, WEIGHTS
from search.turn import draw

_SMALL = 1024  # sorting fewer rows costs less than looking for the ones to sort
_SAMPLED = 24  # rows of a sample that stand for the wanted ones
_ROUNDING = 1e-12  # of a sum of four parts


@dataclass(frozen=True, slots=True)
class Slice:
    handles: list[int]
    scores: list[float]
    sirens: list[int]
    cards: list[int]


def first_cards(pool: Pool, cards: Cards | None, total: int, plan: Plan) -> Slice:
    """Places ``offset`` to ``offset + limit`` of the order; of each card its best row only, when ``cards`` are given.
    ``total``: cards of the state."""
    wanted = plan.offset + plan.limit
    key = _sort_key(pool, plan)
    first = _minus_without_turn(pool, plan) if key is None else key
    if pool.size > _SMALL:
        slack = WEIGHTS["turn"] + _ROUNDING if key is None else 0.0
        positions = _best(first, cards, total, wanted, slack)
        pool, first = pool.at(positions), first.take(positions)
        cards = None if cards is None else cards.take(positions)
    minus = (first if key is None else _minus_without_turn(pool, plan)).copy()
    ids = pool.column(lambda c: c.part.segment.offer_id.take(c.rows))
    minus -= WEIGHTS["turn"] * draw(plan.seed, ids)
    key = None if key is None else first
    if pool.size > _SMALL:
        positions = _refined(key, minus, cards, total, wanted)
        pool, minus, ids = pool.at(positions), minus.take(positions), ids.take(positions)
        key = None if key is None else key.take(positions)
        cards = None if cards is None else cards.take(positions)
    order = _order(key, minus, ids)
    if cards is not None:
        order = order.take(first_of_each(cards.take(order), total))
    order = order[plan.offset : wanted]
    return Slice(
        pool.column(lambda c: c.rows + c.part.offset).take(order).tolist(),
        (-minus.take(order)).tolist(),
        pool.column(lambda c: c.part.segment.siren.take(c.rows)).take(order).tolist(),
        [] if cards is None else cards.take(order).tolist(),
    )


def _order(key: Floats | None, minus: Floats, ids: Ints) -> Ints:
    if key is None:
        order = np.argsort(minus)
        ranked = minus.take(order)
        if not (ranked[1:] == ranked[:-1]).any():  # two draws are equal once in 10**12 questions
            return order
        return np.lexsort((ids, minus))
    return np.lexsort((ids, minus, key))


def _refined(key: Floats | None, minus: Floats, cards: Cards | None, total: int, wanted: int) -> Ints:
    """The same again with exact scores, for the many that may share a first key."""
    if key is None:
        return _best(minus, cards, total, wanted, 0.0)
    last = key.max()
    tied = (key == last).nonzero()[0]
    best = _best(minus.take(tied), None if cards is None else cards.take(tied), total, wanted, 0.0)
    return np.sort(np.concatenate([(key < last).nonzero()[0], tied.take(best)]))


def _best(key: Floats, cards: Cards | None, total: int, wanted: int, slack: float) -> Ints:
    """Positions with a key at most ``slack`` above one that ``wanted`` different cards reach; ascending.

    That key is guessed from a sample and tried; any key that enough cards reach is right, a tight one is fast."""
    size = len(key)
    several = 2 * wanted + 32
    while several < size:
        step = max(1, several // _SAMPLED)
        sample = key[::step]
        rank = min(several // step, len(sample) - 1)
        limit = np.partition(sample, rank)[rank]
        inside = (key <= limit).nonzero()[0]
        if len(inside) >= wanted and (cards is None or different(cards.take(inside), total) >= wanted):
            found: Ints = inside if slack == 0.0 else (key <= limit + slack).nonzero()[0]
            return found
        several *= 2
    return np.arange(size)


def _sort_key(pool: Pool, plan: Plan) -> Floats | None:
    """Ascending, unknown infinite; ``None`` under relevance."""
    if plan.sort is Sort.RELEVANCE:
        return None
    if plan.sort is Sort.DISTANCE:
        return pool.column(_kilometres)
    if plan.sort is Sort.START:
        days = pool.column(lambda c: next_start(c.part.segment, c.rows, plan.day)).astype(np.float64)
        days[days == INF_DAY] = np.inf
        return days
    if plan.sort is Sort.RATING:
        rating = -pool.column(lambda c: c.part.segment.rating.take(c.rows))
        return np.where(np.isnan(rating), np.inf, rating)
    name = "price" if plan.sort is Sort.PRICE else "hours"
    known = pool.column(lambda c: c.part.segment.arrays[name].take(c.rows)).astype(np.float64)
    known[known < 0] = np.inf
    return known


def _kilometres(chosen: Chosen) -> Floats:
    return np.full(len(chosen.rows), np.inf) if chosen.chords is None else kilometres(chosen.chords)


def _minus_without_turn(pool: Pool, plan: Plan) -> Floats:
    """-(w_text * text + w_near * near + w_open * open)"""
    minus: Floats = pool.column(lambda c: _minus_sum(c, plan))
    return minus


def _minus_sum(chosen: Chosen, plan: Plan) -> Floats:
    segment, rows = chosen.part.segment, chosen.rows
    minus = np.multiply((segment.open_until.take(rows) >= plan.day).view(np.uint8), -WEIGHTS["open"])
    if chosen.chords is not None:
        near = near_of(segment, rows, chosen.chords)
        near *= WEIGHTS["near"]
        minus -= near
    if chosen.text is not None:
        text = chosen.text.of(rows) if isinstance(chosen.text, TextOfRows) else chosen.text
        minus -= WEIGHTS["text"] * text
    return minus


def near_of(segment: Segment, rows: Ints, chords: Floats) -> Floats:
    """The nearness part of each row: 0 where it has no place, a fixed value where it is remote."""
    here, count = located_rows(rows, segment.located)
    if count < len(rows):
        found = np.multiply(rows >= segment.remote_from, REMOTE_NEAR, dtype=np.float64)
        found[here] = _near_of_chords(chords[here])
        return found
    return _near_of_chords(chords)


def _near_of_chords(chords: Floats) -> Floats:
    near = angles(chords)
    near *= EARTH_RADIUS_KM
    near += NEAR_PIVOT_KM
    np.divide(NEAR_PIVOT_KM, near, out=near)
    return near


@dataclass(frozen=True, slots=True)
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
