"""Small words shared by the two XML dialects."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

from samples.story import Offer


def stamp(day: date) -> str:
    return day.strftime("%Y%m%d")


def periods(offer: Offer) -> list[tuple[date, date]]:
    """First and last day of each session; a flawed offer may end before it starts."""
    length = -10 if offer.facts.get("flaw") == "dates-reversed" else offer.days
    return [(start, start + timedelta(length)) for start in offer.starts]


def certification(make: ElementMaker, code: str) -> Any:
    kind = "RNCP" if code.startswith("RNCP") else "RS" if code.startswith("RS") else "CPF"
    return make("certification", make(f"code-{kind}", code))


def phone(offer: Offer, number: str) -> str:
    return "appeler le matin" if offer.facts.get("flaw") == "phone-unreadable" else number


def write(root: Any, path: str, encoding: str) -> None:
    etree.ElementTree(root).write(path, encoding=encoding, xml_declaration=True, pretty_print=True)
