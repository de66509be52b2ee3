"""Pairs of an address, or a JSON body, to a ``SearchRequest``. Anything that is not understood is refused by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from base.errors import InvalidParameter
from search.declared import PARAMETERS, Parameter, find_parameter, openapi_parameters
from search.plan import Filters, Sort
from search.request import SearchRequest

__all__ = ["PARAMETERS", "Parameter", "openapi_parameters", "parse", "parse_json"]

MOST_VALUES = 100  # of one parameter
_FEWEST_IDS, _MOST_IDS = 2, 20


def parse(pairs: Iterable[tuple[str, str]]) -> SearchRequest:
    """A question from (parameter, text) pairs. An empty text is a parameter not given, as forms send it."""
    members: dict[str, Any] = {}
    filters: dict[str, Any] = {}
    for name, text in pairs:
        parameter = find_parameter(name)
        text = text.strip()
        if not text:
            continue
        target = filters if parameter.filters else members
        if not parameter.repeatable:
            if parameter.into in target:
                raise InvalidParameter(name, f"{name} ne peut être donné qu'une fois.")
            target[parameter.into] = parameter.read(name, text)
            continue
        found: list[Any] = target.setdefault(parameter.into, [])
        for part in text.split(","):
            if part := part.strip():
                found.append(parameter.read(name, part))
        if len(found) > MOST_VALUES:
            raise InvalidParameter(name, f"{name} : au plus {MOST_VALUES} valeurs.")
    if "areas" in members:
        members["areas"] = tuple(dict.fromkeys(members["areas"]))
    if filters:
        members["filters"] = _filters(filters)
    request = SearchRequest(**members)
    if request.sort is Sort.DISTANCE and not (request.home or request.work):
        raise InvalidParameter("sort", "Le tri par distance demande un lieu : donnez home ou work.")
    return request


def _filters(found: dict[str, Any]) -> Filters:
    """Lists of values to sets; what needs several members at once is checked here."""
    for name, value in found.items():
        if isinstance(value, list) and name not in ("accessibility", "certification"):
            found[name] = frozenset(value)
    if "certification" in found:
        found["certification"] = frozenset(code for codes in found["certification"] for code in codes)
    if "accessibility" in found:
        needs: dict[Any, set[Any]] = {}
        for need, answer in found["accessibility"]:
            needs.setdefault(need, set()).add(answer)
        found["accessibility"] = {need: frozenset(needs[need]) for need in sorted(needs)}
    if "ids" in found and not _FEWEST_IDS <= len(found["ids"]) <= _MOST_IDS:
        raise InvalidParameter("ids", f"ids : de {_FEWEST_IDS} à {_MOST_IDS} offres différentes.")
    filters = Filters(**found)
    if filters.start_from is not None and filters.start_to is not None and filters.start_from > filters.start_to:
        raise InvalidParameter("start_to", "start_to est avant start_from.")
    return filters


def parse_json(body: bytes) -> SearchRequest:
    """The same question as a JSON object: names of the parameters, lists for several values, ``null`` for none."""
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidParameter("body", "Le corps de la requête n'est pas du JSON.") from error
    if not isinstance(content, dict):
        raise InvalidParameter("body", "Le corps de la requête doit être un objet JSON.")
    return parse(pair for name, value in content.items() for pair in _pairs(name, value))


def _pairs(name: str, value: Any) -> Iterable[tuple[str, str]]:
    parameter = find_parameter(name)
    if isinstance(value, dict) and name == "accessibility":
        return [
            (name, f"{need}:{_text(name, answer)}")
            for need, answers in value.items()
            for answer in (answers if isinstance(answers, list) else [answers])
        ]
    if isinstance(value, list):
        if not parameter.repeatable:
            raise InvalidParameter(name, f"{name} ne peut avoir qu'une valeur.")
        return [(name, _text(name, item)) for item in value]
    return [(name, _text(name, value))]


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        if "1" not in find_parameter(name).schema.get("enum", ()):
            raise InvalidParameter(name, f"{name} : un texte ou un nombre est attendu.")
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:.12f}".rstrip("0").rstrip(".") if abs(value) < 1e9 else repr(value)
    if isinstance(value, str | int):
        return str(value)
    raise InvalidParameter(name, f"{name} : un texte ou un nombre est attendu.")
