"""How many cards some offers form, and how many offers each shown card holds.

Each row writes its position in its card's place; the one that still reads its own position there stands for the card.
Sorting the numbers, or ``unique``, costs ten to fifty times as much.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from search.engines.embedded.columns import Bools, Ints
from search.engines.embedded.scratch import SCRATCH

_DENSE = 8  # with more than 1/8 as many rows as cards a count of every card is faster

Cards = npt.NDArray[np.int32]


def last_of_each(cards: Cards, total: int) -> Bools:
    """True at the last row of each card. ``total``: cards of the state."""
    last, count = SCRATCH.last(total), SCRATCH.count(len(cards))
    last[cards] = count
    found: Bools = last.take(cards) == count
    return found


def different(cards: Cards, total: int) -> int:
    return int(np.count_nonzero(last_of_each(cards, total)))


def first_of_each(cards: Cards, total: int) -> Ints:
    """Positions of the first row of each card, ascending."""
    return (len(cards) - 1 - np.flatnonzero(last_of_each(cards[::-1], total)))[::-1]


def counted(cards: Cards, shown: Sequence[int], total: int) -> tuple[int, list[int]]:
    """How many cards the rows form, and how many of the rows each shown card holds."""
    if len(cards) * _DENSE < total:
        return different(cards, total), _members(cards, shown, total)
    table = np.bincount(cards)
    return int(np.count_nonzero(table)), table.take(shown).tolist() if shown else []


def _members(cards: Cards, shown: Sequence[int], total: int) -> list[int]:
    if not shown:
        return []
    numbers = SCRATCH.numbers(total)
    wanted = np.array(shown)
    numbers[wanted] = np.arange(1, len(shown) + 1)
    counts = np.bincount(numbers.take(cards), minlength=len(shown) + 1)
    numbers[wanted] = 0
    return counts[1:].tolist()  # type: ignore[no-any-return]
