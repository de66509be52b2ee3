"""One organisation does not hold the page: the first cards of a relevance list, rearranged as a whole.

Pure and deterministic; the exact rule is in ``docs/search.md``, its numbers in ``search/ranking.py``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import heapify, heappop, heappush

from search.ranking import ARRANGE_BLOCK, ARRANGE_MIN_RATIO, ARRANGE_PER_ORGANISATION, ARRANGE_WINDOW


def arrange(scores: Sequence[float], sirens: Sequence[int], needed: int | None = None) -> list[int]:
    """New order of the cards, as positions in the list given; what is beyond the window keeps its place.

    With ``needed``, at least that many first positions of it: a place never depends on the ones after it.
    """
    window = min(len(scores), ARRANGE_WINDOW)
    counted = Counter(sirens[:window])
    if not counted or max(counted.values()) <= ARRANGE_PER_ORGANISATION:
        return list(range(len(scores)))
    queues: defaultdict[int, list[int]] = defaultdict(list)  # organisation -> its positions, the next one last
    for position in range(window - 1, -1, -1):
        queues[sirens[position]].append(position)
    order: list[int] = []
    for start in range(0, window if needed is None else min(needed, window), ARRANGE_BLOCK):
        _fill_block(order, min(ARRANGE_BLOCK, window - start), queues, scores, sirens)
    return order + list(range(window, len(scores))) if len(order) == window else order


def _fill_block(
    order: list[int], size: int, queues: dict[int, list[int]], scores: Sequence[float], sirens: Sequence[int]
) -> None:
    """Take the next card of an organisation that is not full; a full one's only if the other scores too little."""
    free = [positions[-1] for positions in queues.values()]
    heapify(free)
    waiting: list[int] = []  # next cards of the organisations that have their share of the block
    held: Counter[int] = Counter()
    for _ in range(size):
        heap = free
        if waiting and (not free or (waiting[0] < free[0] and _far_below(scores[free[0]], scores[waiting[0]]))):
            heap = waiting
        position = heappop(heap)
        siren = sirens[position]
        order.append(position)
        held[siren] += 1
        positions = queues[siren]
        positions.pop()
        if positions:
            heappush(waiting if held[siren] >= ARRANGE_PER_ORGANISATION else free, positions[-1])
        else:
            del queues[siren]


def _far_below(score: float, waiting: float) -> bool:
    return score < ARRANGE_MIN_RATIO * waiting
