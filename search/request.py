"""A question as it was asked: one frozen value, whichever door it came through (HTTP, command line, page)."""

from __future__ import annotations

from dataclasses import dataclass, field

from search.plan import Filters, Remote, Sort


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """Texts are as typed. ``filters`` is already exact but for what needs the day, which ``search.service`` adds."""

    q: str = ""
    home: str = ""  # place text or "lat,lon"
    work: str = ""
    radius_km: float = 30.0
    areas: tuple[str, ...] = ()  # "dep:69", "reg:84", "insee:69123"
    remote: Remote = Remote.INCLUDE
    filters: Filters = field(default_factory=Filters)
    bookable: bool = False
    sort: Sort = Sort.RELEVANCE
    limit: int = 20
    cursor: str = ""
    facets: bool = False
    reasons: bool = False
    group: bool = True
