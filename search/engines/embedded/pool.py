"""Rows under consideration, over all parts of a state: first gathered part by part, then seen as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from search.engines.embedded.columns import Bools, Floats, Ints
from search.engines.embedded.state import Part
from search.engines.embedded.text import TextOfRows


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows of one part, with what is already known of them."""

    part: Part
    rows: Ints
    text: Floats | TextOfRows | None  # None without words
    chords: Floats | None  # squared chord to the nearest origin, infinite without place; None without origin
    in_communes: Bools | None  # None when no commune is asked

    def where(self, kept: Bools) -> Chosen:
        at = kept.nonzero()[0]
        return self if len(at) == len(self.rows) else self.taken(at)

    def taken(self, at: Ints) -> Chosen:
        """Rows at some positions."""
        return Chosen(
            self.part,
            self.rows.take(at),
            self.text.take(at) if isinstance(self.text, np.ndarray) else self.text,
            None if self.chords is None else self.chords.take(at),
            None if self.in_communes is None else self.in_communes.take(at),
        )


class Pool:
    """``column`` reads a column for all rows of all parts, in one order."""

    def __init__(self, chosen: Sequence[Chosen]) -> None:
        self.chosen = [each for each in chosen if len(each.rows)]
        self.size = sum(len(each.rows) for each in self.chosen)

    def column(self, read: Callable[[Chosen], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        if len(self.chosen) == 1:
            return read(self.chosen[0])
        if not self.chosen:
            return np.empty(0)
        return np.concatenate([read(each) for each in self.chosen])

    def at(self, positions: Ints) -> Pool:
        """Rows at some ascending positions."""
        if len(self.chosen) == 1:
            return Pool([self.chosen[0].taken(positions)])
        found, start = [], 0
        for each in self.chosen:
            end = start + len(each.rows)
            low, high = np.searchsorted(positions, (start, end)).tolist()
            found.append(each.taken(positions[low:high] - start))
            start = end
        return Pool(found)
