"""Which trainings hold the words of a plan, and how well: docs/search.md, "Words" and "Scoring".

The required word that fewest trainings hold gives the candidates; every other word is only looked up for those. Where
geography leaves fewer rows than that, the words are looked up for those rows instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from search.engines.embedded.columns import Bools, Floats, Ints
from search.engines.embedded.postings import Dense, Sparse
from search.engines.embedded.rowcodes import MOST_ALTERNATIVES, SHARE, Codes, RowCodes, row_codes
from search.engines.embedded.scratch import SCRATCH
from search.engines.embedded.segment import Segment
from search.plan import Word
from search.ranking import mask_values

MASK_VALUES = mask_values()

_PROBE = 12  # looking a training up in a list costs as much as marking this many trainings of the list


class TextOfRows:
    """The text part of rows whose words are frequent: worked out for those that are left, not carried along."""

    def __init__(self, words: Sequence[Word], codes: Sequence[RowCodes]) -> None:
        self._words, self._codes = words, codes

    def of(self, rows: Ints) -> Floats:
        text = np.zeros(len(rows))
        for word, known in zip(self._words, self._codes, strict=True):
            text += (word.share * known.values).take(known.codes.take(rows))
        return text


@lru_cache(maxsize=256)
def weighted_values(weight: float) -> Floats:
    """Value of an alternative by mask."""
    return MASK_VALUES * weight


class _Held(NamedTuple):
    postings: Sparse | Dense
    values: Floats  # weight x value by mask; the greatest for mask 0 is 0


class AskedWords:
    """The words of a plan as a segment holds them."""

    def __init__(self, segment: Segment, words: Sequence[Word]) -> None:
        self._segment, self._words = segment, words
        self._held = [
            [
                _Held(postings, weighted_values(alternative.weight))
                for alternative in word.alternatives
                if (postings := segment.postings(alternative.term)) is not None
            ]
            for word in words
        ]
        required = [index for index, word in enumerate(words) if word.required]
        self.impossible = any(not self._held[index] for index in required) or not any(self._held)
        counts = [sum(each.postings.count for each in lists) for lists in self._held]
        self._driver = min(required, key=counts.__getitem__, default=None)
        # at most so many trainings match
        self.most = min(segment.trainings, sum(counts) if self._driver is None else counts[self._driver])
        self.frequent = all(
            count * SHARE >= segment.trainings and len(lists) <= MOST_ALTERNATIVES
            for count, lists in zip(counts, self._held, strict=True)
        )

    def trainings(self, dead: Bools | None) -> tuple[Ints, Floats]:
        """Trainings that match, ascending, and their text part."""
        if self.impossible:
            return np.empty(0, np.int64), np.empty(0)
        driver = self._driver
        lists = [each for lists in self._held for each in lists] if driver is None else self._held[driver]
        found = _union(self._segment, lists)
        if dead is not None:
            found = found[~dead.take(found)]
        kept, text = self._matching(found, driver)
        return (found if kept is None else found.take(kept)), text

    def text_of_rows(self, codes: Sequence[RowCodes]) -> TextOfRows:
        return TextOfRows(self._words, codes)

    def row_codes(self) -> list[RowCodes]:
        """Of each word; only where all are frequent."""
        return [self._codes_of(word, held) for word, held in zip(self._words, self._held, strict=True)]

    def _codes_of(self, word: Word, held: Sequence[_Held]) -> RowCodes:
        key = tuple([(one.term, one.weight) for one in word.alternatives])
        known = self._segment.known_codes.get(key)
        if known is None:
            known = row_codes(held, self._segment.trainings, self._segment.training)
            self._segment.known_codes.keep(key, known)
        return known

    def held_by(self, codes: Sequence[Codes], alive: Bools | None) -> Ints:
        """Living positions that hold all required words, or any word when none is. ``codes``: of each word."""
        flags = [each != 0 for each in codes]
        required = [each for each, word in zip(flags, self._words, strict=True) if word.required]
        held: Bools = reduce(np.logical_and, required) if required else reduce(np.logical_or, flags)
        if alive is not None:
            held &= alive
        found: Ints = held.nonzero()[0]  # of bools: four times as fast as of bytes
        return found

    def among(self, trainings: Ints) -> tuple[Ints, Floats]:
        """Positions of those of the given trainings (any order, repeated) that match, and their text part."""
        kept, text = self._matching(trainings, None)
        return (np.arange(len(trainings)) if kept is None else kept), text

    def _matching(self, trainings: Ints, known: int | None) -> tuple[Ints | None, Floats]:
        """Positions that hold all required words (``None`` = all), and their text part. ``known``: a word they hold."""
        words, values = self._words, dict[int, Floats]()
        kept: Ints | None = None
        for index in sorted(range(len(words)), key=lambda index: (not words[index].required, index != self._driver)):
            value = _values(self._segment, self._held[index], trainings)
            if words[index].required and index != known:
                at = (value > 0).nonzero()[0]
                if len(at) < len(value):
                    trainings, value = trainings.take(at), value.take(at)
                    values = {before: each.take(at) for before, each in values.items()}
                    kept = at if kept is None else kept.take(at)
            values[index] = value
        if self._driver is None:  # no word is required: one must be held all the same
            kept = np.flatnonzero(np.logical_or.reduce([value > 0 for value in values.values()]))
            trainings, values = trainings.take(kept), {index: each.take(kept) for index, each in values.items()}
        text = np.zeros(len(trainings))
        for index, word in enumerate(words):  # in this order: the sum is compared to 1e-9 with others
            text += word.share * values[index]
        return kept, text


def _union(segment: Segment, lists: Sequence[_Held]) -> Ints:
    """Trainings of any list, ascending."""
    if not lists:
        return np.empty(0, np.int64)
    sparse = [each.postings for each in lists if isinstance(each.postings, Sparse)]
    dense = [each.postings for each in lists if isinstance(each.postings, Dense)]
    if dense:
        flags = dense[0].masks != 0
        for other in dense[1:]:
            flags |= other.masks != 0
        for each in sparse:
            flags[each.trainings] = True
        several: Ints = flags.nonzero()[0]
        return several
    if len(sparse) == 1:
        return sparse[0].trainings.astype(np.int64)
    marks = SCRATCH.marks(segment.trainings)
    parts = []
    for each in sparse:
        new = each.trainings[marks.take(each.trainings) == 0]
        marks[new] = 1
        parts.append(new)
    found = np.concatenate(parts)
    marks[found] = 0
    if len(parts[0]) != len(found):
        found.sort()
    return found.astype(np.int64)


def _values(segment: Segment, lists: Sequence[_Held], trainings: Ints) -> Floats:
    """Greatest value of the lists for each training, 0 when none holds it."""
    best: Floats | None = None
    for each in lists:
        value = each.values.take(_masks(segment, each.postings, trainings))
        best = value if best is None else np.maximum(best, value, out=best)
    return np.zeros(len(trainings)) if best is None else best


def _masks(segment: Segment, postings: Sparse | Dense, trainings: Ints) -> npt.NDArray[np.uint8]:
    if isinstance(postings, Dense):
        return postings.masks.take(trainings)
    held, masks = postings.trainings, postings.masks
    if len(trainings) * _PROBE < len(held):
        return masks_of(postings, trainings)
    marks = SCRATCH.marks(segment.trainings)
    marks[held] = masks
    found = marks.take(trainings)
    marks[held] = 0
    return found


def masks_of(postings: Sparse | Dense, trainings: Ints) -> npt.NDArray[np.uint8]:
    """Masks of a few trainings, 0 where the term is not held."""
    if isinstance(postings, Dense):
        return postings.masks.take(trainings)
    held = postings.trainings
    wanted = trainings.astype(np.int32, copy=False)
    at = held.searchsorted(wanted)
    found = postings.masks.take(at, mode="clip")
    found *= held.take(at, mode="clip") == wanted
    return found
