"""How alike the first places of two engines are."""

from __future__ import annotations

from dataclasses import replace

from search.engines.contract import Snapshot
from search.plan import Plan

FIRST = 20


def overlap(one: Snapshot, other: Snapshot, plan: Plan) -> list[float]:
    """Share of the first offers of ``one`` that are among the first of ``other``; nothing where nothing is found."""
    plan = replace(plan, offset=0, limit=FIRST, facets=False)
    a, b = _first(one, plan), _first(other, plan)
    return [len(a & b) / max(len(a), len(b))] if a or b else []


def _first(snapshot: Snapshot, plan: Plan) -> set[int]:
    ranked = snapshot.execute(plan)
    return {each.offer for each in snapshot.describe(plan, ranked, range(len(ranked.handles)))}
