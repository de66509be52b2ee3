"""Why a result is where it is: the parts of its score in words. Values of the parts sum to the score."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import orjson

from search.analysis.terms import FAMILY, STEM
from search.document import FIELD_NAMES
from search.engines.contract import Described
from search.plan import Plan
from search.ranking import REMOTE_NEAR, WEIGHTS

_FIELDS = {
    "certification_title": "le titre de la certification",
    "training_title": "l'intitulé de la formation",
    "labels": "les mots-clés du domaine",
    "objective": "l'objectif",
    "content": "le programme",
}
_FIELD_TEXTS = tuple(_FIELDS[name] for name in FIELD_NAMES)
_TURN = "Tirage du jour, pour départager les offres équivalentes."
_REMOTE = f"À distance : {REMOTE_NEAR * 100:.0f} % de la proximité, comme toutes les offres à distance."


def present_reasons(described: Described, plan: Plan, *, remote: bool, permanent: bool) -> str:
    """``[{"part", "value", "ceiling", "text"}]`` as JSON, in the order of the formula."""
    told = (
        _part("text", described.text, text_reason(plan, described.words)),
        _part("near", described.near, _near(described, plan, remote)),
        _part("open", described.open, _open(described, permanent)),
        _part("turn", described.turn, _TURN),
    )
    return f"[{','.join(told)}]"


def _part(name: str, value: float, text: str) -> str:
    return f'{{"part":"{name}","value":{WEIGHTS[name] * value},"ceiling":{WEIGHTS[name]},"text":"{text}"}}'


def field_names(mask: int) -> list[str]:
    return [name for bit, name in enumerate(FIELD_NAMES) if mask >> bit & 1]


def form_name(term: str) -> str:
    """``exact``, ``stem`` or ``family``."""
    return {STEM: "stem", FAMILY: "family"}.get(term[0], "exact") if len(term) > 1 else "exact"


def text_reason(plan: Plan, words: Sequence[tuple[str, int, float]]) -> str:
    """As it stands inside the quotation marks of JSON."""
    if not plan.words:
        return "Aucun mot demandé."
    parts = [_word_reason(word.text, term, mask) for word, (term, mask, _) in zip(plan.words, words, strict=True)]
    return " ; ".join(parts) + "."


@lru_cache(maxsize=1 << 14)
def _word_reason(text: str, term: str, mask: int) -> str:
    text = orjson.dumps(text).decode()[1:-1]
    if not term:
        return f"« {text} » absent"
    where = _FIELD_TEXTS[(mask & -mask).bit_length() - 1]  # the best field that holds it
    kin = " (mot de la même famille)" if form_name(term) == "family" else ""
    return f"« {text} »{kin} dans {where}"


def _near(described: Described, plan: Plan, remote: bool) -> str:
    if plan.home is None and plan.work is None:
        return "Aucun lieu demandé."
    if remote:
        return _REMOTE
    home, work = described.home_km, described.work_km
    if home is None and work is None:
        return "Lieu non situé."
    if work is None or (home is not None and home <= work):
        return f"À {_km(home or 0.0)} du domicile."
    return f"À {_km(work)} du travail."


def _km(distance: float) -> str:
    return f"{distance:.1f}".replace(".", ",") + " km"


def _open(described: Described, permanent: bool) -> str:
    if described.open <= 0:
        return "Aucune session ouverte à venir."
    return "Entrée possible à tout moment." if permanent else "Une session est ouverte."
