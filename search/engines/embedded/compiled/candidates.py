"""Rows of a part that hold the words, from what leaves the fewest to look at: labels, words or geography."""

from __future__ import annotations

from typing import Any

from search.engines.embedded.build import BLOCK
from search.engines.embedded.compiled.compiling import bytes_at, compiled, doubles_at, ints_at, longs_at
from search.engines.embedded.compiled.layout import (
    ASKED_LABELLED,
    ASKED_LABELLED_COUNT,
    REMOTES,
    SPAN_DENSE,
    SPAN_END,
    SPAN_START,
    WORD_END,
    WORD_FIRST,
)
from search.engines.embedded.compiled.words import driver_of, find_all, matches, prepare
from search.plan import Remote

_FEW = 200  # trainings whose rows are all looked at before geography is asked
_ROWS_LOOKED_UP = 8  # rows near an origin that are looked at for the price of one training and its rows
_EVERY = 16  # asking every training at once costs as much as asking one in so many by itself
_EXCLUDE, _ONLY = REMOTES.index(Remote.EXCLUDE), REMOTES.index(Remote.ONLY)


@compiled
def _box_chord(low: Any, high: Any, block: int, step: int, x: float, y: float, z: float) -> float:
    """Squared chord from a point to the box of a block."""
    dx = max(0.0, max(low[block] - x, x - high[block]))
    dy = max(0.0, max(low[block + step] - y, y - high[block + step]))
    dz = max(0.0, max(low[block + 2 * step] - z, z - high[block + 2 * step]))
    return dx * dx + dy * dy + dz * dz


@compiled
def _runs_of(part: Any, question: Any, memory: Any) -> Any:
    """Runs of rows that reach and ``remote`` leave: how many runs, how many rows."""
    runs = longs_at(memory.runs)
    boxes_low, boxes_high, blocks, outer = (
        doubles_at(part.box_low),
        doubles_at(part.box_high),
        part.blocks,
        question.outer,
    )
    x1, y1, z1, x2, y2, z2 = question.x1, question.y1, question.z1, question.x2, question.y2, question.z2
    two = question.points > 1
    count, rows = 0, 0
    low = part.remote_from if question.remote == _ONLY else 0
    high = part.remote_from if question.remote == _EXCLUDE else part.offers
    if question.bounded != 0:
        if low == 0:
            for block in range(blocks):
                near = _box_chord(boxes_low, boxes_high, block, blocks, x1, y1, z1) <= outer
                if not near and two:
                    near = _box_chord(boxes_low, boxes_high, block, blocks, x2, y2, z2) <= outer
                if near:
                    start, end = block * BLOCK, min((block + 1) * BLOCK, part.located)
                    rows += end - start
                    if count > 0 and runs[2 * count - 1] == start:
                        runs[2 * count - 1] = end
                    else:
                        runs[2 * count], runs[2 * count + 1] = start, end
                        count += 1
        low = part.remote_from
    if low < high:
        runs[2 * count], runs[2 * count + 1] = low, high
        count += 1
        rows += high - low
    return count, rows


@compiled
def _all_of_runs(memory: Any, runs_count: int) -> int:
    runs, rows = longs_at(memory.runs), ints_at(memory.rows)
    found = 0
    for run in range(runs_count):
        start, end = runs[2 * run], runs[2 * run + 1]
        for row in range(start, end):
            rows[found + row - start] = row
        found += end - start
    return found


@compiled
def _found_in_runs(part: Any, memory: Any, runs_count: int) -> int:
    """After ``find_all``."""
    runs, rows, trainings, holding = (
        longs_at(memory.runs),
        ints_at(memory.rows),
        ints_at(part.training),
        bytes_at(memory.found),
    )
    found = 0
    for run in range(runs_count):
        for row in range(runs[2 * run], runs[2 * run + 1]):
            rows[found] = row  # written in any case: a guess that fails costs more
            found += holding[trainings[row]] != 0
    return found


@compiled
def _matching_in_runs(part: Any, words: Any, spans: Any, memory: Any, driver: int, runs_count: int) -> int:
    runs, rows, trainings, where = (
        longs_at(memory.runs),
        ints_at(memory.rows),
        ints_at(part.training),
        longs_at(memory.where),
    )
    found = 0
    for run in range(runs_count):
        for row in range(runs[2 * run], runs[2 * run + 1]):
            rows[found] = row
            found += matches(part, words, spans, where, driver, trainings[row])
    return found


@compiled
def _rows_of(part: Any, rows: Any, training: int, found: int) -> int:
    of_trainings, at = ints_at(part.training_rows), ints_at(part.training_at)
    for index in range(at[training], at[training + 1]):
        rows[found] = of_trainings[index]
        found += 1
    return found


@compiled
def _of_trainings(part: Any, words: Any, spans: Any, memory: Any, driver: int) -> int:
    """Rows of the trainings that match, found by the driving word, or by any word when none is required."""
    memory.seen_stamp += 1
    stamp, seen, where, rows = memory.seen_stamp, ints_at(memory.seen), longs_at(memory.where), ints_at(memory.rows)
    first = 0 if driver < 0 else words[driver, WORD_FIRST]
    end = len(spans) if driver < 0 else words[driver, WORD_END]
    held = ints_at(part.posting_training)
    found = 0
    for a in range(first, end):
        if spans[a, SPAN_DENSE] >= 0:
            masks = bytes_at(where[a])
            for training in range(part.trainings):
                if masks[training] != 0 and seen[training] != stamp:
                    seen[training] = stamp
                    if matches(part, words, spans, where, driver, training):
                        found = _rows_of(part, rows, training, found)
        for at in range(spans[a, SPAN_START], spans[a, SPAN_END]):
            training = held[at]
            if seen[training] != stamp:
                seen[training] = stamp
                if matches(part, words, spans, where, driver, training):
                    found = _rows_of(part, rows, training, found)
    return found


@compiled
def _of_labels(part: Any, words: Any, spans: Any, memory: Any, labelled: Any, count: int) -> int:
    rows, where, trainings = ints_at(memory.rows), longs_at(memory.where), ints_at(part.training)
    driver, _ = driver_of(words, spans)
    found = 0
    for index in range(count):
        row = labelled[index]
        if len(words) == 0 or matches(part, words, spans, where, driver, trainings[row]):
            rows[found] = row
            found += 1
    return found


@compiled
def candidates(part: Any, question: Any, asked: Any, words: Any, spans: Any, memory: Any) -> int:
    """Fills ``rows``, and ``where`` for later look-ups; how many."""
    labelled_count = asked[ASKED_LABELLED_COUNT]
    if labelled_count >= 0:
        prepare(part, spans, memory, labelled_count)
        return _of_labels(part, words, spans, memory, longs_at(asked[ASKED_LABELLED]), labelled_count)
    if len(words) == 0:
        runs_count, _ = _runs_of(part, question, memory)
        return _all_of_runs(memory, runs_count)
    driver, most = driver_of(words, spans)
    runs_count, rows = 0, part.offers
    if most > _FEW:
        runs_count, rows = _runs_of(part, question, memory)
    if most <= _FEW or rows >= most * _ROWS_LOOKED_UP:
        prepare(part, spans, memory, most)
        return _of_trainings(part, words, spans, memory, driver)
    if rows * _EVERY < part.trainings:
        prepare(part, spans, memory, rows)
        return _matching_in_runs(part, words, spans, memory, driver, runs_count)
    prepare(part, spans, memory, part.trainings)
    find_all(part, words, memory, driver)
    return _found_in_runs(part, memory, runs_count)
