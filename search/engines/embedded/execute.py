"""A plan on a state: a pure function of arrays and plan, the same whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from search.engines.contract import Ranked
from search.engines.embedded import facets
from search.engines.embedded.build import BLOCK
from search.engines.embedded.cards import counted
from search.engines.embedded.columns import Bools, Floats, Ints
from search.engines.embedded.conditions import in_communes, labelled_rows, passing
from search.engines.embedded.pool import Chosen, Pool
from search.engines.embedded.rank import first_cards
from search.engines.embedded.reach import Reach, reach_of
from search.engines.embedded.rowcodes import Bytes, of_blocks
from search.engines.embedded.scratch import SCRATCH
from search.engines.embedded.segment import Segment
from search.engines.embedded.state import Part, State
from search.engines.embedded.text import AskedWords
from search.plan import Plan, Remote

_FEW = 200  # trainings whose rows are all looked at before geography is asked
_MANY = 4000  # trainings of a word, above which geography is asked before the other words
_ROWS_LOOKED_UP = 8  # rows near an origin whose text is looked up, for the price of all rows of one training


Kernel = Callable[[State, Plan], Ranked]  # ``execute``, or what answers the same


def execute(state: State, plan: Plan) -> Ranked:
    try:
        return _execute(state, plan)
    except BaseException:
        SCRATCH.forget()
        raise


def _execute(state: State, plan: Plan) -> Ranked:
    reach = reach_of(plan)
    conditions = facets.conditions_of(plan, state.sets)
    pool = Pool([_chosen(part, plan, reach) for part in state.parts])
    if not pool.size:  # often a step before words are given up
        return Ranked(0, 0, [], [], [], [], facets.nothing() if plan.facets else {})
    lanes = pool.column(lambda c: c.part.segment.lanes.take(c.rows)).astype(np.uint64, copy=False)
    sets = pool.column(lambda c: c.part.sets.take(c.rows)).astype(np.int32, copy=False)
    communes = pool.column(_commune_rows).astype(bool, copy=False) if conditions.communes else None
    fails = conditions.fails(lanes, sets, communes)
    matching = fails == 0
    at = matching.nonzero()[0]
    every = len(at) == len(lanes)
    counts: facets.Counts = {}
    if plan.facets and every:
        counts = facets.count(lanes, sets, state.sets)
    elif plan.facets:
        counts = facets.count(lanes.take(at), sets.take(at), state.sets)
        failing = (~matching).nonzero()[0]
        facets.add_lifted(
            counts, conditions.asked, fails.take(failing), lanes.take(failing), sets.take(failing), state.sets
        )
    return _ranked(pool if every else pool.at(at), plan, state, counts)


def _ranked(pool: Pool, plan: Plan, state: State, counts: facets.Counts) -> Ranked:
    if not pool.size:
        return Ranked(0, 0, [], [], [], [], counts)
    cards = pool.column(lambda c: c.part.cards.take(c.rows))
    page = first_cards(pool, cards if plan.group else None, state.cards, plan)
    number, held = counted(cards, page.cards, state.cards)
    similar = [count - 1 for count in held] if plan.group else [0] * len(page.handles)
    return Ranked(pool.size, number, page.handles, page.scores, page.sirens, similar, counts)


def _commune_rows(chosen: Chosen) -> Bools:
    return np.zeros(len(chosen.rows), bool) if chosen.in_communes is None else chosen.in_communes


def _chosen(part: Part, plan: Plan, reach: Reach) -> Chosen:
    """Rows of a part that pass every condition but those on facets."""
    segment = part.segment
    chosen = _by_narrowest(part, plan, reach)
    if not len(chosen.rows):
        return chosen
    kept = passing(segment, chosen.rows, plan)
    if kept is not None:
        chosen = chosen.where(kept)
    communes = in_communes(segment, plan)
    return chosen if communes is None else replace(chosen, in_communes=communes.take(chosen.rows))


def _by_narrowest(part: Part, plan: Plan, reach: Reach) -> Chosen:
    """Starts from what leaves the fewest rows: labels, words or geography; everything when none is asked."""
    segment = part.segment
    labelled = labelled_rows(segment, plan.filters)
    words = AskedWords(segment, plan.words) if plan.words else None
    if words is not None and words.impossible:
        return Chosen(part, np.empty(0, np.int64), None, None, None)
    if labelled is not None:
        chosen = Chosen(part, _alive(part, labelled), None, None, None)
        if words is not None:
            chosen = _with_words(chosen, words)
        return _in_reach(_remote_or_not(chosen, plan.remote), reach)
    if words is not None:
        return _by_words(part, plan, words, reach)
    if reach.bounded:
        return _by_geography(part, plan, reach)
    rows = np.arange(*_remote_bounds(segment, plan.remote))
    return _in_reach(Chosen(part, _alive(part, rows), None, None, None), reach)


def _by_words(part: Part, plan: Plan, words: AskedWords, reach: Reach) -> Chosen:
    """From the rows near an origin or from the trainings that hold the words, whichever are fewer."""
    segment = part.segment
    if words.frequent and words.most > _FEW:
        return _in_reach(_by_frequent_words(part, plan, words, reach), reach)
    nearby = reach.bounded and plan.remote is not Remote.ONLY
    rows: Ints | None = None
    if nearby and words.most > _MANY:
        rows = _rows_of_blocks(segment, reach.blocks(segment), plan.remote)
        if len(rows) < words.most:
            return _in_reach(_with_words(Chosen(part, _alive(part, rows), None, None, None), words), reach)
    trainings, text = words.trainings(part.dead_trainings)
    if nearby and len(trainings) > _FEW:
        rows = _rows_of_blocks(segment, reach.blocks(segment), plan.remote) if rows is None else rows
        if len(rows) < len(trainings) * _ROWS_LOOKED_UP:
            return _in_reach(_of_trainings(Chosen(part, rows, None, None, None), trainings, text), reach)
    rows, counts = segment.rows_of_trainings(trainings)
    return _in_reach(_remote_or_not(Chosen(part, rows, np.repeat(text, counts), None, None), plan.remote), reach)


def _by_frequent_words(part: Part, plan: Plan, words: AskedWords, reach: Reach) -> Chosen:
    """Rows that hold the words, ascending: of the blocks near an origin and remote ones, or of all."""
    segment = part.segment
    known = words.row_codes()
    low, high = _remote_bounds(segment, plan.remote)
    if not reach.bounded:
        alive = None if part.alive is None else part.alive[low:high]
        rows = words.held_by([each.codes[low:high] for each in known], alive) + low
        return Chosen(part, rows, words.text_of_rows(known), None, None)
    blocks = reach.blocks(segment) if low == 0 else np.empty(0, np.int64)
    located = len(blocks) * BLOCK
    if located and (int(blocks[-1]) + 1) * BLOCK > segment.located:  # the last block is padded
        located -= (int(blocks[-1]) + 1) * BLOCK - segment.located
    low = segment.remote_from

    def nearby(column: npt.NDArray[Bytes]) -> npt.NDArray[Bytes]:
        return np.concatenate([of_blocks(column, blocks)[:located], column[low:high]])

    alive = None if part.alive is None else nearby(part.alive)
    at = words.held_by([nearby(each.codes) for each in known], alive)
    inside = int(at.searchsorted(located))
    rows = at + (low - located)
    shift = (blocks - SCRATCH.count(len(blocks))) * BLOCK
    rows[:inside] = at[:inside] + shift.take(at[:inside] >> BLOCK.bit_length() - 1)
    return Chosen(part, rows, words.text_of_rows(known), None, None)


def _remote_bounds(segment: Segment, remote: Remote) -> tuple[int, int]:
    """First and last row that ``remote`` leaves."""
    low = segment.remote_from if remote is Remote.ONLY else 0
    return low, segment.remote_from if remote is Remote.EXCLUDE else segment.offers


def _remote_or_not(chosen: Chosen, remote: Remote) -> Chosen:
    if remote is Remote.INCLUDE:
        return chosen
    is_remote = chosen.rows >= chosen.part.segment.remote_from
    return chosen.where(is_remote if remote is Remote.ONLY else ~is_remote)


def _in_reach(chosen: Chosen, reach: Reach) -> Chosen:
    if not reach.points or not len(chosen.rows):
        return chosen
    segment = chosen.part.segment
    chosen = replace(chosen, chords=reach.of_rows(segment, chosen.rows))
    if not reach.bounded or chosen.chords is None:
        return chosen
    kept = reach.within(segment, chosen.rows, chosen.chords)
    kept |= chosen.rows >= segment.remote_from
    return chosen.where(kept)


def _rows_of_blocks(segment: Segment, blocks: Ints, remote: Remote) -> Ints:
    rows = (blocks[:, None] * BLOCK + SCRATCH.count(BLOCK)).reshape(-1)
    if len(rows) and rows[-1] >= segment.located:  # the last block is padded
        rows = rows[: len(rows) - int(rows[-1]) - 1 + segment.located]
    return rows if remote is Remote.EXCLUDE else np.concatenate([rows, np.arange(segment.remote_from, segment.offers)])


def _by_geography(part: Part, plan: Plan, reach: Reach) -> Chosen:
    segment = part.segment
    rows, chords = np.empty(0, np.int64), np.empty(0)
    if plan.remote is not Remote.ONLY:
        blocks = reach.blocks(segment)
        rows = _rows_of_blocks(segment, blocks, Remote.EXCLUDE)
        chords = reach.of_blocks(segment, blocks, rows)
        inside = reach.within(segment, rows, chords)
        if part.dead_rows is not None:
            inside &= ~part.dead_rows.take(rows)
        at = inside.nonzero()[0]
        rows, chords = rows.take(at), chords.take(at)
    if plan.remote is not Remote.EXCLUDE:
        remote = _alive(part, np.arange(segment.remote_from, segment.offers))
        rows = np.concatenate([rows, remote])
        chords = np.concatenate([chords, np.full(len(remote), np.inf)])
    return Chosen(part, rows, None, chords, None)


def _alive(part: Part, rows: Ints) -> Ints:
    return rows if part.dead_rows is None else rows[~part.dead_rows.take(rows)]


def _with_words(chosen: Chosen, words: AskedWords) -> Chosen:
    """The rows whose training holds the words, with their text part."""
    at, text = words.among(chosen.part.segment.training.take(chosen.rows))
    return replace(chosen, rows=chosen.rows.take(at), text=text)


def _of_trainings(chosen: Chosen, trainings: Ints, text: Floats) -> Chosen:
    """The rows of some trainings, with their text part."""
    segment = chosen.part.segment
    numbers = SCRATCH.numbers(segment.trainings)
    numbers[trainings] = SCRATCH.count(len(trainings) + 1)[1:]
    found = numbers.take(segment.training.take(chosen.rows))
    numbers[trainings] = 0
    at = (found > 0).nonzero()[0]
    return replace(chosen, rows=chosen.rows.take(at), text=text.take(found.take(at) - 1))
