"""``search.turn`` for one offer at a time."""

from __future__ import annotations

import numpy as np

from search.engines.embedded.compiled.compiling import compiled
from search.turn import BLOCKS, DIGITS, LEAST

_FIVE, _STEP, _BYTES = np.uint32(5), np.uint32(0xE6546B64), np.uint32(12)
_FIRST, _SECOND, _KEPT = np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35), np.uint32(0xFFFFFF)
_R13, _R16, _R19 = np.uint32(13), np.uint32(16), np.uint32(19)


@compiled
def _joined(hashed: np.uint32, block: np.uint32) -> np.uint32:
    hashed = np.uint32(hashed ^ block)
    hashed = np.uint32((hashed << _R13) | (hashed >> _R19))
    return np.uint32(np.uint32(hashed * _FIVE) + _STEP)


@compiled
def drawn(mixed_seed: np.uint32, offer: int) -> float:
    """Draw in [0, 1) of an offer, under a seed already mixed."""
    key = offer % (9 * LEAST) + LEAST
    high = key // (DIGITS * DIGITS)
    middle = key // DIGITS % DIGITS
    hashed = _joined(mixed_seed, BLOCKS[high])
    hashed = _joined(hashed, BLOCKS[middle])
    hashed = _joined(hashed, BLOCKS[key % DIGITS])
    hashed = np.uint32(hashed ^ _BYTES)
    hashed = np.uint32(hashed ^ (hashed >> _R16))
    hashed = np.uint32(hashed * _FIRST)
    hashed = np.uint32(hashed ^ (hashed >> _R13))
    hashed = np.uint32(hashed * _SECOND)
    hashed = np.uint32(hashed ^ (hashed >> _R16))
    return float(hashed & _KEPT) * 2.0**-24
