"""Terms of a whole catalogue on disk, so that two passes over it need one analysis and memory that does not grow.

The lexicon is only known once every text has been analysed, and an engine wants it before the first document. So the
first pass analyses each distinct text and writes its terms here as numbers; the second one reads them back.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from collections import OrderedDict
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import orjson

from indexer.documents import Terms
from indexer.lexicon import published
from indexer.texts import Fields
from search.analysis import document_terms
from search.analysis.lexicon import Lexicon

_REMEMBERED = 20_000  # terms of texts kept ready; engines also know equal terms by their being the same object


class _Numbers(dict[tuple[str, int], int]):
    """(term, mask) -> number, in the order they come."""

    def __missing__(self, pair: tuple[str, int]) -> int:
        number = self[pair] = len(self)
        return number


class TermSpool:
    """A context that holds an unnamed file. ``put`` the fields of each training in order, then ``lexicon``, then
    ``get`` by the trainings' ids."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115
        self._numbers = _Numbers()
        self._pairs: list[tuple[str, int]] = []
        self._texts: dict[bytes, int] = {}
        self._starts = array("q", [0])
        self._uses = array("q")
        self._ids = array("q")
        self._text_of = array("q")
        self._positions: dict[int, int] = {}
        self._ready: OrderedDict[int, Terms] = OrderedDict()
        self._next = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()

    @property
    def trainings(self) -> int:
        return len(self._ids)

    @property
    def texts(self) -> int:
        return len(self._uses)

    def put(self, training: int, fields: Fields) -> None:
        key = blake2b(orjson.dumps(fields), digest_size=16).digest()
        text = self._texts.get(key)
        if text is None:
            text = self._texts[key] = len(self._uses)
            numbers = array("I", map(self._numbers.__getitem__, document_terms(dict(fields))))
            self._file.write(numbers.tobytes())
            self._starts.append(self._starts[-1] + len(numbers))
            self._uses.append(0)
        self._uses[text] += 1
        self._ids.append(training)
        self._text_of.append(text)

    def lexicon(self) -> Lexicon:
        """Ends the first pass."""
        self._file.flush()
        self._texts.clear()
        self._pairs = list(self._numbers)
        counts = np.zeros(len(self._pairs), np.int64)
        starts = np.frombuffer(self._starts, np.int64)
        uses = np.frombuffer(self._uses, np.int64)
        for first in range(0, self.texts, 10_000):
            last = min(first + 10_000, self.texts)
            numbers = self._read(int(starts[first]), int(starts[last]))
            weights = np.repeat(uses[first:last], np.diff(starts[first : last + 1]))
            counts += np.bincount(numbers, weights, len(counts)).astype(np.int64)
        self._numbers.clear()
        frequencies: dict[str, int] = {}
        for (term, _), count in zip(self._pairs, counts.tolist(), strict=True):
            frequencies[term] = frequencies.get(term, 0) + count
        return published(frequencies, self.trainings)

    def get(self, training: int) -> Terms:
        """Fastest in the order of ``put``; ``KeyError`` for a training that was not there."""
        if self._next < len(self._ids) and self._ids[self._next] == training:
            position = self._next
        else:
            if not self._positions:
                self._positions = {key: position for position, key in enumerate(self._ids)}
            position = self._positions[training]
        self._next = position + 1
        text = self._text_of[position]
        terms = self._ready.get(text)
        if terms is None:
            numbers = self._read(self._starts[text], self._starts[text + 1])
            terms = self._ready[text] = tuple(map(self._pairs.__getitem__, numbers.tolist()))
            if len(self._ready) > _REMEMBERED:
                self._ready.popitem(last=False)
        return terms

    def _read(self, first: int, last: int) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        return np.frombuffer(os.pread(self._file.fileno(), 4 * (last - first), 4 * first), np.uint32)
