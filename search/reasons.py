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
_REMOTE = f"À distance : {REMOTE_NEAR * 100:.0f} % de la proximité, comme toutes les offres à distance.".encode()
# What stands before the value of a part, and between it and its text.
_OPENINGS = {name: b'{"part":"%b","value":' % name.encode() for name in WEIGHTS}
_CEILINGS = {name: b',"ceiling":%b,"text":"' % orjson.dumps(ceiling) for name, ceiling in WEIGHTS.items()}
_TEXT, _NEAR, _OPEN, _TURN = (_OPENINGS[name] for name in ("text", "near", "open", "turn"))
_OF_TEXT, _OF_NEAR, _OF_OPEN, _OF_TURN = (_CEILINGS[name] for name in ("text", "near", "open", "turn"))
_END = b'"},'
_LAST = _OF_TURN + 'Tirage du jour, pour départager les offres équivalentes."}]'.encode()
_NO_WORD = "Aucun mot demandé.".encode()
_NO_PLACE = "Aucun lieu demandé.".encode()
_NOWHERE = "Lieu non situé.".encode()
# Why an offer is open or not.
NO_SESSION = "Aucune session ouverte à venir.".encode()
CERTIFICATION_ENDED = "Certification expirée : inscription fermée.".encode()
ANY_TIME = "Entrée possible à tout moment.".encode()
SESSION = b"Une session est ouverte."


def parts_of(described: Described) -> tuple[float, ...]:
    """Values of the parts, in the order of the formula."""
    return (
        WEIGHTS["text"] * described.text,
        WEIGHTS["near"] * described.near,
        WEIGHTS["open"] * described.open,
        WEIGHTS["turn"] * described.turn,
    )


def present_reasons(
    described: Described, plan: Plan, values: Sequence[bytes], *, remote: bool, opening: bytes, closed: bytes
) -> bytes:
    """``[{"part", "value", "ceiling", "text"}]`` as JSON, in the order of the formula; ``values`` as ``parts_of``.
    ``opening``, ``closed``: what is told of it when it is open, and when it is not."""
    text, near, open_, turn = values
    told = [b"[", _TEXT, text, _OF_TEXT, _text(plan, described.words), _END]
    told += (_NEAR, near, _OF_NEAR, _near(described, plan, remote), _END)
    told += (_OPEN, open_, _OF_OPEN, opening if described.open > 0 else closed, _END, _TURN, turn, _LAST)
    return b"".join(told)


def field_names(mask: int) -> list[str]:
    return [name for bit, name in enumerate(FIELD_NAMES) if mask >> bit & 1]


def form_name(term: str) -> str:
    """``exact``, ``stem`` or ``family``."""
    return {STEM: "stem", FAMILY: "family"}.get(term[0], "exact") if len(term) > 1 else "exact"


def _text(plan: Plan, words: Sequence[tuple[str, int, float]]) -> bytes:
    """As it stands inside the quotation marks of JSON."""
    if not plan.words:
        return _NO_WORD
    parts = [_word_reason(word.text, term, mask) for word, (term, mask, _) in zip(plan.words, words, strict=True)]
    return b" ; ".join(parts) + b"."


@lru_cache(maxsize=1 << 14)
def _word_reason(text: str, term: str, mask: int) -> bytes:
    text = orjson.dumps(text).decode()[1:-1]
    if not term:
        return f"« {text} » absent".encode()
    where = _FIELD_TEXTS[(mask & -mask).bit_length() - 1]  # the best field that holds it
    kin = " (mot de la même famille)" if form_name(term) == "family" else ""
    return f"« {text} »{kin} dans {where}".encode()


def _near(described: Described, plan: Plan, remote: bool) -> bytes:
    if plan.home is None and plan.work is None:
        return _NO_PLACE
    if remote:
        return _REMOTE
    home, work = described.home_km, described.work_km
    if home is None and work is None:
        return _NOWHERE
    if work is None or (home is not None and home <= work):
        return f"À {_km(home or 0.0)} du domicile.".encode()
    return f"À {_km(work)} du travail.".encode()


def _km(distance: float) -> str:
    return f"{distance:.1f}".replace(".", ",") + " km"
