"""How many cards the matching offers form, and how many offers each shown card holds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Cards = npt.NDArray[np.int32]


class CardCounts:
    def __init__(self, cards: Cards, total: int) -> None:
        """``total``: cards of the state. Few rows are sorted, many are counted into a table."""
        self._dense = len(cards) * 16 >= total
        if self._dense:
            self._table = np.bincount(cards, minlength=1)
            self.different = int(np.count_nonzero(self._table))
        else:
            self._table = np.sort(cards)
            self.different = int(np.count_nonzero(np.diff(self._table))) + (len(cards) > 0)

    def similar(self, cards: Sequence[int]) -> list[int]:
        """Other matching offers of each card."""
        if self._dense:
            return [count - 1 for count in self._table[cards].tolist()] if cards else []
        low, high = (self._table.searchsorted(cards, side) for side in ("left", "right"))
        return (high - low - 1).tolist()  # type: ignore[no-any-return]
