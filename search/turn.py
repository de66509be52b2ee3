"""The draw of the day, which decides between offers that are otherwise equal.

It is the one that Elasticsearch's ``random_score`` makes, so that both engines draw alike: murmur3 (32 bits) of the
offer's number as twelve decimal digits, under the mixed seed of the question; 24 bits of the hash are kept.
Elasticsearch first changes the seed by the index name and the shard (exclusive or), so its draws are others, as fair.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint32]

DIGITS = 10**4  # a block of four digits is one 32-bit word
LEAST = 10**11  # twelve digits, the first never zero
_M32 = 0xFFFFFFFF


def _rotated(x: Words, bits: int) -> Words:
    return (x << np.uint32(bits)) | (x >> np.uint32(32 - bits))


def _mixed_blocks() -> Words:
    """Four decimal digits, as their ASCII bytes -> what murmur3 makes of the block before it meets the hash."""
    numbers = np.arange(DIGITS, dtype=np.uint32)
    block = np.zeros(DIGITS, np.uint32)
    for place, power in enumerate((1000, 100, 10, 1)):
        block |= (numbers // np.uint32(power) % np.uint32(10) + np.uint32(48)) << np.uint32(8 * place)
    return _rotated(block * np.uint32(0xCC9E2D51), 15) * np.uint32(0x1B873593)


BLOCKS = _mixed_blocks()


def turn_key(offer: int) -> int:
    """The number that an offer (63-bit id) draws under."""
    return LEAST + offer % (9 * LEAST)


def draw(seed: int, offers: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Seeded draw in [0, 1) for each offer id. Uniform over days and questions, since both are in the seed."""
    key = offers % (9 * LEAST) + LEAST
    high, low = np.divmod(key, DIGITS)
    high, middle = np.divmod(high, DIGITS)
    hashed = np.full(len(offers), mixed(seed), np.uint32)
    for block in (high, middle, low):
        hashed ^= BLOCKS.take(block)
        hashed = _rotated(hashed, 13)
        hashed *= np.uint32(5)
        hashed += np.uint32(0xE6546B64)
    hashed ^= np.uint32(12)  # bytes
    hashed ^= hashed >> np.uint32(16)
    hashed *= np.uint32(0x85EBCA6B)
    hashed ^= hashed >> np.uint32(13)
    hashed *= np.uint32(0xC2B2AE35)
    hashed ^= hashed >> np.uint32(16)
    return (hashed & np.uint32(0xFFFFFF)).astype(np.float64) * 2.0**-24


def mixed(seed: int) -> int:
    key = (seed ^ seed >> 16) * 0x85EBCA6B & _M32
    key = (key ^ key >> 13) * 0xC2B2AE35 & _M32
    return key ^ key >> 16
