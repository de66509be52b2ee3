"""A question back to the pairs it is written with: links of pages, facets and undo, and the identity of a question.

``parse(pairs(request)) == request``, and equal questions have equal pairs in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from base.ids import id_text
from search.declared import PARAMETERS, Parameter
from search.plan import Filters
from search.request import SearchRequest

OFFERS = "/api/v1/offers"
_WRITTEN = [
    (one, one.into, getattr(Filters() if one.filters else SearchRequest(), one.into), one.filters)
    for one in PARAMETERS
    if one.built
]


def pairs(request: SearchRequest) -> list[tuple[str, str]]:
    """Only what differs from the defaults, in the order of the table of parameters."""
    written: list[tuple[str, str]] = []
    filters = request.filters
    for parameter, into, default, filtering in _WRITTEN:
        value = getattr(filters if filtering else request, into)
        if value != default:
            written.extend((parameter.name, text) for text in _texts(parameter, value))
    return written


def link(request: SearchRequest) -> str:
    return f"{OFFERS}?{urlencode(pairs(request))}"


def _texts(parameter: Parameter, value: Any) -> Iterable[str]:
    if parameter.name == "accessibility":
        return [f"{need}:{answer}" for need in sorted(value) for answer in sorted(value[need])]
    if parameter.name == "ids":
        return [id_text(number) for number in sorted(value)]
    if parameter.name == "price_max":
        return [f"{value // 100}.{value % 100:02}" if value % 100 else str(value // 100)]
    if parameter.name in ("start_from", "start_to"):
        return [date.fromordinal(value).isoformat()]
    if isinstance(value, bool):
        return ["1" if value else "0"]
    if isinstance(value, frozenset):
        return sorted(str(item) for item in value)
    if isinstance(value, tuple):
        return [str(item) for item in value]
    if isinstance(value, float):
        return [f"{value:.15f}".rstrip("0").rstrip(".")]
    return [str(value)]
