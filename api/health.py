"""Is it alive, can it answer, how fast is it."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy.exc import SQLAlchemyError

from api.measures import Figures
from api.problems import headers_of
from api.services import Services
from api.watch import Metrics
from base.database import reading
from catalog.store import marks


def readiness(services: Services) -> dict[str, Any]:
    """``ready`` when the database has its newest shape and a complete index is served."""
    try:
        migrated = services.migrated()
        pending = _pending(services) if migrated else None
        database = "" if migrated else "La base n'est pas à jour : lancez « parcours admin migrate »."
    except (SQLAlchemyError, OSError):
        migrated, pending, database = False, None, "La base ne répond pas."
    health = services.engine.health()
    return {
        "ready": migrated and health.ready,
        "database": {"migrated": migrated, "detail": database, "pending_trainings": pending},
        "index": {
            "engine": services.engine.name,
            "ready": health.ready,
            "generation": health.generation,
            "offers": health.offers,
            "trainings": health.trainings,
            "detail": health.detail,
        },
    }


def _pending(services: Services) -> int:
    with reading(services.database) as conn:
        return marks.pending(conn)


def routes(services: Services, metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["service"])
    metrics.registry.register(Figures(services))

    @router.get("/healthz", summary="Le programme tourne")
    async def alive() -> Response:
        return Response(b'{"alive":true}', media_type="application/json")

    @router.get("/readyz", summary="Le service peut répondre", responses={503: {"description": "Pas encore prêt."}})
    def ready() -> Response:
        told = readiness(services)
        status = 200 if told["ready"] else 503
        return Response(orjson.dumps(told), status, headers_of(status), "application/json")

    @router.get("/metrics", summary="Mesures (Prometheus)", response_class=Response,
                responses={200: {"content": {"text/plain": {}}}})  # fmt: skip
    def measures() -> Response:
        return Response(metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router
