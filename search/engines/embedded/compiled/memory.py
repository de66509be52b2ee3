"""Work arrays of a thread, kept between questions and grown to the largest state that it answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from search.engines.embedded.columns import LANE_SIZES
from search.engines.embedded.compiled.layout import CARD, CHUNK, CODES, HALVES, LANE_OF_BIT, LIMIT_BINS, MEMORY, Record
from search.engines.embedded.compiled.parts import Parts, address
from search.engines.embedded.facets import LANE_VALUES

_MOST_STAMP = 2**31 - 1000
_LEAST_RUNS = 256  # they are also the stack of the sort


class Memory:
    def __init__(self) -> None:
        self.records = np.zeros(1, MEMORY)
        self.record = self.records[0]
        self.arrays: dict[str, npt.NDArray[Any]] = {}
        self.cards: Record = np.zeros(0, CARD)
        self._parts: Parts | None = None
        self._alternatives = -1
        self._shown = -1

    def ready(self, parts: Parts, alternatives: int, shown: int) -> None:
        """Large enough for a question on a state. Pages that no question touches are never made."""
        if parts is not self._parts:
            self._grow_to(parts)
        if alternatives > self._alternatives:
            self._alternatives = alternatives
            self._have("where", alternatives, np.int64)
            self._have("marks", alternatives * max(1, int(self.record["marks_width"])), np.uint8)
        if shown > self._shown:
            self._shown = shown
            for name, kind in (("shown", np.int64), ("scores", np.float64), ("sirens", np.int64), ("held", np.int64)):
                self._have(name, shown, kind)
        if self.record["stamp"] > _MOST_STAMP or self.record["seen_stamp"] > _MOST_STAMP:
            self.cards["stamp"] = 0
            self.arrays["seen"][:] = 0
            self.record["stamp"] = self.record["seen_stamp"] = 0

    def _grow_to(self, parts: Parts) -> None:
        self._parts = parts
        if len(self.cards) < parts.cards:
            self.cards = np.zeros(parts.cards, CARD)
        for name in ("rows", "handles", "seen_cards", "places", "order"):
            self._have(name, parts.offers, np.int32)
        for name in ("keys", "minus", "finals", "exact"):
            self._have(name, parts.offers, np.float64)
        self._have("ids", parts.offers, np.int64)
        self._have("seen", parts.most_trainings, np.int32)
        for name in ("found", "of_word"):
            self._have(name, parts.most_trainings, np.uint8)
        self._have("chunk_rows", CHUNK, np.int32)
        for name in ("chunk_chords", "chunk_minus", "chunk_texts", "chunk_best"):
            self._have(name, CHUNK, np.float64)
        self._have("runs", max(_LEAST_RUNS, 2 * parts.most_blocks + 2), np.int64)
        self._have("bins", LIMIT_BINS, np.int32)
        self._have("codes", CODES, np.int32)
        self._have("halves", HALVES, np.int64)
        self._have("by_set", parts.sets, np.int32)
        self._have("counts", LANE_VALUES + parts.values, np.int64)
        width = max(*LANE_SIZES, parts.sets)
        self._have("lifted", width * len(LANE_OF_BIT), np.int32)
        self.record["lifted_width"] = width
        if parts.most_trainings > self.record["marks_width"]:
            self.record["marks_width"] = parts.most_trainings
            self._have("marks", max(0, self._alternatives) * parts.most_trainings, np.uint8)

    def _have(self, name: str, size: int, kind: type[np.generic]) -> None:
        """Zeros at first; what was there before is of no use to anybody."""
        known = self.arrays.get(name)
        if known is None or len(known) < size:
            self.arrays[name] = np.zeros(size, kind)
            self.record[name] = address(self.arrays[name])
