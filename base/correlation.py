"""Which request something is done for: one id from the header that came in to the last line of the work it caused."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

HEADER = b"x-request-id"
_GIVEN = re.compile(rb"[A-Za-z0-9._:-]{8,64}")  # goes into logs and answers: nothing that could be read as more
_current: ContextVar[str] = ContextVar("request", default="")


def current() -> str:
    """ "" outside a request and the work of one."""
    return _current.get()


def begin(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """Id of a request that comes in: its own when it brings a well-formed one, else a new one. Holds for this task."""
    for name, value in headers:
        if name == HEADER:
            request = value.decode("ascii") if _GIVEN.fullmatch(value) else secrets.token_hex(8)
            break
    else:
        request = secrets.token_hex(8)
    _current.set(request)
    return request


@contextmanager
def carrying(request: str) -> Iterator[None]:
    """For work that an earlier request caused."""
    token = _current.set(request)
    try:
        yield
    finally:
        _current.reset(token)
