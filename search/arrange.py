"""One organisation does not hold the page: the first cards of a relevance list, rearranged as a whole.

Pure and deterministic; the exact rule is in ``docs/search.md``, its numbers in ``search/ranking.py``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from search.ranking import ARRANGE_BLOCK, ARRANGE_MIN_RATIO, ARRANGE_PER_ORGANISATION, ARRANGE_WINDOW


def arrange(scores: Sequence[float], sirens: Sequence[int], needed: int | None = None) -> list[int]:
    """New order of the cards, as positions in the list given; what is beyond the window keeps its place.

    With ``needed``, at least that many first positions of it: a place never depends on the ones after it.
    """
    window = min(len(scores), ARRANGE_WINDOW)
    wanted = window if needed is None else min(needed, window)
    order: list[int] = []
    left = list(range(window))
    while len(order) < wanted:
        left = _fill_block(order, left, scores, sirens)
    return order + list(range(window, len(scores))) if len(order) == window else order


def _fill_block(order: list[int], left: list[int], scores: Sequence[float], sirens: Sequence[int]) -> list[int]:
    """Take the next card of an organisation that is not full; a full one's only if the other scores too little.

    Looks at as many of the cards left as the block needs, and gives back those not taken, in their order.
    """
    size = min(ARRANGE_BLOCK, len(left))
    coming = iter(left)
    card = next(coming, None)
    waiting: deque[int] = deque()  # cards passed over: their organisations have their share of the block
    held: dict[int, int] = {}  # organisation -> its cards of the block
    for _ in range(size):
        while card is not None and held.get(sirens[card], 0) >= ARRANGE_PER_ORGANISATION:
            waiting.append(card)
            card = next(coming, None)
        if card is None or (waiting and _far_below(scores[card], scores[waiting[0]])):
            order.append(waiting.popleft())
        else:
            order.append(card)
            siren = sirens[card]
            held[siren] = held.get(siren, 0) + 1
            card = next(coming, None)
    return [*waiting, *([] if card is None else [card]), *coming]


def _far_below(score: float, waiting: float) -> bool:
    return score < ARRANGE_MIN_RATIO * waiting
