"""Places as people type them."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Query, Response

from api.documented import PlacesAnswer
from api.services import PREFIX, Services
from base.errors import InvalidParameter
from geo.found import Found

LONGEST = 200


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["lieux"])

    @router.get(
        "/places",
        summary="Lieux dont le nom, le code postal ou le code commence ainsi",
        response_class=Response,
        responses={200: {"model": PlacesAnswer}},
    )
    async def places(
        q: str = Query("", description="Début d'un nom ou d'un code", max_length=LONGEST, examples=["Lyon"]),
        limit: int = Query(10, ge=1, le=50, description="Lieux au plus"),
    ) -> Response:
        if not q.strip():
            raise InvalidParameter("q", "q : donnez le début d'un nom de lieu ou d'un code postal.")
        found = services.gazetteer.suggest(q, limit)
        return Response(orjson.dumps({"places": [present_place(one) for one in found]}), media_type="application/json")

    return router


def present_place(found: Found) -> dict[str, Any]:
    return {
        "kind": str(found.kind),
        "label": found.label,
        "insee": found.insee,
        "postcode": found.postcode,
        "lat": found.lat,
        "lon": found.lon,
        "precision": str(found.precision),
        "departement": found.departement,
        "region": found.region,
        "population": found.population,
        "area": found.area,
    }
