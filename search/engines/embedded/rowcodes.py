"""How well the rows of a segment hold a frequent word: one byte a row, in row order, kept between questions.

Row order is geographic, so the rows near an origin are read as whole blocks of bytes, without a gather by training; and
where no place is asked for, the rows found are in order, as the columns read next are. Words are asked by Zipf's law:
a byte for each row of some hundred words serves most questions.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from search.engines.embedded.build import BLOCK
from search.engines.embedded.columns import Floats, Ints
from search.engines.embedded.postings import Dense, Sparse

SHARE = 32  # a word that fewer trainings than one in so many hold is looked up by training
MOST_ALTERNATIVES = 7  # of 32 masks each, and nothing: a code is a byte
KEPT_BYTES = 96 << 20  # of a segment; some 190 words on 500,000 offers

Codes = npt.NDArray[np.uint8]
Bytes = TypeVar("Bytes", np.uint8, np.bool_)


class RowCodes(NamedTuple):
    codes: Codes  # by row, padded by a block: 0 = not held
    values: Floats  # by code, ascending


def of_blocks(rows: npt.NDArray[Bytes], blocks: Ints) -> npt.NDArray[Bytes]:
    """All rows of some blocks. ``rows``: one byte each, padded by a block."""
    whole = len(rows) // BLOCK
    return rows[: whole * BLOCK].reshape(whole, BLOCK).take(blocks, axis=0).reshape(-1)


def padded(rows: npt.NDArray[Bytes]) -> npt.NDArray[Bytes]:
    found = np.zeros((len(rows) // BLOCK + 1) * BLOCK, rows.dtype)
    found[: len(rows)] = rows
    return found


class KnownCodes:
    """The codes of the words asked last, as many as fit."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[tuple[str, float], ...], RowCodes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, key: tuple[tuple[str, float], ...]) -> RowCodes | None:
        with self._lock:
            known = self._known.get(key)
            if known is not None:
                self._known.move_to_end(key)
            return known

    def keep(self, key: tuple[tuple[str, float], ...], made: RowCodes) -> None:
        with self._lock:
            if key not in self._known:
                self._bytes += made.codes.nbytes
            self._known[key] = made
            while self._bytes > KEPT_BYTES and len(self._known) > 1:
                self._bytes -= self._known.popitem(last=False)[1].codes.nbytes


def row_codes(
    lists: Sequence[tuple[Sparse | Dense, Floats]], trainings: int, training: npt.NDArray[np.int32]
) -> RowCodes:
    """``lists``: of each alternative who holds it, and its value by mask; ``training``: of each row."""
    values, ranks = np.unique(np.concatenate([each for _, each in lists]), return_inverse=True)
    best = np.zeros(trainings, np.uint8)
    for (postings, _), rank in zip(lists, ranks.astype(np.uint8).reshape(len(lists), -1), strict=True):
        if isinstance(postings, Dense):
            np.maximum(best, rank.take(postings.masks), out=best)
        else:
            best[postings.trainings] = np.maximum(best.take(postings.trainings), rank.take(postings.masks))
    return RowCodes(padded(best.take(training)), values)
