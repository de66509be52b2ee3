"""The published table of the ranking, as rows with bars: the API's words, so that page and API never differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from api.ranking import ranking_page
from search import ranking
from web.french import capital, decimal

_PUBLISHED: dict[str, Any] = ranking_page()
NAMES: dict[str, str] = {part["part"]: part["label"] for part in _PUBLISHED["parts"]}
PRINCIPLES: list[str] = _PUBLISHED["principles"]
ARRANGEMENT: str = _PUBLISHED["arrangement"]["reason"]


@dataclass(frozen=True, slots=True)
class Weight:
    name: str
    value: str
    percent: int
    text: str = ""


def parts() -> list[Weight]:
    greatest = max(part["weight"] for part in _PUBLISHED["parts"])
    return [
        Weight(part["label"], decimal(part["weight"], 3), _percent(part["weight"] / greatest), part["reason"])
        for part in _PUBLISHED["parts"]
    ]


def fields() -> list[Weight]:
    return _rows(_PUBLISHED["fields"])


def forms() -> list[Weight]:
    return _rows(_PUBLISHED["forms"])


def distances() -> list[Weight]:
    """What is left of the nearness part at a few distances."""
    pivot = ranking.NEAR_PIVOT_KM
    kept = {f"{km} km": pivot / (pivot + km) for km in (0, 5, 15, 30, 60)}
    kept["À distance"] = ranking.REMOTE_NEAR
    return [Weight(name, f"{_percent(share)} %", _percent(share)) for name, share in kept.items()]


def _rows(rows: list[dict[str, Any]]) -> list[Weight]:
    return [Weight(capital(row["label"]), decimal(row["weight"], 2), _percent(row["weight"])) for row in rows]


def _percent(share: float) -> int:
    return round(share * 100)
