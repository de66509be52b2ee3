"""The question of a page: what its address says, and the addresses of the questions next to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from base.errors import InvalidParameter
from search.address import pairs
from search.cursor import Cursor, read_cursor, write_cursor
from search.parameters import parse
from search.request import SearchRequest

Pairs = list[tuple[str, str]]


def address(written: Iterable[tuple[str, str]], path: str = "/") -> str:
    """A question without conditions still is a question, so it keeps an empty ``q``: ``/`` alone is the first page."""
    query = urlencode(list(written))
    if path == "/":
        return f"/?{query or 'q='}"
    return f"{path}?{query}" if query else path


@dataclass(frozen=True, slots=True)
class Question:
    request: SearchRequest

    @classmethod
    def read(cls, given: Pairs) -> Question:
        """``InvalidParameter`` when a parameter is not understood. What the page shows is for the page to say."""
        return cls(replace(parse(given), facets=False, reasons=False))

    @classmethod
    def of_link(cls, link: str) -> Question:
        """The question of a link of the API (undo, proposal, restart)."""
        return cls.read(parse_qsl(urlsplit(link).query))

    @property
    def full(self) -> SearchRequest:
        return replace(self.request, facets=True, reasons=True)

    @property
    def written(self) -> Pairs:
        """Only what differs from the defaults, without the place in the list."""
        return pairs(replace(self.request, cursor=""))

    @property
    def here(self) -> str:
        return address(pairs(self.request))

    @property
    def first_page(self) -> str:
        return address(self.written)

    def has(self, name: str, value: str) -> bool:
        return (name, value) in self.written

    def without(self, name: str, value: str | None = None) -> str:
        return address(pair for pair in self.written if pair[0] != name or value not in (None, pair[1]))

    def setting(self, **values: str) -> str:
        return address([*(pair for pair in self.written if pair[0] not in values), *values.items()])

    def at(self, cursor: str) -> str:
        return address([*self.written, ("cursor", cursor)])

    def offer(self, offer: str) -> str:
        """The page of an offer, which keeps the question to come back to."""
        return address(pairs(self.request), f"/offres/{offer}")

    @property
    def offset(self) -> int:
        cursor = read_cursor(self.request)
        return cursor.offset if cursor else 0

    @property
    def previous(self) -> str:
        """Address of the page before this one, ``""`` on the first."""
        cursor = read_cursor(self.request)
        if cursor is None:
            return ""
        offset = cursor.offset - self.request.limit
        if offset <= 0:
            return self.first_page
        return self.at(write_cursor(self.request, Cursor(cursor.generation, cursor.day, offset, cursor.relaxed)))


def back_to_search(given: Pairs) -> Question | None:
    """The question that a page of an offer carries; ``None`` when it carries none that can be read."""
    try:
        return Question.read(given) if given else None
    except InvalidParameter:
        return None
