"""What was understood of a question, in the answer's own words, with what undoes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from geo.found import Found, PlaceKind
from search.address import link
from search.analysis import fold
from search.asked import Asked
from search.places import Places
from search.plan import Plan

_BEFORE_A_PLACE = frozenset({"a", "au", "aux", "sur", "dans", "en", "vers", "pres", "de", "chez", "proche", "autour"})
_MOST_PLACE_WORDS = 4


def present_understood(asked: Asked, plan: Plan, gazetteer: Places) -> dict[str, Any]:
    """Words with their weight, codes, places; ``relaxed`` and ``proposed`` say what was or could be done otherwise."""
    words, where, request = asked.words, asked.where, asked.request
    return {
        "q": request.q,
        "words": [
            {
                "text": word.text,
                "share": round(word.share, 6),
                "known": known,
                "required": word.required,
                "alternatives": [{"term": one.term, "weight": one.weight} for one in word.alternatives],
            }
            for word, known in zip(plan.words, words.known, strict=True)
        ],
        "ignored": list(words.ignored),
        "certification": [] if request.filters.certification else list(words.certifications),
        "rome": [] if request.filters.rome else list(words.rome),
        "relaxed": _relaxed(asked, plan),
        "home": _place(where.home),
        "work": _place(where.work),
        "areas": [
            {"value": text, "label": label} for text, label in zip(request.areas, asked.area_labels, strict=True)
        ],
        "proposed": _proposed(asked, gazetteer),
        "day": date.fromordinal(plan.day).isoformat(),
    }


def _relaxed(asked: Asked, plan: Plan) -> dict[str, Any] | None:
    """Words that need not match because too little was found; ``undo`` asks without them, as if never typed."""
    optional = [word.text for word in plan.words if not word.required]
    if not optional:
        return None
    required = " ".join(word.text for word in plan.words if word.required)
    return {
        "words": optional,
        "text": "Trop peu d'offres portent tous vos mots : " + ", ".join(f"« {text} »" for text in optional)
        + (" ne sont plus exigés." if len(optional) > 1 else " n'est plus exigé."),
        "undo": link(replace(asked.request, q=required, cursor="")) if required else None,
    }  # fmt: skip


def _place(found: Found | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "label": found.label,
        "insee": found.insee,
        "lat": found.lat,
        "lon": found.lon,
        "precision": str(found.precision),
    }


def _proposed(asked: Asked, gazetteer: Places) -> dict[str, Any] | None:
    """A place typed among the words, or an area typed as a place: proposed, never applied unasked."""
    request, where = asked.request, asked.where
    for parameter, found in (("home", where.home), ("work", where.work)):
        if found and found.kind in (PlaceKind.DEPARTEMENT, PlaceKind.REGION) and not request.areas:
            cleared = replace(request, home="", work="") if parameter == "home" else replace(request, work="")
            return {
                "parameter": "area",
                "value": found.area,
                "label": found.label,
                "instead_of": parameter,
                "link": link(replace(cleared, areas=(found.area,), cursor="")),
            }
    if not request.q or where.home or where.work or where.areas or all(asked.words.known):
        return None
    return _place_in_words(asked, gazetteer)


def _place_in_words(asked: Asked, gazetteer: Places) -> dict[str, Any] | None:
    """The longest end of the words that is spelled as a place is, when no text knows one of its words."""
    request = asked.request
    unknown = {fold(word.text) for word, known in zip(asked.words.words, asked.words.known, strict=True) if not known}
    typed = request.q.split()
    for count in range(min(_MOST_PLACE_WORDS, len(typed)), 0, -1):
        tail = typed[-count:]
        if fold(tail[0]) in _BEFORE_A_PLACE or not any(fold(word) in unknown for word in tail):
            continue
        found = gazetteer.named(" ".join(tail))
        if found is None:
            continue
        rest = typed[:-count]
        while rest and fold(rest[-1]) in _BEFORE_A_PLACE:
            rest.pop()
        q = " ".join(rest)
        return {
            "parameter": "home",
            "value": " ".join(tail),
            "label": found.label,
            "q": q,
            "link": link(replace(request, q=q, home=" ".join(tail), cursor="")),
        }
    return None
