"""What decides the order, published: parameters and their weight (regulation (EU) 2019/1150, article 5)."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Response

from api.documented import RankingAnswer
from api.services import PREFIX
from search import ranking

FORMULA = "score = text × poids + near × poids + open × poids + turn × poids ; chaque part est comprise entre 0 et 1"
_PARTS = {
    "text": (
        "Correspondance des mots",
        "Les mots demandés se trouvent dans la formation. Un mot rare compte plus qu'un mot courant ; le titre de la "
        "certification compte plus que l'intitulé, qui compte plus que les mots-clés, l'objectif et le programme. "
        "Ni la longueur du texte ni les répétitions ne changent rien.",
    ),
    "near": (
        "Proximité",
        f"Distance entre le lieu de l'offre et le domicile ou le travail, le plus proche des deux. La moitié à "
        f"{ranking.NEAR_PIVOT_KM:.0f} km. Une offre entièrement à distance reçoit une valeur fixe de "
        f"{ranking.REMOTE_NEAR * 100:.0f} %.",
    ),
    "open": (
        "Inscription possible",
        "Une session ouverte est à venir, ou l'on peut entrer à tout moment ; et la certification n'a pas expiré.",
    ),
    "turn": (
        "Tirage du jour",
        "Départage les offres équivalentes par un tirage qui change chaque jour et à chaque question, pour que "
        "personne ne soit toujours premier. Trop petit pour faire passer une offre devant une meilleure.",
    ),
}
_FIELDS = {
    "certification_title": "titre de la certification",
    "training_title": "intitulé de la formation",
    "labels": "mots-clés du domaine et métiers",
    "objective": "objectif",
    "content": "programme",
}
_FORMS = {
    "exact": "le mot lui-même",
    "stem": "le même mot au pluriel ou accordé",
    "family": "un mot de la même famille",
}


def ranking_page() -> dict[str, Any]:
    return {
        "version": ranking.VERSION,
        "formula": FORMULA,
        "principles": [
            "Le classement ne dépend que de la question posée.",
            "Aucun organisme ne peut payer pour être mieux placé.",
            "Le classement ne dépend pas de la personne qui cherche.",
        ],
        "parts": [
            {"part": part, "label": label, "weight": ranking.WEIGHTS[part], "reason": reason}
            for part, (label, reason) in _PARTS.items()
        ],
        "fields": [
            {"field": name, "label": _FIELDS[name], "weight": weight} for name, weight in ranking.FIELD_WEIGHTS.items()
        ],
        "forms": [{"form": name, "label": _FORMS.get(name, name), "weight": weight}
                  for name, weight in ranking.FORM_WEIGHTS.items()],
        "near": {"pivot_km": ranking.NEAR_PIVOT_KM, "remote": ranking.REMOTE_NEAR},
        "arrangement": {
            "window": ranking.ARRANGE_WINDOW,
            "block": ranking.ARRANGE_BLOCK,
            "per_organisation": ranking.ARRANGE_PER_ORGANISATION,
            "min_ratio": ranking.ARRANGE_MIN_RATIO,
            "reason": (
                f"Parmi {ranking.ARRANGE_BLOCK} résultats qui se suivent, un même organisme en tient au plus "
                f"{ranking.ARRANGE_PER_ORGANISATION}, tant que l'offre qui remonte vaut au moins "
                f"{ranking.ARRANGE_MIN_RATIO * 100:.0f} % de celle qui attend."
            ),
        },
    }  # fmt: skip


def routes() -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["classement"])
    body = orjson.dumps(ranking_page())

    @router.get("/ranking", summary="Ce qui décide du classement", response_class=Response,
                responses={200: {"model": RankingAnswer}})  # fmt: skip
    async def show_ranking() -> Response:
        return Response(body, media_type="application/json")

    return router
