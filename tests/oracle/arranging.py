"""The arrangement of ``docs/search.md``, read word for word: slow, without a queue or a heap."""

from __future__ import annotations

from collections.abc import Sequence

from search.ranking import ARRANGE_BLOCK, ARRANGE_MIN_RATIO, ARRANGE_PER_ORGANISATION, ARRANGE_WINDOW


def arranged(scores: Sequence[float], sirens: Sequence[str]) -> list[int]:
    """New order, as positions in the engine's."""
    remaining = list(range(min(len(scores), ARRANGE_WINDOW)))
    beyond = list(range(len(remaining), len(scores)))
    placed: list[int] = []
    while remaining:
        block = placed[len(placed) // ARRANGE_BLOCK * ARRANGE_BLOCK :]
        held = [sirens[each] for each in block]
        full = {siren for siren in held if held.count(siren) >= ARRANGE_PER_ORGANISATION}
        following = next((each for each in remaining if sirens[each] not in full), None)
        waiting = next((each for each in remaining if sirens[each] in full), None)
        taken = following
        if following is None or (
            waiting is not None and waiting < following and scores[following] < ARRANGE_MIN_RATIO * scores[waiting]
        ):
            taken = waiting
        assert taken is not None
        placed.append(taken)
        remaining.remove(taken)
    return placed + beyond
