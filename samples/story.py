"""The invented facts (``organisations.toml``, ``courses.toml``, ``access.toml``), joined and dated."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Offer:
    numero: str
    course: dict[str, Any]
    modality: int
    starts: tuple[date, ...]  # empty = permanent entry
    place: dict[str, Any]
    access: dict[str, str]
    price: int  # euros
    hours: int
    facts: dict[str, Any]  # rhythm, funders, publics, seats, flaw... as written in the file

    @property
    def days(self) -> int:
        """Calendar days from first to last, at 30 hours a week in person and 15 otherwise."""
        weekly = 30 if self.modality == 0 else 15
        return max(1, round(self.hours / weekly * 7))


@dataclass(frozen=True, slots=True)
class Organisation:
    key: str
    name: str
    siret: str
    activity_number: str
    source: str
    phone: str
    offers: tuple[Offer, ...]


def luhn_digit(digits: str) -> str:
    total = 0
    for position, character in enumerate(reversed(digits)):
        number = int(character) * (2 if position % 2 == 0 else 1)
        total += number - 9 if number > 9 else number
    return str(-total % 10)


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("samples") / name).read_text(encoding="utf-8"))


def courses() -> dict[str, dict[str, Any]]:
    return _table("courses.toml")


def organisations(today: date) -> list[Organisation]:
    result = []
    for number, raw in enumerate(_table("organisations.toml")["organisation"], 1):
        siret = raw["siren"] + "0001"
        siret += luhn_digit(siret)
        result.append(
            Organisation(
                key=raw["key"],
                name=raw["name"],
                siret=siret,
                activity_number=f"00{number:03d}{number * 7919 % 1000000:06d}",
                source=raw["source"],
                phone=f"019900{number:04d}",  # 01 99 00: kept for fiction by the regulator
                offers=tuple(_offer(raw, index, facts, today) for index, facts in enumerate(raw["offers"], 1)),
            )
        )
    return result


def _offer(raw: dict[str, Any], index: int, facts: dict[str, Any], today: date) -> Offer:
    course = courses()[facts["course"]]
    return Offer(
        numero=f"{facts['course']}-{index}",
        course=course,
        modality=facts.get("modality", 0),
        starts=tuple(today + timedelta(days) for days in facts["starts"]),
        place=raw["places"][facts.get("place", 0)],
        access=_table("access.toml")[facts["access"]],
        price=facts.get("price", course["price"]),
        hours=facts.get("hours", course["hours"]),
        facts=facts,
    )
