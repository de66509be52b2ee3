"""``embedded.execute`` with a compiled inner part: the same answers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from search.engines.contract import Ranked
from search.engines.embedded import facets
from search.engines.embedded.compiled.asking import asked_parts, asked_words, question_of, slots_of
from search.engines.embedded.compiled.memory import Memory
from search.engines.embedded.compiled.parts import Parts, parts_of
from search.engines.embedded.state import State
from search.plan import Plan

Run = Callable[..., None]


class _Own(threading.local):
    memory: Memory | None = None


class CompiledExecute:
    """``run``: the compiled function, see ``kernel``."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._own = _Own()

    def __call__(self, state: State, plan: Plan) -> Ranked:
        parts: Parts | None = state.prepared
        if parts is None:
            parts = state.prepared = parts_of(state)
        words = asked_words(plan.words, state, parts)
        if not any(words.possible):  # often a step before words are given up
            return Ranked(0, 0, [], [], [], [], facets.nothing() if plan.facets else {})
        conditions = facets.conditions_of(plan, state.sets)
        asked, kept = asked_parts(plan, state, words.possible)
        memory = self._own.memory
        if memory is None:
            memory = self._own.memory = Memory()
        memory.ready(parts, len(words.weights), min(plan.limit, parts.offers))
        question = question_of(plan, conditions, state)
        self._run(
            parts.records,
            question,
            asked,
            words.words,
            words.shares,
            words.spans,
            words.weights,
            slots_of(conditions.asked),
            memory.records,
            memory.cards,
        )
        del kept  # its addresses were in ``asked``
        return _ranked(memory, plan, state)


def _ranked(memory: Memory, plan: Plan, state: State) -> Ranked:
    record, arrays = memory.record, memory.arrays
    shown = int(record["shown_count"])
    handles, scores, sirens, held = [arrays[name][:shown].tolist() for name in ("shown", "scores", "sirens", "held")]
    counts: facets.Counts = {}
    if plan.facets:
        values = facets.LANE_VALUES + len(state.sets.values)
        counts = facets.told(arrays["counts"][:values].tolist(), state.sets)
    return Ranked(int(record["total"]), int(record["card_count"]), handles, scores, sirens, held, counts)
