"""Which trainings hold the words of a plan, and how well: docs/search.md, "Words" and "Scoring"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from search.engines.embedded.columns import Bools, Floats, Ints
from search.engines.embedded.segment import Segment
from search.plan import Word
from search.ranking import mask_values

MASK_VALUES = mask_values()

Held = tuple[Ints, Floats]  # trainings (ascending), weight x value of each


def matching_trainings(segment: Segment, words: Sequence[Word], dead: Bools | None, scratch: Floats) -> Held:
    """Trainings that match (ascending) and their text part. ``scratch``: zeros per training, given back as zeros."""
    held = [_held(segment, word) for word in words]
    required = [index for index, word in enumerate(words) if word.required]
    empty = np.empty(0, np.int64)
    if any(not held[index] for index in required):
        return empty, np.empty(0)
    # the rarest required word leaves the least to look up in the others
    driver = min(required, key=lambda index: sum(len(at) for at, _ in held[index]), default=None)
    if driver is None:
        found = _union([each for lists in held for each in lists], scratch)
    else:
        found = _union(held[driver], scratch)
    if dead is not None:
        found = found[~dead[found]]
    values: dict[int, Floats] = {}
    by_length = sorted(range(len(words)), key=lambda index: (not words[index].required, index != driver))
    for index in by_length:
        value = _values(held[index], found, scratch)
        if words[index].required and index != driver:
            kept = value > 0
            if not kept.all():
                found, value = found[kept], value[kept]
                values = {known: each[kept] for known, each in values.items()}
        values[index] = value
    text = np.zeros(len(found))
    for index, word in enumerate(words):  # in this order: the sum is compared to 1e-9 with others
        text += word.share * values[index]
    return found, text


def _held(segment: Segment, word: Word) -> list[Held]:
    lists = []
    for alternative in word.alternatives:
        postings = segment.postings(alternative.term)
        if postings is not None:
            lists.append((postings[0].astype(np.int64), (MASK_VALUES * alternative.weight)[postings[1]]))
    return lists


def _union(lists: Sequence[Held], scratch: Floats) -> Ints:
    """Trainings of any list, ascending."""
    if not lists:
        return np.empty(0, np.int64)
    if len(lists) == 1:
        return lists[0][0]
    parts = []
    for at, _ in lists:
        new = at[scratch[at] == 0]
        scratch[new] = 1
        parts.append(new)
    found = np.concatenate(parts)
    scratch[found] = 0
    found.sort()
    return found


def _values(lists: Sequence[Held], trainings: Ints, scratch: Floats) -> Floats:
    """Greatest value of the lists for each training, 0 when none holds it."""
    if len(lists) == 1 and lists[0][0] is trainings:
        return lists[0][1]
    for at, value in lists:
        scratch[at] = np.maximum(scratch[at], value)
    found = scratch[trainings]
    for at, _ in lists:
        scratch[at] = 0
    return found
