"""Take apart what a person typed as a place: words, a code, a number of arrondissement, a département."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from geo.names import fold_name

LONGEST = 200  # characters; nobody's place is longer

_POINT = re.compile(r"\s*([-+]?\d{1,3}(?:\.\d{1,12})?)\s*[,;]\s*([-+]?\d{1,3}(?:\.\d{1,12})?)\s*", re.ASCII)
_FRENCH_POINT = re.compile(r"\s*([-+]?\d{1,3},\d{1,12})\s*[;/ ]\s*([-+]?\d{1,3},\d{1,12})\s*", re.ASCII)
_SPACED_POINT = re.compile(r"\s*([-+]?\d{1,3}\.\d{1,12})\s+([-+]?\d{1,3}\.\d{1,12})\s*", re.ASCII)
_CODE = re.compile(r"\b(?:f|fr)? ?(\d{5}|2[ab]\d{3})\b")
_SPACED_CODE = re.compile(r"(?<!\d)(\d{2}) (\d{3})(?!\d)")  # "69 003"
_CEDEX = re.compile(r"\bcedex(?: (\d{1,2}))?\b")
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")
_CITY = "(?P<city>paris|lyon|marseille)"
_NUMBER = r"(?P<number>\d{1,2}|[ivx]{1,5})(?: ?(?:er|ere|e|eme|em|ieme|nd|nde))?"
_ARRONDISSEMENT = re.compile(
    rf"{_CITY}(?: arr(?:ondissement)?)? {_NUMBER}(?: arr(?:dt|ondissement)?)?"
    rf"|{_NUMBER.replace('number', 'first')}(?: arr(?:dt|ondissement)?)?(?: de| d)? {_CITY.replace('city', 'last')}"
)
_DEPARTEMENT = re.compile(r"(?P<name>.+?) (?P<code>\d{2}|2[ab]|9[78]\d)|(?P<first>\d{2}|2[ab]|9[78]\d) (?P<last>.+)")
_COUNTRY = re.compile(r"(?<! de)(?<! en) france$")  # not of "Île-de-France" nor "Roissy-en-France"


@dataclass(frozen=True, slots=True)
class Typed:
    """``name`` is folded; ``hint`` folded words after a comma or in brackets; codes are ``""`` when not typed."""

    name: str
    hint: str = ""
    code: str = ""  # postcode or INSEE code
    arrondissement: int = 0
    departement: str = ""
    cedex: bool = False


def typed_point(text: str) -> tuple[float, float] | None:
    """``"45.75,4.85"`` -> (45.75, 4.85), also ``"45,75 ; 4,85"``; out of range -> ``None``."""
    match = _POINT.fullmatch(text) or _FRENCH_POINT.fullmatch(text) or _SPACED_POINT.fullmatch(text)
    if not match:
        return None
    lat, lon = (float(part.replace(",", ".")) for part in match.groups())
    return (lat, lon) if math.fabs(lat) <= 90 and math.fabs(lon) <= 180 else None


def looks_like_point(text: str) -> bool:
    """Two numbers, in range or not: such a text is no name."""
    return any(pattern.fullmatch(text) for pattern in (_POINT, _FRENCH_POINT, _SPACED_POINT))


def take_apart(text: str) -> Typed:
    head, *others = re.split(r"[,;()\[\]]", text[:LONGEST])
    name, hints = fold_name(head), [hint for hint in map(fold_name, others) if hint and hint not in ("france", "fr")]
    if not name and hints:
        name, *hints = hints
    whole = " ".join([name, *hints])
    if match := _CODE.search(whole):
        code = match[1].upper()
        name, hints = _CODE.sub(" ", name), [_CODE.sub(" ", hint) for hint in hints]
    elif match := _SPACED_CODE.search(name):
        code = match[1] + match[2]
        name = _SPACED_CODE.sub(" ", name)
    else:
        code = ""
    arrondissement = 0
    cedex = _CEDEX.search(whole)
    if cedex:
        arrondissement = int(cedex[1] or 0)
        name, hints = _CEDEX.sub(" ", name), [_CEDEX.sub(" ", hint) for hint in hints]
    name = _COUNTRY.sub("", " ".join(name.split()))
    hints = [" ".join(hint.split()) for hint in hints]
    hints = [hint for hint in hints if hint and hint != "france"]
    if not name and hints:
        name, *hints = hints
    departement = ""
    numbers = [hint for hint in hints if re.fullmatch(r"\d{2}|2[ab]|9[78]\d", hint)]
    if numbers:
        departement = numbers[0].upper()
        hints = [hint for hint in hints if hint not in numbers]
    if match := _ARRONDISSEMENT.fullmatch(name) or _ARRONDISSEMENT.fullmatch(" ".join([name, *hints[:1]])):
        number = _number(match["number"] or match["first"])
        if 1 <= number <= 20:
            return Typed(match["city"] or match["last"], "", code, number, departement, bool(cedex))
    if not departement and (match := _DEPARTEMENT.fullmatch(name)):
        name, departement = match["name"] or match["last"], (match["code"] or match["first"]).upper()
    return Typed(name, " ".join(hints), code, arrondissement, departement, bool(cedex))


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _ROMAN.index(text) if text in _ROMAN else 0
