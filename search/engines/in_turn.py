"""Several plans of one question, where asking costs little: one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from search.engines.contract import Found, Ranked
from search.plan import Plan


def first_found(execute: Callable[[Plan], Ranked], plans: Iterable[Plan]) -> Found:
    first: Found | None = None
    for number, plan in enumerate(plans):
        ranked = execute(plan)
        if ranked.total:
            return number, plan, ranked
        first = first or (number, plan, ranked)
    assert first is not None  # a question has one plan at least
    return first
