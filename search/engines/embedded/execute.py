"""A plan on a state: a pure function of arrays and plan, the same whoever asks."""

from __future__ import annotations

import threading

import numpy as np

from search.engines.contract import Ranked
from search.engines.embedded import facets
from search.engines.embedded.cards import CardCounts
from search.engines.embedded.columns import Bools, Floats, Ints
from search.engines.embedded.conditions import in_communes, labelled_rows, passing
from search.engines.embedded.pool import Chosen, Pool
from search.engines.embedded.rank import first_cards
from search.engines.embedded.reach import Reach
from search.engines.embedded.state import Part, State
from search.engines.embedded.text import matching_trainings
from search.plan import Plan, Remote

_local = threading.local()


def execute(state: State, plan: Plan) -> Ranked:
    reach = Reach(plan)
    conditions = facets.conditions_of(plan, state.sets)
    pool = Pool([_chosen(part, plan, reach) for part in state.parts])
    lanes = pool.column(lambda c: c.part.segment.lanes[c.rows]).astype(np.uint64, copy=False)
    sets = pool.column(lambda c: c.part.sets[c.rows]).astype(np.int32, copy=False)
    communes = pool.column(_commune_rows).astype(bool, copy=False) if conditions.communes else None
    fails = conditions.fails(lanes, sets, communes)
    matching = fails == 0
    every = bool(matching.all())
    matched = pool if every else pool.keep(matching)
    counts: facets.Counts = {}
    if plan.facets and every:
        counts = facets.count(lanes, sets, state.sets)
    elif plan.facets:
        counts = facets.count(lanes[matching], sets[matching], state.sets)
        failing = np.flatnonzero(~matching)
        facets.add_lifted(counts, fails[failing], lanes[failing], sets[failing], state.sets)
    return _ranked(matched, plan, state, counts)


def _ranked(pool: Pool, plan: Plan, state: State, counts: facets.Counts) -> Ranked:
    if not pool.size:
        return Ranked(0, 0, [], [], [], [], counts)
    cards = pool.column(lambda c: c.part.cards[c.rows])
    members = CardCounts(cards, state.cards)
    page = first_cards(pool, cards if plan.group else None, plan)
    similar = members.similar(page.cards) if plan.group else [0] * len(page.handles)
    return Ranked(pool.size, members.different, page.handles, page.scores, page.sirens, similar, counts)


def _commune_rows(chosen: Chosen) -> Bools:
    return np.zeros(len(chosen.rows), bool) if chosen.in_communes is None else chosen.in_communes


def _chosen(part: Part, plan: Plan, reach: Reach) -> Chosen:
    """Rows of a part that pass every condition but those on facets."""
    chosen = _by_narrowest(part, plan, reach)
    segment = part.segment
    kept = passing(segment, chosen.rows, plan)
    if kept is not None:
        chosen.keep(kept)
    communes = in_communes(segment, plan)
    chosen.in_communes = None if communes is None else communes[chosen.rows]
    return chosen


def _by_narrowest(part: Part, plan: Plan, reach: Reach) -> Chosen:
    """Starts from what leaves the fewest rows: labels, then words, then geography; then everything."""
    segment = part.segment
    rows, text = labelled_rows(segment, plan.filters), None
    if rows is not None:
        rows = _alive(part, rows)
        if plan.words:
            rows, text = _with_words(part, plan, rows)
    elif plan.words:
        trainings, values = matching_trainings(segment, plan.words, part.dead_trainings, _zeros(segment.trainings))
        rows, counts = segment.rows_of_trainings(trainings)
        text = np.repeat(values, counts)
    elif reach.bounded:
        return _by_geography(part, plan, reach)
    else:
        low = segment.remote_from if plan.remote is Remote.ONLY else 0
        high = segment.remote_from if plan.remote is Remote.EXCLUDE else segment.offers
        rows = _alive(part, np.arange(low, high))
        return Chosen(part, rows, None, reach.of_rows(segment, rows) if reach.points else None, None)
    chosen = Chosen(part, rows, text, None, None)
    remote = rows >= segment.remote_from
    if plan.remote is not Remote.INCLUDE:
        wanted = remote if plan.remote is Remote.ONLY else ~remote
        chosen.keep(wanted)
        remote = remote[wanted]
    if reach.points:
        chosen.chords = reach.of_rows(segment, chosen.rows)
        if reach.bounded:
            chosen.keep(reach.within(segment, chosen.rows, chosen.chords) | remote)
    return chosen


def _by_geography(part: Part, plan: Plan, reach: Reach) -> Chosen:
    segment = part.segment
    rows, chords = np.empty(0, np.int64), np.empty(0)
    if plan.remote is not Remote.ONLY:
        rows, chords = reach.of_blocks(segment, reach.blocks(segment))
        inside = reach.within(segment, rows, chords)
        if part.dead_rows is not None:
            inside &= ~part.dead_rows[rows]
        rows, chords = rows[inside], chords[inside]
    if plan.remote is not Remote.EXCLUDE:
        remote = _alive(part, np.arange(segment.remote_from, segment.offers))
        rows = np.concatenate([rows, remote])
        chords = np.concatenate([chords, np.full(len(remote), np.inf)])
    return Chosen(part, rows, None, chords, None)


def _alive(part: Part, rows: Ints) -> Ints:
    return rows if part.dead_rows is None else rows[~part.dead_rows[rows]]


def _with_words(part: Part, plan: Plan, rows: Ints) -> tuple[Ints, Floats]:
    segment = part.segment
    trainings, values = matching_trainings(segment, plan.words, part.dead_trainings, _zeros(segment.trainings))
    if not len(trainings):
        return rows[:0], np.empty(0)
    owner = segment.training[rows]
    at = np.minimum(trainings.searchsorted(owner), len(trainings) - 1)
    kept = trainings[at] == owner
    return rows[kept], values[at[kept]]


def _zeros(size: int) -> Floats:
    """Zeros to be given back as zeros: allocating them again would cost more than the words."""
    known: Floats | None = getattr(_local, "zeros", None)
    if known is None or len(known) < size:
        known = _local.zeros = np.zeros(size)
    return known
