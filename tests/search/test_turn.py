"""The draw of the day: fair, and murmur3 as its authors define it."""

from __future__ import annotations

import numpy as np

from search.turn import draw, turn_key

_M32 = 0xFFFFFFFF


def murmur3(data: bytes, seed: int) -> int:
    """32 bits, read off the published algorithm; whole blocks only."""
    hashed = seed
    for at in range(0, len(data), 4):
        block = int.from_bytes(data[at : at + 4], "little") * 0xCC9E2D51 & _M32
        block = (block << 15 | block >> 17) * 0x1B873593 & _M32
        hashed ^= block
        hashed = (hashed << 13 | hashed >> 19) & _M32
        hashed = (hashed * 5 + 0xE6546B64) & _M32
    return _final(hashed ^ len(data))


def _final(x: int) -> int:
    x = (x ^ x >> 16) * 0x85EBCA6B & _M32
    x = (x ^ x >> 13) * 0xC2B2AE35 & _M32
    return x ^ x >> 16


def test_murmur3_of_the_tests_is_the_published_one() -> None:
    assert murmur3(b"test", 0x9747B28C) == 0x704B81DC
    assert murmur3(b"aaaa", 0x9747B28C) == 0x5A97808A


def test_a_turn_is_murmur3_of_the_offers_number_in_digits() -> None:
    offers = [1, 2, 40, 10**11, 9 * 10**11, 2**63 - 1, 6_123_456_789_012_345_678]
    for seed in (0, 7, 0xFFFFFFFF):
        turns = draw(seed, np.array(offers, np.int64))
        for offer, turn in zip(offers, turns.tolist(), strict=True):
            digits = str(turn_key(offer)).encode()
            assert len(digits) == 12
            assert turn == (murmur3(digits, _final(seed)) & 0xFFFFFF) / 2**24


def test_over_many_seeds_equal_offers_are_first_equally_often() -> None:
    offers = np.array([11, 12, 13, 14, 15, 2**62 + 1, 2**62 + 2, 99], np.int64)
    firsts = np.bincount([int(np.argmax(draw(seed * 2_654_435_761 % 2**32, offers))) for seed in range(8_000)])
    assert firsts.min() > 880  # 1,000 each; 4 standard deviations
    assert firsts.max() < 1_120
