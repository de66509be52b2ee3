"""Which trainings hold the words, and how well: docs/search.md, "Words" and "Scoring".

``where[a]`` is the address of the masks of alternative ``a`` by training, or 0 where its postings are searched.
"""

from __future__ import annotations

from typing import Any

from search.engines.embedded.compiled.compiling import bytes_at, compiled, doubles_at, ints_at, longs_at
from search.engines.embedded.compiled.layout import (
    SPAN_COUNT,
    SPAN_DENSE,
    SPAN_END,
    SPAN_START,
    WORD_END,
    WORD_FIRST,
    WORD_REQUIRED,
)
from search.engines.embedded.text import MASK_VALUES

_PROBE = 12  # looking a training up in a list costs as much as marking this many trainings of the list


@compiled
def driver_of(words: Any, spans: Any) -> Any:
    """The required word that fewest trainings hold (-1: none is required), and at most how many match."""
    driver, fewest, every = -1, 0, 0
    for word in range(len(words)):
        count = 0
        for a in range(words[word, WORD_FIRST], words[word, WORD_END]):
            count += spans[a, SPAN_COUNT]
        every += count
        if words[word, WORD_REQUIRED] != 0 and (driver < 0 or count < fewest):
            driver, fewest = word, count
    return driver, (every if driver < 0 else fewest)


@compiled
def prepare(part: Any, spans: Any, memory: Any, looked_up: int) -> None:
    """Fills ``where``, marking the postings that ``looked_up`` look-ups would search for longer."""
    where, held, masks = longs_at(memory.where), ints_at(part.posting_training), bytes_at(part.posting_mask)
    for a in range(len(spans)):
        where[a] = 0
        if spans[a, SPAN_DENSE] >= 0:
            where[a] = part.dense_mask + spans[a, SPAN_DENSE] * part.trainings
        elif looked_up * _PROBE > spans[a, SPAN_COUNT]:
            where[a] = memory.marks + a * memory.marks_width
            marks = bytes_at(where[a])
            for at in range(spans[a, SPAN_START], spans[a, SPAN_END]):
                marks[held[at]] = masks[at]


@compiled
def forget(part: Any, spans: Any, memory: Any) -> None:
    """Gives the marks back as zeros."""
    where, held = longs_at(memory.where), ints_at(part.posting_training)
    for a in range(len(spans)):
        if where[a] != 0 and spans[a, SPAN_DENSE] < 0:
            marks = bytes_at(where[a])
            for at in range(spans[a, SPAN_START], spans[a, SPAN_END]):
                marks[held[at]] = 0


@compiled
def _searched(part: Any, start: int, end: int, training: int) -> int:
    held = ints_at(part.posting_training)
    low, high = start, end
    while low < high:
        middle = (low + high) >> 1
        if held[middle] < training:
            low = middle + 1
        else:
            high = middle
    if low < end and held[low] == training:
        return bytes_at(part.posting_mask)[low]
    return 0


@compiled
def _holds(part: Any, words: Any, spans: Any, where: Any, word: int, training: int) -> bool:
    for a in range(words[word, WORD_FIRST], words[word, WORD_END]):
        if where[a] != 0:
            if bytes_at(where[a])[training] != 0:
                return True
        elif _searched(part, spans[a, SPAN_START], spans[a, SPAN_END], training) != 0:
            return True
    return False


@compiled
def matches(part: Any, words: Any, spans: Any, where: Any, driver: int, training: int) -> bool:
    """Whether a training holds every required word, or any word when none is. ``driver``: asked first."""
    if driver >= 0 and not _holds(part, words, spans, where, driver, training):
        return False
    for word in range(len(words)):
        if driver < 0:
            if _holds(part, words, spans, where, word, training):
                return True
        elif (
            words[word, WORD_REQUIRED] != 0 and word != driver and not _holds(part, words, spans, where, word, training)
        ):
            return False
    return driver >= 0


@compiled
def _join(found: Any, address: int, count: int, first: bool) -> None:
    masks = bytes_at(address)
    if first:
        for training in range(count):
            found[training] = masks[training]
    else:
        for training in range(count):
            found[training] |= masks[training]


@compiled
def find_all(part: Any, words: Any, memory: Any, driver: int) -> None:
    """``matches`` of every training, as bytes, of which the processor takes dozens a step. Needs all of ``where``."""
    found, own, where = bytes_at(memory.found), bytes_at(memory.of_word), longs_at(memory.where)
    first_word = True
    for word in range(len(words)):
        if driver >= 0 and words[word, WORD_REQUIRED] == 0:
            continue
        joined = found if first_word or driver < 0 else own
        first = first_word or driver >= 0
        for a in range(words[word, WORD_FIRST], words[word, WORD_END]):
            _join(joined, where[a], part.trainings, first)
            first = False
        if driver >= 0 and not first_word:
            for training in range(part.trainings):
                found[training] = own[training] if found[training] != 0 else 0
        first_word = False


@compiled
def add_texts(
    part: Any, words: Any, shares: Any, spans: Any, weights: Any, memory: Any, rows: Any, texts: Any, count: int
) -> None:
    """The text part of some rows, summed in the order of the words, as others sum it."""
    trainings, where, best = ints_at(part.training), longs_at(memory.where), doubles_at(memory.chunk_best)
    for index in range(count):
        texts[index] = 0.0
    for word in range(len(words)):
        for index in range(count):
            best[index] = 0.0
        for a in range(words[word, WORD_FIRST], words[word, WORD_END]):
            weight = weights[a]
            if where[a] != 0:
                masks = bytes_at(where[a])
                for index in range(count):
                    best[index] = max(best[index], weight * MASK_VALUES[masks[trainings[rows[index]]]])
            elif spans[a, SPAN_COUNT] != 0:
                start, end = spans[a, SPAN_START], spans[a, SPAN_END]
                for index in range(count):
                    mask = _searched(part, start, end, trainings[rows[index]])
                    best[index] = max(best[index], weight * MASK_VALUES[mask])
        share = shares[word]
        for index in range(count):
            texts[index] += share * best[index]
