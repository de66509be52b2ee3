"""How results are ranked, in words and figures, generated from the table that ranks them."""

from __future__ import annotations

from dataclasses import dataclass

from search import ranking
from web.french import decimal


@dataclass(frozen=True, slots=True)
class Weight:
    name: str
    value: str
    percent: int
    text: str = ""


_PARTS = {
    "text": (
        "Mots",
        "Vos mots, là où la formation les porte. Un mot rare compte plus qu'un mot courant. Répéter un mot ou allonger "
        "un texte ne change rien.",
    ),
    "near": (
        "Proximité",
        "La distance entre le lieu de formation et votre domicile ou votre travail, le plus proche des deux.",
    ),
    "open": ("Session ouverte", "Une session à venir est ouverte, ou l'on peut entrer à tout moment."),
    "turn": (
        "Tirage du jour",
        "Il départage les offres qui se valent, et change chaque jour pour que chacune ait son tour. Il est trop petit "
        "pour faire passer une offre devant une meilleure.",
    ),
}
_FIELDS = {
    "certification_title": "Titre de la certification",
    "training_title": "Intitulé de la formation",
    "labels": "Mots-clés du domaine et métiers",
    "objective": "Objectif",
    "content": "Programme",
}
_FORMS = {
    "exact": "Le mot tel quel",
    "stem": "Le même mot, au pluriel ou au féminin",
    "family": "Un mot de la même famille",
}


def parts() -> list[Weight]:
    greatest = max(ranking.WEIGHTS.values())
    return [
        Weight(_PARTS[name][0], decimal(weight, 3), _percent(weight / greatest), _PARTS[name][1])
        for name, weight in ranking.WEIGHTS.items()
    ]


def fields() -> list[Weight]:
    return [
        Weight(_FIELDS.get(name, name), decimal(weight, 2), _percent(weight))
        for name, weight in ranking.FIELD_WEIGHTS.items()
    ]


def forms() -> list[Weight]:
    return [
        Weight(_FORMS.get(name, name), decimal(weight, 2), _percent(weight))
        for name, weight in ranking.FORM_WEIGHTS.items()
    ]


def distances() -> list[Weight]:
    """What is left of the nearness part at a few distances."""
    pivot = ranking.NEAR_PIVOT_KM
    kept = {f"{km} km": pivot / (pivot + km) for km in (0, 5, 15, 30, 60)}
    kept["à distance"] = ranking.REMOTE_NEAR
    return [Weight(name, f"{_percent(share)} %", _percent(share)) for name, share in kept.items()]


def _percent(share: float) -> int:
    return round(share * 100)
