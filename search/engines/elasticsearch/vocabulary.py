"""What the terms of a build are: the lexicon, frozen, and the field masks that each term is held under.

Asking a term under all 31 masks instead of the one to ten that exist doubles the cost of a question of three words. So
a build keeps the table of them, and a log of what changes add to it. A writer puts into the log before it writes
offers, a reader reads the log after it has opened a point in time: what it may meet there is in its table.
"""

from __future__ import annotations

import zlib
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

import orjson

from search.analysis.lexicon import Lexicon
from search.document import TrainingDocument
from search.engines.elasticsearch import companion
from search.engines.elasticsearch.client import Client
from search.engines.elasticsearch.names import Names
from search.engines.elasticsearch.refusals import half_served

Masks = dict[str, int]  # term -> a bit per mask

_CHUNK = 1 << 20  # characters of a line: read in the time that a question has
_LOG_AT_ONCE = 8  # lines looked for at first: most often there is one new one or none
_LOG_AT_MOST = 1_000
_OPEN = 4  # builds whose vocabulary a process keeps


@dataclass(slots=True)
class Vocabulary:
    lexicon: Lexicon
    masks: Masks  # only ever added to
    logged: int  # lines of the log that are in it

    def masks_of(self, term: str) -> int:
        return self.masks.get(term, 0)


def masks_of(pairs: Iterable[tuple[str, int]]) -> Masks:
    masks: Masks = {}
    for term, mask in pairs:
        masks[term] = masks.get(term, 0) | 1 << mask
    return masks


def note_masks(masks: Masks, documents: Iterable[TrainingDocument]) -> Masks:
    """``masks`` with those of some documents; what was new is given back."""
    new: Masks = {}
    for document in documents:
        for term, mask in document.terms:
            bits = masks.get(term, 0)
            if not bits >> mask & 1:
                masks[term] = new[term] = bits | 1 << mask
    return new


def put_vocabulary(client: Client, index: str, lexicon: Lexicon, masks: Masks) -> int:
    """How many lines it takes."""
    told = {"trainings": lexicon.trainings, "frequencies": dict(lexicon.frequencies), "masks": masks}
    text = b64encode(zlib.compress(orjson.dumps(told), 6)).decode()
    chunks = [text[start : start + _CHUNK] for start in range(0, len(text), _CHUNK)]
    for number, chunk in enumerate(chunks):
        companion.put(client, index, f"lexicon-{number}", chunk)
    return len(chunks)


class Vocabularies:
    """Of the builds that a process reads or writes. Safe to use from several threads."""

    def __init__(self, client: Client, names: Names) -> None:
        self._client, self._names = client, names
        self._lock = Lock()
        self._known: OrderedDict[str, Vocabulary] = OrderedDict()

    def current(self, build: str, client: Client) -> Vocabulary:
        """With everything that was logged before the call. ``client``: with the patience of who asks."""
        with self._lock:
            known = self._known.get(build)
            if known is None:
                known = self._known[build] = self._read(build, client)
                while len(self._known) > _OPEN:
                    self._known.popitem(last=False)
            self._catch_up(build, known, client)
            return known

    def extend(self, build: str, documents: Iterable[TrainingDocument]) -> None:
        """Log what documents add, before they are written."""
        documents = list(documents)
        known = self.current(build, self._client)
        with self._lock:
            while new := note_masks(dict(known.masks), documents):
                line = {"kind": "state", "held": new}
                if companion.create(self._client, self._names.companion(build), f"masks-{known.logged}", line):
                    _add(known, new)
                else:  # another writer was faster
                    self._catch_up(build, known, self._client)

    def _read(self, build: str, client: Client) -> Vocabulary:
        index = self._names.companion(build)
        (head,) = companion.read(client, index, "head")
        if head is None:
            raise half_served("une partie du lexique manque")
        parts = [part for each in range(head["chunks"]) for part in companion.read(client, index, f"lexicon-{each}")]
        if None in parts:
            raise half_served("une partie du lexique manque")
        told = orjson.loads(zlib.decompress(b64decode("".join(parts))))
        return Vocabulary(Lexicon(head["lexicon"], told["trainings"], told["frequencies"]), told["masks"], 0)

    def _catch_up(self, build: str, known: Vocabulary, client: Client) -> None:
        index = self._names.companion(build)
        size = _LOG_AT_ONCE
        while True:
            keys = [f"masks-{number}" for number in range(known.logged, known.logged + size)]
            size = min(size * 4, _LOG_AT_MOST)
            for line in companion.read(client, index, *keys):
                if line is None:
                    return
                _add(known, line)


def _add(known: Vocabulary, new: Masks) -> None:
    for term, bits in new.items():
        known.masks[term] = known.masks.get(term, 0) | bits
    known.logged += 1
