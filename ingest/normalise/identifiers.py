"""SIRET, declaration number and certification codes: their shape, their checksum, their normal form."""

from __future__ import annotations

import re
from functools import lru_cache

from stdnum.fr import siret as siret_number

from catalog.codes.referentials import Scheme, certification_code

_SPACES = re.compile(r"[\s.\u00a0-]+")
_BLOCK = re.compile(r"(RNCP\d+)\s*-?\s*(BC|B)\s*0*(\d{1,3})", re.IGNORECASE)
# Order of LHÉO's certification element; the first code given is the training's main one.
SCHEMES = {"rncp": Scheme.RNCP, "rs": Scheme.RS, "cpf": Scheme.CPF, "certifinfo": Scheme.CERTIFINFO}
EXPECTED = {
    "rncp": "RNCP suivi de chiffres",
    "rs": "RS suivi de chiffres",
    "cpf": "CPF suivi de chiffres",
    "certifinfo": "des chiffres",
}


def bare(text: str) -> str:
    return _SPACES.sub("", text)


def is_siret(text: str) -> bool:
    return len(text) == 14 and text.isascii() and text.isdigit()


@lru_cache(maxsize=16_384)
def checksum_holds(siret: str) -> bool:
    """Luhn, with the exception of La Poste (python-stdnum knows it)."""
    return bool(siret_number.is_valid(siret))


def read_activity_number(text: str) -> str:
    """NDA: 11 digits; Corsica's may hold its 2A or 2B. ``""`` when unreadable."""
    number = bare(text).upper()
    return number if re.fullmatch(r"\d{2}[0-9AB]{2}\d{7}|\d{3}[AB]\d{7}", number) else ""


def is_sentinel(text: str) -> bool:
    """``00000000000``, ``99999999999``: filled because it had to be."""
    number = bare(text)
    return bool(number) and (not number.strip("0") or not number.strip("9"))


@lru_cache(maxsize=16_384)
def read_certification(scheme: str, text: str) -> str:
    """``34441``, ``RNCP 34441``, ``rncp034441`` -> ``RNCP34441``; ``""`` when it is another thing."""
    return certification_code(text, SCHEMES[scheme]) or ""


def read_block(text: str) -> str:
    """``RNCP40344BC01``; ``""`` when unreadable."""
    found = _BLOCK.fullmatch(text.strip())
    return f"{found.group(1).upper()}{found.group(2).upper()}{int(found.group(3)):02}" if found else ""
