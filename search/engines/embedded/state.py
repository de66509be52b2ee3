"""What one generation shows: its segments, which trainings are dead in each, and one numbering for cards and sets."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from search.engines.embedded.columns import Bools, Ints
from search.engines.embedded.rowcodes import padded
from search.engines.embedded.segment import Segment


@dataclass(slots=True)
class Part:
    """A segment as a generation sees it. Handles of its offers are ``offset + row``."""

    segment: Segment
    offset: int
    dead_trainings: Bools | None  # None = all alive
    dead_rows: Bools | None
    cards: npt.NDArray[np.int32]  # by row, numbered over all parts
    sets: npt.NDArray[np.int32]
    alive: Bools | None  # by row, padded by a block


@dataclass(slots=True)
class SetNames:
    """Dictionary of the sets that occur: which values each holds, as pairs (set, value)."""

    names: list[str]
    values: list[tuple[str, str]]  # dimension, code; those of a dimension lie together
    spans: dict[str, tuple[int, int]]  # dimension -> its values, first and end
    pair_set: Ints
    pair_value: Ints
    conditions: dict[object, Any] = field(default_factory=dict)  # what ``facets`` worked out for earlier questions

    def holding(self, dimension: str, codes: frozenset[str]) -> Bools:
        wanted = np.array([name == dimension and code in codes for name, code in self.values], bool)
        found = np.zeros(len(self.names), bool)
        found[self.pair_set[wanted[self.pair_value]]] = True
        return found


@dataclass(slots=True)
class State:
    parts: list[Part]
    cards: int
    sets: SetNames
    offers: int  # alive
    trainings: int
    prepared: Any = None  # what compiled functions keep of it


def state_of(segments: Sequence[Segment], dead: Sequence[Bools | None]) -> State:
    """Biggest segment first: its numbers stand for all, so that only small segments are renumbered."""
    parts: list[Part] = []
    offset = offers = trainings = cards = 0
    set_number: dict[str, int] = {}
    for segment, gone in zip(segments, dead, strict=True):
        dead_rows = None if gone is None else gone[segment.training]
        numbers, cards = _cards(segment, parts, cards)
        mapping = [set_number.setdefault(name, len(set_number)) for name in segment.set_names]
        sets = segment.arrays["set"] if not parts else np.array(mapping, np.int32)[segment.arrays["set"]]
        parts.append(
            Part(segment, offset, gone, dead_rows, numbers, sets, None if dead_rows is None else padded(~dead_rows))
        )
        offset += segment.offers
        offers += segment.offers - (0 if dead_rows is None else int(dead_rows.sum()))
        trainings += segment.trainings - (0 if gone is None else int(gone.sum()))
    return State(parts, cards, _set_names(list(set_number)), offers, trainings)


def _cards(segment: Segment, before: Sequence[Part], count: int) -> tuple[npt.NDArray[np.int32], int]:
    if not before:
        return segment.arrays["card"], len(segment.arrays["card_key"])
    keys, local = segment.arrays["card_key"], segment.arrays["card_number"]
    numbers = np.full(len(keys), -1, np.int64)
    for part in before:
        known = part.segment.arrays["card_key"]
        if len(known):
            at = np.minimum(known.searchsorted(keys), len(known) - 1)
            same = known[at] == keys
            found = part.segment.arrays["card_number"][at[same]]
            # the first part's own numbers stand for all
            numbers[same] = found if part is before[0] else _global(part)[found]
    new = numbers < 0
    numbers[new] = count + np.arange(int(new.sum()))
    by_local = np.empty(len(keys), np.int32)
    by_local[local] = numbers
    return by_local[segment.arrays["card"]], count + int(new.sum())


def _global(part: Part) -> npt.NDArray[np.int32]:
    """Card number of the segment -> of the state."""
    mapping = np.empty(len(part.segment.arrays["card_key"]), np.int32)
    mapping[part.segment.arrays["card"]] = part.cards
    return mapping


def _set_names(names: list[str]) -> SetNames:
    values: dict[tuple[str, str], int] = {}
    pairs = []
    for number, name in enumerate(names):
        for each in name.split("|"):
            dimension, _, code = each.partition(":")
            pairs.append((number, values.setdefault((dimension, code), len(values))))
    table = np.array(pairs, np.int64).reshape(-1, 2)
    together = sorted(values)
    places = np.empty(len(values), np.int64)
    places[[values[each] for each in together]] = np.arange(len(values))
    dimensions = [dimension for dimension, _ in together]
    spans = {each: (bisect_left(dimensions, each), bisect_right(dimensions, each)) for each in dimensions}
    return SetNames(names, together, spans, table[:, 0].copy(), places[table[:, 1]])
