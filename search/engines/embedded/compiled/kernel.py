"""A whole question in one call: the compiled counterpart of ``embedded.execute``."""

from __future__ import annotations

from typing import Any

from numba import from_dtype, types

from search.engines.embedded.compiled.candidates import candidates
from search.engines.embedded.compiled.counting import clear_counts, sum_counts
from search.engines.embedded.compiled.keeping import keep
from search.engines.embedded.compiled.layout import ASKED_POSSIBLE, CARD, MEMORY, PART, QUESTION
from search.engines.embedded.compiled.selecting import select
from search.engines.embedded.compiled.words import forget

_LONGS, _DOUBLES = types.int64, types.float64
SIGNATURE = types.void(
    from_dtype(PART)[::1],
    from_dtype(QUESTION)[::1],
    _LONGS[:, ::1],  # by part, see ASKED
    _LONGS[:, ::1],  # by word, see WORD
    _DOUBLES[::1],  # share of each word
    _LONGS[:, :, ::1],  # by part and alternative, see SPAN
    _DOUBLES[::1],  # weight of each alternative
    _LONGS[::1],  # by bit of a condition: its table of counts
    from_dtype(MEMORY)[::1],
    from_dtype(CARD)[::1],
)


def run(
    parts: Any,
    questions: Any,
    asked: Any,
    words: Any,
    shares: Any,
    spans: Any,
    weights: Any,
    slots: Any,
    memories: Any,
    cards: Any,
) -> None:
    question, memory = questions[0], memories[0]
    memory.stamp += 1
    memory.card_count = 0
    memory.lifted_some = 0
    if question.facets != 0:
        clear_counts(question, memory, slots)
    matched = 0
    for number in range(len(parts)):
        if asked[number, ASKED_POSSIBLE] != 0:
            part = parts[number]
            own, held = asked[number], spans[number]
            count = candidates(part, question, own, words, held, memory)
            matched = keep(part, question, own, words, shares, held, weights, slots, memory, cards, count, matched)
            forget(part, held, memory)
    memory.total = matched
    if question.facets != 0:
        sum_counts(question, memory, slots)
    memory.shown_count = select(parts, question, memory, cards, matched)
