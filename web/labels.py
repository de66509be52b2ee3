"""Labels of codes that come back from the index and the catalogue as plain strings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from catalog.codes.facets import Labelled


@cache
def labels(kind: type[Labelled]) -> Mapping[str, str]:
    return {str(member): member.label for member in kind}


def label(kind: type[Labelled], code: str) -> str:
    return labels(kind).get(code, code)


def stated(kind: type[Labelled], code: str) -> str:
    """The label, ``""`` when the fact is not stated."""
    return "" if code in ("", "unknown") else label(kind, code)


def all_stated(kind: type[Labelled], codes: Iterable[str]) -> str:
    return ", ".join(text for code in codes if (text := stated(kind, code)))
