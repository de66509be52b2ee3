"""Documents into a new build, by bulk requests of bytes, a few under way at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import orjson

from search.document import TrainingDocument
from search.engines.elasticsearch.client import Client
from search.engines.elasticsearch.companion import raise_failures, training_line
from search.engines.elasticsearch.documents import offer_lines, shown_terms
from search.engines.elasticsearch.names import Names
from search.engines.elasticsearch.options import Options
from search.engines.elasticsearch.vocabulary import Masks, masks_of

_BEAT_EVERY = 20  # requests between two signs of life


def fill(
    client: Client,
    names: Names,
    build: str,
    options: Options,
    documents: Iterable[TrainingDocument],
    beat: Callable[[], None],
) -> Masks:
    """Any line that fails is an error: a build is complete or it is not. Documents are made while others are sent.

    The masks of their terms come back.
    """
    shown = _Shown()
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(options.bulk_threads, "parcours-bulk") as pool:
        try:
            for number, lines in enumerate(_requests(names, build, options.bulk_bytes, documents, shown), 1):
                while len(under_way) > options.bulk_threads:
                    under_way.popleft().result()
                under_way.append(pool.submit(_send, client, lines))
                if number % _BEAT_EVERY == 0:
                    beat()
            while under_way:
                under_way.popleft().result()
        finally:
            for each in under_way:
                each.cancel()
    return masks_of(shown.pairs)


def _requests(
    names: Names, build: str, size: int, documents: Iterable[TrainingDocument], shown: _Shown
) -> Iterator[bytes]:
    offers, companion = names.offers(build), names.companion(build)
    held: list[bytes] = []
    length = 0
    for document in documents:
        if not document.offers:
            continue
        lines = list(offer_lines(offers, document, shown.terms(document)))
        lines.append(training_line(companion, document.id, document.version, [offer.id for offer in document.offers]))
        held += lines
        length += sum(map(len, lines))
        if length >= size:
            yield b"".join(held)
            held, length = [], 0
    if held:
        yield b"".join(held)


class _Shown:
    """Terms of each text once: trainings share texts, and who makes the documents gives the same tuple again."""

    _KEPT = 1 << 13

    def __init__(self) -> None:
        self.pairs: set[tuple[str, int]] = set()  # every term and mask that there was
        self._known: dict[int, tuple[object, orjson.Fragment]] = {}

    def terms(self, document: TrainingDocument) -> orjson.Fragment:
        known = self._known.get(id(document.terms))
        if known is None:
            self.pairs.update(document.terms)
            if len(self._known) >= self._KEPT:
                self._known.clear()
            # holding the tuple keeps its id from being given to another one
            known = self._known[id(document.terms)] = document.terms, shown_terms(document.terms)
        return known[1]


def _send(client: Client, lines: bytes) -> None:
    raise_failures(client.bulk(lines))
