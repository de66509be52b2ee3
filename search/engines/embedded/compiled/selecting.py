"""The first of what matches in the total order of docs/search.md, without sorting or drawing for all of it.

What is kept of every row is its key without the draw; only what may still be shown gets its draw and a place in a
sort. Keys ascend; under relevance the key is minus the score.
"""

from __future__ import annotations

import math
from typing import Any

from search.engines.embedded.compiled.compiling import compiled, doubles_at, ints_at, longs_at
from search.engines.embedded.compiled.drawing import drawn
from search.engines.embedded.compiled.layout import LIMIT_BINS, SORTS
from search.plan import Sort
from search.ranking import WEIGHTS

_FEW = 512  # ordering fewer rows costs less than looking for the ones to order
_RELEVANCE = SORTS.index(Sort.RELEVANCE)
_TURN = WEIGHTS["turn"]
_ROUNDING = 1e-12  # of a sum of four parts


@compiled
def limit_of(keys: Any, count: int, wanted: int, bins: Any) -> float:
    """A key that at least ``wanted`` of the keys do not exceed, and not many more."""
    if wanted >= count:
        return math.inf
    low, high, known = math.inf, -math.inf, 0
    for index in range(count):
        key = keys[index]
        if key < math.inf:
            low, high = min(low, key), max(high, key)
            known += 1
    if known < wanted:
        return math.inf
    if not low < high:
        return low
    scale = (LIMIT_BINS - 1) / (high - low)
    for number in range(LIMIT_BINS):
        bins[number] = 0
    for index in range(count):
        if keys[index] < math.inf:
            bins[int((keys[index] - low) * scale)] += 1
    held = 0
    for number in range(LIMIT_BINS):
        held += bins[number]
        if held >= wanted:
            return low + (number + 2) / scale  # a bin more than needed: roundings
    return math.inf


@compiled
def _before(a: int, b: int, keys: Any, minus: Any, ids: Any) -> bool:
    if keys[a] != keys[b]:
        return keys[a] < keys[b]
    if minus[a] != minus[b]:
        return minus[a] < minus[b]
    return ids[a] < ids[b]


@compiled
def order_first(order: Any, count: int, wanted: int, keys: Any, minus: Any, ids: Any, stack: Any) -> None:
    """Sorts ``order`` so far that its first ``wanted`` are right. Quicksort that leaves the rest alone; the longer side
    waits on ``stack``, so it stays short."""
    low, high, waiting = 0, count - 1, 0
    while True:
        while high - low > 12 and low < wanted:
            middle = (low + high) >> 1
            a, b, c = order[low], order[middle], order[high]
            if _before(b, a, keys, minus, ids):
                a, b = b, a
            if _before(c, b, keys, minus, ids):
                b = a if _before(c, a, keys, minus, ids) else c
            pivot = b
            left, right = low, high
            while left <= right:
                while _before(order[left], pivot, keys, minus, ids):
                    left += 1
                while _before(pivot, order[right], keys, minus, ids):
                    right -= 1
                if left <= right:
                    order[left], order[right] = order[right], order[left]
                    left += 1
                    right -= 1
            if right - low < high - left:
                stack[waiting], stack[waiting + 1] = left, high
                high = right
            else:
                stack[waiting], stack[waiting + 1] = low, right
                low = left
            waiting += 2
        if low < wanted:
            for index in range(low + 1, high + 1):
                moved, at = order[index], index
                while at > low and _before(moved, order[at - 1], keys, minus, ids):
                    order[at] = order[at - 1]
                    at -= 1
                order[at] = moved
        if waiting == 0:
            return
        waiting -= 2
        low, high = stack[waiting], stack[waiting + 1]


@compiled
def _part_of(parts: Any, handle: int) -> int:
    number = len(parts) - 1
    while handle < parts[number].offset:
        number -= 1
    return number


@compiled
def _first_limit(question: Any, memory: Any, cards: Any, matched: int) -> float:
    """Key without draw above which nothing is shown."""
    keys, bins, found = doubles_at(memory.keys), ints_at(memory.bins), doubles_at(memory.finals)
    slack = _TURN + _ROUNDING if question.sort == _RELEVANCE else 0.0
    if matched <= _FEW:
        return math.inf
    if question.group == 0:
        return limit_of(keys, matched, question.wanted, bins) + slack
    seen = ints_at(memory.seen_cards)
    for index in range(memory.card_count):
        found[index] = cards[seen[index]].best
    return limit_of(found, memory.card_count, question.wanted, bins) + slack


@compiled
def _draw(parts: Any, question: Any, memory: Any, matched: int, limit: float) -> int:
    """What may be shown: its position among the matching, score with draw and id."""
    keys, minus, handles = doubles_at(memory.keys), doubles_at(memory.minus), ints_at(memory.handles)
    places, finals, ids = ints_at(memory.places), doubles_at(memory.finals), longs_at(memory.ids)
    by_relevance, number, found = question.sort == _RELEVANCE, 0, 0
    seed = question.seed
    for index in range(matched):
        key = keys[index]
        if key > limit:
            continue
        handle = handles[index]
        while number + 1 < len(parts) and handle >= parts[number + 1].offset:  # handles of a part lie together
            number += 1
        offer = longs_at(parts[number].offer_id)[handle - parts[number].offset]
        places[found], ids[found] = index, offer
        finals[found] = (key if by_relevance else minus[index]) - _TURN * drawn(seed, offer)
        found += 1
    return found


@compiled
def _best_of_cards(parts: Any, question: Any, memory: Any, cards_seen: Any, found: int, limit: float) -> int:
    """Fills ``order`` with the best row of each card, or with every row, of those up to an exact key; how many. A card
    that was met keeps -1 - its place in ``order`` as its stamp."""
    order, places, handles = ints_at(memory.order), ints_at(memory.places), ints_at(memory.handles)
    finals, ids, keys = doubles_at(memory.finals), longs_at(memory.ids), doubles_at(memory.exact)
    number, count = 0, 0
    for index in range(found):
        if keys[index] > limit:
            continue
        if question.group == 0:
            order[count] = index
            count += 1
            continue
        handle = handles[places[index]]
        while number + 1 < len(parts) and handle >= parts[number + 1].offset:
            number += 1
        card = cards_seen[ints_at(parts[number].cards)[handle - parts[number].offset]]
        if card.stamp >= 0:
            card.stamp = -1 - count
            order[count] = index
            count += 1
        elif _before(index, order[-1 - card.stamp], keys, finals, ids):
            order[-1 - card.stamp] = index
    return count


@compiled
def _forget_places(parts: Any, question: Any, memory: Any, cards_seen: Any, count: int) -> None:
    """The cards in ``order`` are as if they had not been met."""
    order, places, handles = ints_at(memory.order), ints_at(memory.places), ints_at(memory.handles)
    if question.group == 0:
        return
    for index in range(count):
        handle = handles[places[order[index]]]
        part = parts[_part_of(parts, handle)]
        cards_seen[ints_at(part.cards)[handle - part.offset]].stamp = memory.stamp


@compiled
def _best(parts: Any, question: Any, memory: Any, cards_seen: Any, found: int) -> int:
    """``_best_of_cards`` of few rows that hold enough cards: of most cards one row is found."""
    if found <= 4 * _FEW or question.sort != _RELEVANCE:
        return _best_of_cards(parts, question, memory, cards_seen, found, math.inf)
    several = 2 * question.wanted + 32
    while True:
        limit = limit_of(doubles_at(memory.exact), found, several, ints_at(memory.bins))
        count = _best_of_cards(parts, question, memory, cards_seen, found, limit)
        if count >= question.wanted or several >= found:
            return count
        _forget_places(parts, question, memory, cards_seen, count)
        several *= 4


@compiled
def select(parts: Any, question: Any, memory: Any, cards_seen: Any, matched: int) -> int:
    """Writes the answer's rows; how many."""
    found = _draw(parts, question, memory, matched, _first_limit(question, memory, cards_seen, matched))
    places, finals, ids = ints_at(memory.places), doubles_at(memory.finals), longs_at(memory.ids)
    keys, exact = doubles_at(memory.keys), doubles_at(memory.exact)
    for index in range(found):
        exact[index] = finals[index] if question.sort == _RELEVANCE else keys[places[index]]
    count = _best(parts, question, memory, cards_seen, found)
    order_first(ints_at(memory.order), count, question.wanted, exact, finals, ids, longs_at(memory.runs))
    return _show(parts, question, memory, cards_seen, min(count, question.wanted))


@compiled
def _show(parts: Any, question: Any, memory: Any, cards_seen: Any, count: int) -> int:
    order, places, handles = ints_at(memory.order), ints_at(memory.places), ints_at(memory.handles)
    shown, scores = longs_at(memory.shown), doubles_at(memory.scores)
    sirens, held, finals = longs_at(memory.sirens), longs_at(memory.held), doubles_at(memory.finals)
    told = 0
    for index in range(question.first, count):
        handle = handles[places[order[index]]]
        part = parts[_part_of(parts, handle)]
        row = handle - part.offset
        shown[told], scores[told] = handle, -finals[order[index]]
        sirens[told] = longs_at(part.siren)[row]
        held[told] = cards_seen[ints_at(part.cards)[row]].count - 1 if question.group != 0 else 0
        told += 1
    return told
