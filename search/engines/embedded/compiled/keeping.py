"""Candidates of a part -> what matches: filtered, counted for facets and cards, scored without the draw.

Some thousand rows at a time go through one short loop after another, each reading few columns; what is left is moved
to the front without a branch, since a branch that nobody can guess costs more than the loop.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from geo.distance import EARTH_RADIUS_KM
from search.engines.embedded.build import MANY_STARTS
from search.engines.embedded.columns import INF_DAY
from search.engines.embedded.compiled.compiling import bytes_at, compiled, doubles_at, ints_at, longs_at, unsigned_at
from search.engines.embedded.compiled.conditions import (
    exactly_within,
    in_bounds,
    met_by_sessions,
    more_chord,
    next_start,
    number_at,
)
from search.engines.embedded.compiled.layout import (
    AREA_BIT,
    ASKED_COMMUNES,
    CHUNK,
    CODE_STARTS,
    LANE_OF_BIT,
    REMOTES,
    SETS_LANE,
    SORTS,
)
from search.engines.embedded.compiled.words import add_texts
from search.plan import Remote, Sort
from search.ranking import NEAR_PIVOT_KM, REMOTE_NEAR, WEIGHTS

_TEXT, _NEAR, _OPEN = WEIGHTS["text"], WEIGHTS["near"], WEIGHTS["open"]
_EXCLUDE, _ONLY = REMOTES.index(Remote.EXCLUDE), REMOTES.index(Remote.ONLY)
_RELEVANCE, _DISTANCE, _START = SORTS.index(Sort.RELEVANCE), SORTS.index(Sort.DISTANCE), SORTS.index(Sort.START)
_PRICE, _RATING = SORTS.index(Sort.PRICE), SORTS.index(Sort.RATING)
_LANE_OF_BIT = np.array(LANE_OF_BIT)
_START0, _START1, _START2, _START3 = CODE_STARTS
_WHOLE = 5.0  # above every squared chord, as in ``embedded.reach``
_SMALL = 0.02  # half a chord below which five terms of the series of the arcsine are exact to a rounding
_NOT_AREA = np.uint32(~AREA_BIT & 0xFFFFFFFF)


@compiled
def _living(part: Any, question: Any, rows: Any, start: int, end: int, kept: Any) -> int:
    low = part.remote_from if question.remote == _ONLY else 0
    high = part.remote_from if question.remote == _EXCLUDE else part.offers
    count = 0
    if part.dead == 0:
        for index in range(start, end):
            row = rows[index]
            kept[count] = row
            count += (row >= low) & (row < high)
        return count
    dead = bytes_at(part.dead)
    for index in range(start, end):
        row = rows[index]
        kept[count] = row
        count += (row >= low) & (row < high) & (dead[row] == 0)
    return count


@compiled
def _in_reach(part: Any, question: Any, rows: Any, chords: Any, count: int) -> int:
    """Also the squared chord of each row's nearest place to its nearest origin, infinite without place."""
    x, y, z, more_at = doubles_at(part.x), doubles_at(part.y), doubles_at(part.z), ints_at(part.more_at)
    x1, y1, z1, x2, y2, z2 = question.x1, question.y1, question.z1, question.x2, question.y2, question.z2
    located, remote_from, more, two = part.located, part.remote_from, part.more != 0, question.points > 1
    bounded, inner, outer = question.bounded != 0, question.inner, question.outer
    found = 0
    for index in range(count):
        row = rows[index]
        chord = math.inf
        inside = (row >= remote_from) | (not bounded)
        if row < located:
            dx, dy, dz = x[row] - x1, y[row] - y1, z[row] - z1
            chord = dx * dx + dy * dy + dz * dz
            if two:
                dx, dy, dz = x[row] - x2, y[row] - y2, z[row] - z2
                chord = min(chord, dx * dx + dy * dy + dz * dz)
            if more and more_at[row] != more_at[row + 1]:
                chord = more_chord(part, question, row, chord)
            if bounded:
                inside = chord <= outer
                if inside and not chord <= inner:
                    inside = exactly_within(part, question, row)
        rows[found], chords[found] = row, chord
        found += inside
    return found


@compiled
def _in_window(part: Any, question: Any, rows: Any, chords: Any, count: int) -> int:
    earliests, firsts = ints_at(part.earliest), longs_at(part.session_first)
    latest = question.start_to if question.day <= question.start_to else -1  # of a permanent entry
    latest = min(latest, INF_DAY - 1)
    low = max(question.start_from - part.session_base, 0)
    high = min(question.start_to - part.session_base, MANY_STARTS - 1)
    found = 0
    for index in range(count):
        row = rows[index]
        packed = firsts[row]  # masked after each shift: the sign does not matter
        a, b, c, d = packed & 0xFFFF, packed >> 16 & 0xFFFF, packed >> 32 & 0xFFFF, packed >> 48 & 0xFFFF
        meets = (earliests[row] <= latest) | ((a >= low) & (a <= high)) | ((b >= low) & (b <= high))
        meets |= ((c >= low) & (c <= high)) | ((d >= low) & (d <= high))
        if a == MANY_STARTS and not meets:
            meets = met_by_sessions(part, question, row)
        rows[found], chords[found] = row, chords[index]
        found += meets
    return found


@compiled
def _in_bounds(part: Any, question: Any, rows: Any, chords: Any, count: int) -> int:
    found = 0
    for index in range(count):
        row = rows[index]
        rows[found], chords[found] = row, chords[index]
        found += in_bounds(part, question, row)
    return found


@compiled
def _count_lifted(memory: Any, slots: Any, fails: np.int64, lanes: int, of_sets: int) -> None:
    """A row that fails one condition alone counts in that dimension's own facet."""
    bit = 0
    while fails >> bit & 1 == 0:
        bit += 1
    memory.lifted_some |= 1 << bit
    lane = _LANE_OF_BIT[bit]
    code = of_sets if lane == SETS_LANE else lanes >> (16 * lane) & 0xFFFF
    ints_at(memory.lifted)[slots[bit] * memory.lifted_width + code] += 1


@compiled
def _passing(
    part: Any, question: Any, communes: int, slots: Any, memory: Any, rows: Any, chords: Any, count: int
) -> int:
    """Conditions on facets."""
    lanes_of, sets_of, facets = longs_at(part.lanes), ints_at(part.sets), question.facets != 0
    at0, at1, at2, at3, at_sets = (
        question.fails0,
        question.fails1,
        question.fails2,
        question.fails3,
        question.fails_sets,
    )
    fails0, fails1, fails2, fails3 = unsigned_at(at0), unsigned_at(at1), unsigned_at(at2), unsigned_at(at3)
    fails_sets, in_commune = unsigned_at(at_sets), bytes_at(communes)
    found = 0
    for index in range(count):
        row = rows[index]
        lanes, of_sets = lanes_of[row], sets_of[row]
        fails = np.uint32(0)
        if at0 != 0:
            fails |= fails0[lanes & 0xFFFF]
        if at1 != 0:
            fails |= fails1[lanes >> 16 & 0xFFFF]
        if at2 != 0:
            fails |= fails2[lanes >> 32 & 0xFFFF]
        if at3 != 0:
            fails |= fails3[lanes >> 48 & 0xFFFF]
        if at_sets != 0:
            by_set = fails_sets[of_sets]
            if communes != 0 and in_commune[row] != 0:
                by_set &= _NOT_AREA
            fails |= by_set
        if facets and fails != 0 and fails & (fails - 1) == 0:
            _count_lifted(memory, slots, np.int64(fails), lanes, of_sets)
        rows[found], chords[found] = row, chords[index]
        found += fails == 0
    return found


@compiled
def _count_facets(part: Any, memory: Any, rows: Any, count: int) -> None:
    lanes_of, sets_of = longs_at(part.lanes), ints_at(part.sets)
    codes, by_set = ints_at(memory.codes), ints_at(memory.by_set)
    for index in range(count):
        row = rows[index]
        lanes = lanes_of[row]
        codes[_START0 + (lanes & 0xFFFF)] += 1
        codes[_START1 + (lanes >> 16 & 0xFFFF)] += 1
        codes[_START2 + (lanes >> 32 & 0xFFFF)] += 1
        codes[_START3 + (lanes >> 48 & 0xFFFF)] += 1
        by_set[sets_of[row]] += 1


@compiled
def _kilometres(chord: float) -> float:
    """Squared chord -> km; infinity stays."""
    if chord > _WHOLE:
        return math.inf
    half = math.sqrt(min(chord, 4.0)) * 0.5
    if half < _SMALL:
        square = half * half
        series = square * (1 / 6 + square * (3 / 40 + square * (15 / 336 + square * (105 / 3456))))
        return 2.0 * (half + half * series) * EARTH_RADIUS_KM
    return 2.0 * math.asin(half) * EARTH_RADIUS_KM


@compiled
def _score(part: Any, question: Any, rows: Any, chords: Any, minus: Any, count: int) -> None:
    """-(w_near * near + w_open * open)"""
    open_until, day = ints_at(part.open_until), question.day
    for index in range(count):
        minus[index] = -_OPEN if open_until[rows[index]] >= day else 0.0
    if question.points == 0:
        return
    located, remote_from = part.located, part.remote_from
    for index in range(count):
        row = rows[index]
        if row < located:
            minus[index] -= NEAR_PIVOT_KM / (_kilometres(chords[index]) + NEAR_PIVOT_KM) * _NEAR
        elif row >= remote_from:
            minus[index] -= REMOTE_NEAR * _NEAR


@compiled
def _sort_key(part: Any, question: Any, row: int, chord: float) -> float:
    """Ascending, unknown infinite."""
    if question.sort == _DISTANCE:
        return _kilometres(chord)
    if question.sort == _START:
        day = next_start(part, question.day, row)
        return math.inf if day == INF_DAY else float(day)
    if question.sort == _RATING:
        rating = doubles_at(part.rating)[row]
        return math.inf if math.isnan(rating) else -rating
    if question.sort == _PRICE:
        known = number_at(part.price, part.price_size, row)
    else:
        known = number_at(part.hours, part.hours_size, row)
    return math.inf if known < 0 else float(known)


@compiled
def _take(part: Any, question: Any, memory: Any, rows: Any, chords: Any, minus: Any, matched: int, count: int) -> None:
    handles, keys, minuses = ints_at(memory.handles), doubles_at(memory.keys), doubles_at(memory.minus)
    offset = part.offset
    for index in range(count):
        handles[matched + index] = offset + rows[index]
        keys[matched + index] = minus[index]
    if question.sort != _RELEVANCE:
        for index in range(count):
            minuses[matched + index] = minus[index]
            keys[matched + index] = _sort_key(part, question, rows[index], chords[index])


@compiled
def _count_cards(part: Any, memory: Any, cards: Any, rows: Any, matched: int, count: int) -> None:
    """Also the least key of each card."""
    card_of, seen, keys = ints_at(part.cards), ints_at(memory.seen_cards), doubles_at(memory.keys)
    stamp, found = memory.stamp, memory.card_count
    for index in range(count):
        number, key = card_of[rows[index]], keys[matched + index]
        card = cards[number]
        new = card.stamp != stamp
        card.best = key if new else min(card.best, key)
        card.count = 1 if new else card.count + 1
        card.stamp = stamp
        seen[found] = number
        found += new
    memory.card_count = found


@compiled
def keep(
    part: Any,
    question: Any,
    asked: Any,
    words: Any,
    shares: Any,
    spans: Any,
    weights: Any,
    slots: Any,
    memory: Any,
    cards: Any,
    count: int,
    matched: int,
) -> int:
    """Goes over ``count`` candidates; ``matched`` rows of other parts match already. How many match now."""
    candidates, rows = ints_at(memory.rows), ints_at(memory.chunk_rows)
    chords, minus, texts = (
        doubles_at(memory.chunk_chords),
        doubles_at(memory.chunk_minus),
        doubles_at(memory.chunk_texts),
    )
    for start in range(0, count, CHUNK):
        left = _living(part, question, candidates, start, min(start + CHUNK, count), rows)
        if question.points != 0:
            left = _in_reach(part, question, rows, chords, left)
        if question.window != 0:
            left = _in_window(part, question, rows, chords, left)
        if question.bounds != 0:
            left = _in_bounds(part, question, rows, chords, left)
        left = _passing(part, question, asked[ASKED_COMMUNES], slots, memory, rows, chords, left)
        if question.facets != 0:
            _count_facets(part, memory, rows, left)
        _score(part, question, rows, chords, minus, left)
        if len(words):
            add_texts(part, words, shares, spans, weights, memory, rows, texts, left)
            for index in range(left):
                minus[index] -= _TEXT * texts[index]
        _take(part, question, memory, rows, chords, minus, matched, left)
        _count_cards(part, memory, cards, rows, matched, left)
        matched += left
    return matched
