"""Phones, mail addresses and links: the readable form, or nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

import phonenumbers

# Overseas numbers are dialled like those of the mainland but belong to another country code.
_OVERSEAS = {
    "0262": "RE", "0263": "RE", "0692": "RE", "0693": "RE", "0269": "YT", "0639": "YT", "0590": "GP", "0690": "GP",
    "0691": "GP", "0594": "GF", "0694": "GF", "0596": "MQ", "0696": "MQ", "0697": "MQ",
}  # fmt: skip
_SEVERAL = re.compile(r"\s*(?:[/;,]|\bou\b|\bet\b)\s*", re.IGNORECASE)
_SHORT = re.compile(r"\d{2} ?\d{2}|1\d{2}|116 ?\d{3}|118 ?\d{3}")
_DIGITS = re.compile(r"[^\d+]")
_LETTERS = re.compile(r"[A-Za-z]{2}")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-zÀ-ÿ0-9](?:[A-Za-zÀ-ÿ0-9-]{0,61}[A-Za-zÀ-ÿ0-9])?\.)+[A-Za-z]{2,24}"
)
_HOST = re.compile(r"(?:[A-Za-zÀ-ÿ0-9](?:[A-Za-zÀ-ÿ0-9_-]{0,61}[A-Za-zÀ-ÿ0-9])?\.)+[A-Za-z]{2,24}\.?")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_UNSAFE = re.compile(r"[\s<>\"'`\\{}|^\x00-\x1f]")


@lru_cache(maxsize=8192)
def read_phones(text: str) -> tuple[str, ...]:
    """E.164 numbers of a field; short codes (``3949``) as given; ``()`` when unreadable."""
    whole = _read_phone(text)
    if whole:
        return (whole,)
    parts = [part for part in _SEVERAL.split(text.strip()) if part]
    numbers = [_read_phone(part) for part in parts]
    return tuple(dict.fromkeys(number for number in numbers if number)) if len(parts) > 1 and all(numbers) else ()


def _read_phone(text: str) -> str:
    text = " ".join(text.split())
    if _SHORT.fullmatch(text):
        return text
    if _LETTERS.search(text):
        return ""
    digits = _DIGITS.sub("", text)
    try:
        number = phonenumbers.parse(digits, _OVERSEAS.get(digits[:4], "FR"))
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=8192)
def read_email(text: str) -> str:
    text = text.strip().removeprefix("mailto:").rstrip(".;,")
    if not _EMAIL.fullmatch(text) or ".." in text or len(text) > 160:
        return ""
    name, _, host = text.rpartition("@")
    return f"{name}@{host.lower()}"


@lru_cache(maxsize=8192)
def read_link(text: str) -> str:
    """An http or https address; a bare host is one too (``www.organisme.fr``). ``""`` for anything else."""
    text = text.strip()
    if text.startswith("//"):
        text = f"http:{text}"
    if not _SCHEME.match(text):
        text = f"http://{text}"
    if _UNSAFE.search(text) or len(text) > 2000:
        return ""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or parts.username is not None or not _HOST.fullmatch(host):
        return ""
    return text
