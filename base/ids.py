"""Identifiers derived from natural keys: the same key always gives the same id, so a rebuild changes no link."""

from __future__ import annotations

from hashlib import blake2b

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)  # ten bits at a time: an index writes millions


def key_id(*parts: str) -> int:
    """63-bit positive integer of a natural key; fits a signed SQL BIGINT. 1 M keys collide with p < 1e-7."""
    digest = blake2b("\x1f".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def id_text(number: int) -> str:
    """URL-safe public form, 13 characters."""
    pairs = _PAIRS
    return (
        f"{_ALPHABET[number >> 60]}{pairs[number >> 50 & 1023]}{pairs[number >> 40 & 1023]}{pairs[number >> 30 & 1023]}"
        f"{pairs[number >> 20 & 1023]}{pairs[number >> 10 & 1023]}{pairs[number & 1023]}"
    )


def id_number(text: str) -> int:
    """Inverse of ``id_text``; ``ValueError`` when the text is no id."""
    if len(text) != 13:
        raise ValueError("an id has 13 characters")
    number = 0
    try:
        for character in text:
            number = number << 5 | _VALUES[character]
    except KeyError as error:
        raise ValueError("no character of an id") from error
    if number >> 63:
        raise ValueError("an id holds 63 bits")
    return number


def organisation_id(siret: str) -> int:
    return key_id("organisation", siret)


def training_id(siret: str, numero: str) -> int:
    return key_id("training", siret, numero)


def offer_id(siret: str, training_numero: str, numero: str) -> int:
    return key_id("offer", siret, training_numero, numero)


def session_id(offer: int, numero: str) -> int:
    return key_id("session", str(offer), numero)
