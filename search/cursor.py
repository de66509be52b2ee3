"""Where a walk through the pages stands: opaque, URL-safe, checked, and good only for the question it was made for."""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, replace
from hashlib import blake2b

from base.errors import InvalidParameter
from search.address import pairs
from search.request import SearchRequest

_FORMAT = struct.Struct(">8sIIB")  # question, day, offset, step of relaxing; the generation follows
_CHECK = 6
_SALT = b"parcours-page-1"  # bump it when the meaning of an offset changes


@dataclass(frozen=True, slots=True)
class Cursor:
    generation: str
    day: int  # ordinal: the walk keeps the day it began on
    offset: int  # of cards (group) or offers, in the arranged list
    relaxed: int  # step of relaxing that the first page ended on


def question_hash(request: SearchRequest) -> bytes:
    """What makes two requests the same question: all but the page, its size and what is shown beside the hits."""
    bare = replace(request, cursor="", limit=20, facets=False, reasons=False)
    return blake2b(repr(pairs(bare)).encode(), digest_size=8).digest()


def write_cursor(request: SearchRequest, cursor: Cursor) -> str:
    body = _FORMAT.pack(question_hash(request), cursor.day, cursor.offset, cursor.relaxed) + cursor.generation.encode()
    return urlsafe_b64encode(_check(body) + body).decode().rstrip("=")


def read_cursor(request: SearchRequest) -> Cursor | None:
    """The request's cursor, ``None`` when it has none; ``InvalidParameter`` when damaged or of another question."""
    if not request.cursor:
        return None
    try:
        raw = urlsafe_b64decode(request.cursor.encode("ascii") + b"=" * (-len(request.cursor) % 4))
        check, body = raw[:_CHECK], raw[_CHECK:]
        question, day, offset, relaxed = _FORMAT.unpack_from(body)
        generation = body[_FORMAT.size :].decode("ascii")
    except (ValueError, struct.error) as error:
        raise InvalidParameter("cursor", "Ce curseur est illisible : reprenez à la première page.") from error
    if check != _check(body):
        raise InvalidParameter("cursor", "Ce curseur est abîmé : reprenez à la première page.")
    if question != question_hash(request):
        raise InvalidParameter("cursor", "Ce curseur est celui d'une autre question : reprenez à la première page.")
    return Cursor(generation, day, offset, relaxed)


def _check(body: bytes) -> bytes:
    return blake2b(_SALT + body, digest_size=_CHECK).digest()
