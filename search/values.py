"""Readers of one value of a question: text in, exact value out, ``InvalidParameter`` naming the parameter otherwise."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, NoReturn

from base.errors import InvalidParameter
from base.ids import id_number
from catalog.codes.facets import Answer, Need
from catalog.codes.referentials import nsf_code

Reader = Callable[[str, str], Any]  # (parameter, text) -> value

_INTEGER = re.compile(r"[0-9]{1,9}")
_DECIMAL = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,15})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CERTIFICATION = re.compile(r"(RNCP|RS|CPF|CI)?0*([0-9]{1,6})")
_AREA = re.compile(r"(?:dep:(?:[0-9]{2,3}|2[AB])|reg:[0-9]{2}|insee:(?:[0-9]{5}|2[AB][0-9]{3}))")
_NEEDS = {str(need): need for need in Need}
_ANSWERS = {str(answer): answer for answer in Answer}
_FLAGS = {"1": True, "true": True, "0": False, "false": False}


def refuse(parameter: str, text: str, expected: str) -> NoReturn:
    shown = text if len(text) <= 60 else text[:59] + "…"
    raise InvalidParameter(parameter, f"{parameter} : « {shown} » n'est pas {expected}.")


def words(longest: int) -> Reader:
    def read(parameter: str, text: str) -> str:
        if len(text) > longest:
            raise InvalidParameter(parameter, f"{parameter} : {len(text)} caractères, au plus {longest}.")
        return text

    return read


def flag(parameter: str, text: str) -> bool:
    value = _FLAGS.get(text)
    return refuse(parameter, text, "0 ou 1") if value is None else value


def integer(least: int, most: int) -> Reader:
    def read(parameter: str, text: str) -> int:
        if not _INTEGER.fullmatch(text) or not least <= int(text) <= most:
            refuse(parameter, text, f"un nombre entier de {least} à {most}")
        return int(text)

    return read


def decimal(least: float, most: float) -> Reader:
    def read(parameter: str, text: str) -> float:
        if not _DECIMAL.fullmatch(text) or not least <= float(text.replace(",", ".")) <= most:
            refuse(parameter, text, f"un nombre de {least:g} à {f'{most:,.0f}'.replace(',', ' ')}")
        return float(text.replace(",", "."))

    return read


_EUROS = decimal(0, 1_000_000)


def euros(parameter: str, text: str) -> int:
    """Cents."""
    return round(float(_EUROS(parameter, text)) * 100)


def day(parameter: str, text: str) -> int:
    """Ordinal of an ISO date."""
    if _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text).toordinal()
        except ValueError:
            pass
    return refuse(parameter, text, "une date de la forme 2026-03-15")


def one_of(values: dict[str, Any]) -> Reader:
    def read(parameter: str, text: str) -> Any:
        if text not in values:
            refuse(parameter, text, "une des valeurs " + ", ".join(values))
        return values[text]

    return read


def code(pattern: str, expected: str) -> Reader:
    """A code as the index holds it: upper case, without spaces."""
    compiled = re.compile(pattern)

    def read(parameter: str, text: str) -> str:
        compact = text.upper().replace(" ", "")
        if not compiled.fullmatch(compact):
            refuse(parameter, text, expected)
        return compact

    return read


def nsf(parameter: str, text: str) -> str:
    """As files and index spell it: three digits, the function as a small letter (``326t``)."""
    code = nsf_code(text.replace(" ", ""))
    if code is None or len(code) < 3:
        refuse(parameter, text, "un code NSF (314, 326t)")
    return code


def language(parameter: str, text: str) -> str:
    text = text.lower()
    if not (text == "unknown" or re.fullmatch(r"[a-z]{2}", text)):
        refuse(parameter, text, "un code de langue de deux lettres (fr, en…) ou unknown")
    return text


def certification(parameter: str, text: str) -> tuple[str, ...]:
    """``34441`` alone may be of either register."""
    matched = _CERTIFICATION.fullmatch(text.upper().replace(" ", ""))
    if not matched:
        refuse(parameter, text, "un code de certification (RNCP34441, RS5695, CPF202)")
    prefix, number = matched.groups()
    return (prefix + number,) if prefix else (f"RNCP{number}", f"RS{number}")


def area(parameter: str, text: str) -> str:
    kind, _, rest = text.partition(":")
    compact = f"{kind.strip().lower()}:{rest.strip().upper()}"
    if not _AREA.fullmatch(compact):
        refuse(parameter, text, "une zone (dep:69, reg:84, insee:69123)")
    return compact


def offer(parameter: str, text: str) -> int:
    try:
        return id_number(text)
    except ValueError:
        refuse(parameter, text, "l'identifiant d'une offre (13 caractères)")


def accessibility(parameter: str, text: str) -> tuple[Need, Answer]:
    need, _, answer = text.partition(":")
    if need not in _NEEDS or answer not in _ANSWERS:
        needs = ", ".join(_NEEDS)
        refuse(parameter, text, f"de la forme besoin:réponse (besoins {needs} ; réponses yes, no, unknown)")
    return _NEEDS[need], _ANSWERS[answer]
