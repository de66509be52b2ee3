"""Counts by code -> counts by value: docs/search.md, "Counting"."""

from __future__ import annotations

from typing import Any

import numpy as np

from search.engines.embedded.columns import LANE_SIZES, LOW_SIZES
from search.engines.embedded.compiled.compiling import compiled, ints_at, longs_at
from search.engines.embedded.compiled.layout import (
    CODE_STARTS,
    CODES,
    HALF_STARTS,
    HALVES,
    LANE_OF_BIT,
    LANGUAGE_BIT,
    PAIR_HALF,
    PAIR_VALUE,
    PAIRS_OF_BIT,
    SETS_LANE,
)
from search.engines.embedded.facets import LANE_VALUES

_LANE_OF_BIT = np.array(LANE_OF_BIT)


@compiled
def clear_counts(question: Any, memory: Any, slots: Any) -> None:
    codes, by_set, lifted, counts = (
        ints_at(memory.codes),
        ints_at(memory.by_set),
        ints_at(memory.lifted),
        longs_at(memory.counts),
    )
    for code in range(CODES):
        codes[code] = 0
    for number in range(question.sets):
        by_set[number] = 0
    for at in range(LANE_VALUES + question.values):
        counts[at] = 0
    tables = 0
    for bit in range(len(slots)):
        tables = max(tables, slots[bit] + 1)
    for at in range(tables * memory.lifted_width):
        lifted[at] = 0


@compiled
def _halve(codes: Any, first: int, lane: int, halves: Any) -> None:
    """Adds the counts of a lane's codes, from ``first`` on, to those of their halves."""
    low_size = LOW_SIZES[lane]
    start, high_size = HALF_STARTS[lane], LANE_SIZES[lane] // low_size
    for high in range(high_size):
        total = 0
        for low in range(low_size):
            count = codes[first + high * low_size + low]
            halves[start + low] += count
            total += count
        halves[start + low_size + high] += total


@compiled
def sum_counts(question: Any, memory: Any, slots: Any) -> None:
    """What matches, then for each dimension with a condition what fails that one alone."""
    codes, by_set, lifted = ints_at(memory.codes), ints_at(memory.by_set), ints_at(memory.lifted)
    halves, counts = longs_at(memory.halves), longs_at(memory.counts)
    for half in range(HALVES):
        halves[half] = 0
    for lane in range(SETS_LANE):
        _halve(codes, CODE_STARTS[lane], lane, halves)
    for pair in range(len(PAIR_VALUE)):
        counts[PAIR_VALUE[pair]] += halves[PAIR_HALF[pair]]
    of_sets, of_values, pairs = longs_at(question.pair_set), longs_at(question.pair_value), question.pairs
    for pair in range(pairs):
        counts[LANE_VALUES + of_values[pair]] += by_set[of_sets[pair]]
    for bit in range(len(slots)):
        if memory.lifted_some >> bit & 1 == 0:
            continue
        table, lane = slots[bit] * memory.lifted_width, _LANE_OF_BIT[bit]
        if lane == SETS_LANE:
            for pair in range(pairs):
                value = of_values[pair]
                language = question.language_first <= value < question.language_end
                if language == (1 << bit == LANGUAGE_BIT):
                    counts[LANE_VALUES + value] += lifted[table + of_sets[pair]]
        else:
            for half in range(HALVES):
                halves[half] = 0
            _halve(lifted, table, lane, halves)
            for pair in range(PAIRS_OF_BIT[bit, 0], PAIRS_OF_BIT[bit, 1]):
                counts[PAIR_VALUE[pair]] += halves[PAIR_HALF[pair]]
