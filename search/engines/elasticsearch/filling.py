"""Documents into a new build, by bulk requests of bytes, a few under way at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from search.document import TrainingDocument
from search.engines.elasticsearch.client import Client
from search.engines.elasticsearch.companion import raise_failures, training_line
from search.engines.elasticsearch.documents import offer_lines
from search.engines.elasticsearch.names import Names
from search.engines.elasticsearch.options import Options
from search.engines.elasticsearch.vocabulary import Masks, note_masks

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
    masks: Masks = {}
    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(options.bulk_threads, "parcours-bulk") as pool:
        try:
            for number, lines in enumerate(_requests(names, build, options.bulk_bytes, documents, masks), 1):
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
    return masks


def _requests(
    names: Names, build: str, size: int, documents: Iterable[TrainingDocument], masks: Masks
) -> Iterator[bytes]:
    offers, companion = names.offers(build), names.companion(build)
    held: list[bytes] = []
    length = 0
    for document in documents:
        if not document.offers:
            continue
        note_masks(masks, (document,))
        lines = list(offer_lines(offers, document))
        lines.append(training_line(companion, document.id, document.version, [offer.id for offer in document.offers]))
        held += lines
        length += sum(map(len, lines))
        if length >= size:
            yield b"".join(held)
            held, length = [], 0
    if held:
        yield b"".join(held)


def _send(client: Client, lines: bytes) -> None:
    raise_failures(client.bulk(lines))
