"""Figures, dates and counts as French readers expect them. Spaces inside a figure do not break."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import phonenumbers

NBSP = "\u00a0"
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
NOT_STATED = "non précisé"


def number(value: int) -> str:
    return f"{value:,}".replace(",", NBSP)


def decimal(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".replace(",", NBSP).replace(".", ",")


def counted(value: int, one: str, many: str = "") -> str:
    """``1 offre``, ``0 offre``, ``12 offres``."""
    return f"{number(value)} {one if value < 2 else many or one + 's'}"


def euros(cents: int | None) -> str:
    """``1 500 €``, ``12,50 €``; ``""`` when not known."""
    if cents is None:
        return ""
    whole, rest = divmod(cents, 100)
    return f"{number(whole)},{rest:02}{NBSP}€" if rest else f"{number(whole)}{NBSP}€"


def hours(value: int | None) -> str:
    return "" if value is None else f"{number(value)}{NBSP}h"


def kilometres(km: float | None, *, rough: bool = False) -> str:
    """``rough``: the place is known by the centre of a territory, so metres would promise too much."""
    if km is None:
        return ""
    if rough:
        return f"environ {max(1, round(km))}{NBSP}km"
    if km < 0.1:
        return f"moins de 100{NBSP}m"
    return f"{decimal(km, 1 if km < 20 else 0)}{NBSP}km"


def day(iso: str | None, precision: str = "day") -> str:
    """``7 décembre 2026``, ``décembre 2026`` when only the month is known, ``""`` without a date."""
    if not iso:
        return ""
    on = date.fromisoformat(iso)
    month = f"{MONTHS[on.month - 1]} {on.year}"
    if precision == "month":
        return month
    return f"{'1er' if on.day == 1 else on.day}{NBSP}{month}"


def capital(text: str) -> str:
    """First letter only: ``str.capitalize`` would lower the rest."""
    return text[:1].upper() + text[1:]


def siret(text: str) -> str:
    """``130 018 351 00374``."""
    return NBSP.join((text[:3], text[3:6], text[6:9], text[9:])) if len(text) == 14 else text


def phone(text: str) -> str:
    """``04 78 00 00 00`` for a French number, the international form for others, as given when it is no number."""
    try:
        parsed = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return text
    form = phonenumbers.PhoneNumberFormat
    written = phonenumbers.format_number(parsed, form.NATIONAL if parsed.country_code == 33 else form.INTERNATIONAL)
    return written.replace(" ", NBSP)


def web_address(text: str) -> str:
    """The address when it may be followed, else ``""``: a feed may hold ``javascript:`` where a site is expected."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    return text.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


def site(address: str) -> str:
    """What is read of a link: the host, without what everybody skips."""
    return urlsplit(address).netloc.removeprefix("www.")


def blocks(text: str) -> list[tuple[str, list[str]]]:
    """A text of an organisation -> ``("p", lines)`` and ``("ul", items)``; items are lines begun by a dash."""
    found: list[tuple[str, list[str]]] = []
    for raw in text.split("\n"):
        line = raw.strip()
        if not line:
            found.append(("p", []))
            continue
        kind = "ul" if line[:2] in ("- ", "• ", "* ") else "p"
        line = line[2:].strip() if kind == "ul" else line
        if found and found[-1][0] == kind:
            found[-1][1].append(line)
        else:
            found.append((kind, [line]))
    return [(kind, lines) for kind, lines in found if lines]
