"""A question understood on one state of the index."""

from __future__ import annotations

from dataclasses import dataclass

from search.plan import Plan
from search.planning import Where, make_plan
from search.request import SearchRequest
from search.understand import UnderstoodWords


@dataclass(frozen=True, slots=True)
class Asked:
    """A request understood on a snapshot: what does not change from one step of relaxing to the next."""

    request: SearchRequest
    words: UnderstoodWords
    where: Where
    area_labels: tuple[str, ...]
    day: int
    bookable_from: int | None

    def plan(self, optional: frozenset[int], offset: int, limit: int) -> Plan:
        return make_plan(
            self.request,
            self.words,
            self.where,
            day=self.day,
            bookable_from=self.bookable_from,
            optional=optional,
            offset=offset,
            limit=limit,
        )
