"""The lexicon: term -> number of trainings that hold it, frozen and versioned when ``indexer`` publishes it.

Both engines score with it; otherwise idf would move at each write and by shard, and break cursors.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lexicon:
    version: str  # hash of its content
    trainings: int
    frequencies: Mapping[str, int]

    def idf(self, term: str) -> float:
        """Robertson-Sparck Jones idf, never below 0: log(1 + (N - df + 0.5) / (df + 0.5))."""
        frequency = self.frequencies.get(term, 0)
        return math.log(1.0 + (self.trainings - frequency + 0.5) / (frequency + 0.5))


EMPTY = Lexicon(version="empty", trainings=0, frequencies={})
