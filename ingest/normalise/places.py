"""A place of a draft -> ``PlaceRecord`` with coordinates: those given when they can be believed, else the codes'."""

from __future__ import annotations

import math
import re

from catalog.codes.facets import Answer, PlacePrecision
from catalog.records import PlaceRecord
from geo.coordinates import Kind, check
from geo.distance import round_coordinate
from geo.found import Located
from ingest.draft import Draft
from ingest.normalise import texts
from ingest.normalise.context import Context, Notes
from ingest.normalise.folding import read_answer

_POSTCODE = re.compile(r"\d{5}")
_INSEE = re.compile(r"\d[\dABab]\d{3}")
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[.,]\d+)?")
_FRENCH = frozenset(("", "FR", "FRA", "FRANCE", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"))
REMOTE_WORDS = re.compile(
    r"\bà distance\b|\ba distance\b|\bdistanciel\b|\be-?learning\b|\bfoad\b|\ben ligne\b|\bvisio", re.I
)


def place(draft: Draft, context: Context, notes: Notes, *, source: str) -> PlaceRecord | None:
    """``None`` when nothing says where."""
    street = tuple(
        dict.fromkeys(
            text for value in draft.all("line") if (text := texts.line(value.text)) and not texts.is_filler(text)
        )
    )
    label = _clean(draft, "label")
    way = " ".join(part for name in ("street_number", "street_type", "street_name") if (part := _clean(draft, name)))
    if way:
        if not label and street:
            label, street = street[0], street[1:]  # EDOF: the first line is the name of the venue
        street = (*street, way)
    if box := _clean(draft, "box"):
        street = (*street, box)
    city, country = _clean(draft, "city"), _clean(draft, "country").upper()
    french = country in _FRENCH
    postcode = _code(draft, "postcode", _POSTCODE, notes) if french else _clean(draft, "postcode")
    insee = _code(draft, "insee", _INSEE, notes).upper() if french else ""
    located = context.gazetteer.locate(insee=insee, postcode=postcode, city=city) if french else None
    lat, lon, precision = _coordinates(draft, context, notes, located, postcode=postcode, insee=insee, french=french)
    if french and precision is not PlacePrecision.GIVEN and (postcode or insee) and (way := _way(street)):
        found = context.streets.find(way, postcode=postcode, city=city, insee=insee)
        if found and found.precision is PlacePrecision.ADDRESS:
            lat, lon, precision = found.lat, found.lon, found.precision
    if not (label or street or postcode or city or insee or lat is not None):
        return None
    if source == "edof" and french and not draft.text("street_name") and not draft.text("box"):
        notes.add("street-missing", draft)
    remote = draft.text("remote") in ("true", "1") or REMOTE_WORDS.search(f"{label} {city}")
    if lat is None and french and not remote:
        notes.add("place-unknown", draft, value=f"{postcode} {city}".strip())
    accessible = draft.first("premises_accessible")
    answer = read_answer(accessible.text) if accessible else Answer.UNKNOWN
    if accessible and answer is None:
        notes.add("code-unknown", accessible, field="conformite-reglementaire")
    access_text = draft.first("access_text")
    shown = texts.block(access_text.text) if access_text else ""
    return PlaceRecord(
        label=label,
        street=street,
        postcode=postcode,
        city=city,
        insee=insee or (located.insee if located else ""),
        country="FR" if country in ("", "FRA", "FRANCE") else country[:2],
        lat=lat,
        lon=lon,
        precision=precision,
        departement=located.departement if located else "",
        region=located.region if located else "",
        premises_accessible=answer or Answer.UNKNOWN,
        accessibility_text="" if texts.is_filler(shown) else shown,
    )


def _way(street: tuple[str, ...]) -> str:
    """The line that an address service knows: the numbered one among the names of buildings, else the first."""
    return next((line for line in street if line[:1].isdigit()), street[0] if street else "")


def _coordinates(
    draft: Draft, context: Context, notes: Notes, located: Located | None, *, postcode: str, insee: str, french: bool
) -> tuple[float | None, float | None, PlacePrecision]:
    instead = "celles de la commune sont prises" if located else "le lieu reste sans position"
    fallback: tuple[float | None, float | None, PlacePrecision] = (None, None, PlacePrecision.UNKNOWN)
    if located:
        fallback = (located.lat, located.lon, located.precision)
    first, second = draft.first("lat"), draft.first("lon")
    if first is None and second is None:
        return fallback
    raw = f"{first.text if first else ''}, {second.text if second else ''}"
    at = first or second
    if first is None or second is None:
        notes.add("coordinates-unreadable", at, value=raw, instead=instead)
        return fallback
    lat, lon = _degrees(first.text), _degrees(second.text)
    if (lat, lon) == (0.0, 0.0) or not (raw.strip(" ,-.")):
        return fallback  # a filler: nothing was said
    if lat is None or lon is None:
        notes.add("coordinates-unreadable", at, value=raw, instead=instead)
        return fallback
    if not french:
        return *round_coordinate(lat, lon), PlacePrecision.GIVEN
    verdict = check(lat, lon, postcode=postcode, insee=insee, gazetteer=context.gazetteer)
    if verdict.kind is Kind.OK:
        return *round_coordinate(lat, lon), PlacePrecision.GIVEN
    if verdict.kind is Kind.FAR:
        km = round(verdict.distance_km or 0)
        notes.add("coordinates-far", at, value=raw, km=km, postcode=postcode or insee, instead=instead)
    else:
        code = {Kind.SWAPPED: "coordinates-swapped", Kind.FOREIGN: "coordinates-foreign"}
        suggestion = f"{verdict.suggestion[0]:.5f}, {verdict.suggestion[1]:.5f}" if verdict.suggestion else ""
        notes.add(
            code.get(verdict.kind, "coordinates-unreadable"), at, value=raw, suggestion=suggestion, instead=instead
        )
    return fallback


def _degrees(text: str) -> float | None:
    text = text.strip().rstrip("°")
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text.replace(",", "."))
    return number if math.isfinite(number) and abs(number) <= 180 else None


def _code(draft: Draft, name: str, shape: re.Pattern[str], notes: Notes) -> str:
    value = draft.first(name)
    if value is None:
        return ""
    text = value.text.replace(" ", "").strip()
    if shape.fullmatch(text):
        return text
    if not texts.is_filler(text) or text.isdigit():
        field = {"postcode": "codepostal", "insee": "code-INSEE-commune"}[name]
        notes.add("code-unreadable", value, field=field)
    return ""


def _clean(draft: Draft, name: str) -> str:
    value = draft.first(name)
    if value is None:
        return ""
    text = texts.line(value.text)
    return "" if texts.is_filler(text) else text
