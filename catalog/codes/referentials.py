"""Codes of certifications and vocabularies, in one spelling: RNCP34441, RS5695, CPF202, CI56927; M1203; 32654."""

from __future__ import annotations

import re
from enum import StrEnum

from catalog.codes.facets import CertificationKind


class Scheme(StrEnum):
    """Prefix of a certification code. CI: Certif Info, whose codes are bare numbers."""

    RNCP = "RNCP"
    RS = "RS"
    CPF = "CPF"
    CERTIFINFO = "CI"


_CERTIFICATION = re.compile(r"(?:(RNCP|RS|CPF|CERTIFINFO|CI)[\s_:.°-]*)?0*(\d{1,8})", re.IGNORECASE)
_ROME = re.compile(r"[A-N]\d{4}")
_FORMACODE = re.compile(r"\d{5}")
_NSF = re.compile(r"\d{1,3}[a-z]?")


def certification_code(text: str, scheme: Scheme) -> str | None:
    """One spelling of a code of this scheme, prefix given or not; ``None`` when unreadable or of another scheme."""
    found = any_certification_code(text, scheme)
    return found if found is not None and scheme_of(found) is scheme else None


def any_certification_code(text: str, bare: Scheme | None = None) -> str | None:
    """A code of whichever scheme its prefix names; a bare number is of the scheme ``bare``, or unreadable."""
    match = _CERTIFICATION.fullmatch(text.strip())
    if match is None or (match[1] is None and bare is None):
        return None
    prefix = match[1].upper() if match[1] else str(bare)
    return f"{Scheme.CERTIFINFO if prefix == 'CERTIFINFO' else prefix}{match[2]}"


def scheme_of(code: str) -> Scheme | None:
    """Of a code in its one spelling."""
    prefix = code.rstrip("0123456789")
    return _SCHEMES.get(prefix)


def kind_of(code: str) -> CertificationKind:
    return _KINDS.get(scheme_of(code), CertificationKind.UNKNOWN)


def rome_code(text: str) -> str | None:
    cleaned = text.strip().upper()
    return cleaned if _ROME.fullmatch(cleaned) else None


def formacode(text: str) -> str | None:
    cleaned = text.strip()
    return cleaned if _FORMACODE.fullmatch(cleaned) else None


def nsf_code(text: str) -> str | None:
    """Three digits, in some files with the letter of the function ("326t"); one and two digits are domains."""
    cleaned = text.strip().lower()
    return cleaned if _NSF.fullmatch(cleaned) else None


_SCHEMES = {scheme.value: scheme for scheme in Scheme}
_KINDS: dict[Scheme | None, CertificationKind] = {
    Scheme.RNCP: CertificationKind.RNCP,
    Scheme.RS: CertificationKind.RS,
    Scheme.CPF: CertificationKind.CPF,
}
