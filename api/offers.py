"""Questions and offers. The hot path: raw parameters in, bytes out, no model in between."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.bodies import read_bounded
from api.detail import offer_page
from api.direct import fallback_headers
from api.documented import DetailAnswer, ProblemAnswer, SearchAnswer
from api.services import PREFIX, Services
from api.watch import Metrics, question_class
from base.errors import NotBuiltYet
from search.engines.contract import Engine
from search.parameters import openapi_parameters, parse, parse_json
from search.request import SearchRequest
from search.service import answer
from search.standby import StoodIn, answered

JSON = "application/json"

Asked = TypeVar("Asked")
Answered = tuple[bytes, StoodIn | None]


def ask(services: Services, metrics: Metrics, request: SearchRequest) -> Answered:
    """The page of a question, as JSON. With an engine in memory it takes about a millisecond; others wait."""
    began = time.perf_counter()

    def page(engine: Engine, stood_in: StoodIn | None) -> bytes:
        return answer(request, engine=engine, gazetteer=services.places, day=services.today(), stood_in=stood_in)

    told = answered(page, services.engine, services.standby)
    metrics.of_class[question_class(request)](time.perf_counter() - began)
    return told


def answer_address(services: Services, metrics: Metrics, pairs: list[tuple[str, str]]) -> Answered:
    return ask(services, metrics, parse(pairs))


async def _beside_if_it_waits(
    services: Services, answering: Callable[[Services, Metrics, Asked], Answered], metrics: Metrics, asked: Asked
) -> Response:
    if services.engine.waits:
        body, stood_in = await run_in_threadpool(answering, services, metrics, asked)
    else:
        body, stood_in = answering(services, metrics, asked)
    return Response(body, headers=fallback_headers(stood_in), media_type=JSON)


def routes(services: Services, metrics: Metrics) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["offres"])

    @router.get(
        "/offers",
        summary="Chercher des offres de formation",
        response_class=Response,
        responses={
            200: {"model": SearchAnswer},
            410: {"model": ProblemAnswer, "description": "Le curseur est périmé : restart redonne la première page."},
        },
        openapi_extra={"parameters": openapi_parameters()},
    )
    async def search_offers(request: Request) -> Response:
        pairs = request.query_params.multi_items()
        return await _beside_if_it_waits(services, answer_address, metrics, pairs)

    @router.post(
        "/offers/search",
        summary="La même question, en JSON",
        response_class=Response,
        responses={
            200: {"model": SearchAnswer},
            410: {"model": ProblemAnswer, "description": "Le curseur est périmé."},
            413: {"model": ProblemAnswer, "description": "Corps trop volumineux."},
        },
        openapi_extra={"requestBody": _question_body()},
    )
    async def search_offers_by_json(request: Request) -> Response:
        body = await read_bounded(request, services.limits.question_bytes)
        return await _beside_if_it_waits(services, ask, metrics, parse_json(body))

    @router.get(
        "/offers/{offer_id}",
        summary="Une offre, avec ses textes, ses contacts, ses lieux et ses sessions",
        response_class=Response,
        responses={200: {"model": DetailAnswer}, 404: {"model": ProblemAnswer, "description": "Offre inconnue."}},
    )
    def one_offer(offer_id: str) -> Response:
        return Response(orjson.dumps(offer_page(services.database, offer_id, services.today())), media_type=JSON)

    @router.get("/offers/{offer_id}/rank", summary="Le rang d'une offre (à venir)", response_class=Response)
    async def rank(offer_id: str) -> Response:
        raise NotBuiltYet("offer_id", "Le rang d'une offre n'est pas encore disponible.")

    @router.get("/suggest", summary="Compléter des mots (à venir)", response_class=Response)
    async def suggest() -> Response:
        raise NotBuiltYet("q", "Les suggestions de mots ne sont pas encore disponibles.")

    return router


def _question_body() -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for parameter in openapi_parameters():
        schema = dict(parameter["schema"])
        # As in an address, one value may stand without a list; flags may be true or false.
        alternatives: list[dict[str, Any]] = [schema, {"type": "null"}]
        if schema.get("type") == "array":
            alternatives.append(schema["items"])
        if set(schema.get("enum", ())) == {"0", "1", "false", "true"}:
            alternatives.append({"type": "boolean"})
        properties[parameter["name"]] = {"anyOf": alternatives, "description": parameter["description"]}
    question = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"required": True, "content": {JSON: {"schema": question, "example": {"q": "comptabilité", "home": "Lyon"}}}}
