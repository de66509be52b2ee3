"""Cents are whole: halves go up, and parts of a sum are rounded so that they add up to it."""

from __future__ import annotations

from collections.abc import Sequence


def ratio(cents: int, over: int, under: int) -> int:
    """``cents * over / under``, halves up; nothing here is negative."""
    if cents < 0 or over < 0 or under <= 0:
        raise ValueError("only shares of amounts that are not negative")
    return (2 * cents * over + under) // (2 * under)


def percent(cents: int, rate: int) -> int:
    return ratio(cents, rate, 100)


def shared(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """``total`` cents in proportion to weights, none above its weight as long as the total is not above their sum.

    Largest remainder; the first of equal ones comes first, so the same question always has the same answer.
    """
    whole = sum(weights)
    if total < 0 or min(weights, default=0) < 0 or (whole == 0 and total):
        raise ValueError("a total is shared by weights that are not negative, and not all nothing")
    if whole == 0:
        return tuple(0 for _ in weights)
    parts = [total * weight // whole for weight in weights]
    remainders = [total * weight % whole for weight in weights]
    left = total - sum(parts)
    for index in sorted(range(len(weights)), key=lambda index: -remainders[index])[:left]:
        parts[index] += 1
    return tuple(parts)
