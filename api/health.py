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
from catalog.store.followed import followed
from search.standby import Standby

_OF_ANOTHER = (
    "L'index a été fait d'une autre base : vérifiez PARCOURS_DATABASE_URL, ou « parcours reindex --replace-index »."
)
_NOT_YET = "L'index de secours n'est pas encore à jour : un worker de cette machine le fait."


def readiness(services: Services) -> dict[str, Any]:
    """``ready`` when the database has its newest shape and a complete index made of it is served: ``degraded`` when it
    is that of the standby."""
    own = ""
    try:
        migrated = services.migrated()
        own, pending = _own(services) if migrated else ("", None)
        database = "" if migrated else "La base n'est pas à jour : lancez « parcours admin migrate »."
    except (SQLAlchemyError, OSError):
        migrated, pending, database = False, None, "La base ne répond pas."
    health = services.engine.health()
    other = bool(own and health.stamp.catalogue) and health.stamp.catalogue != own
    fallback = _fallback(services.standby)
    degraded = not health.ready and fallback is not None and fallback["ready"]
    return {
        "ready": migrated and not other and (health.ready or degraded),
        "degraded": degraded,
        "database": {"migrated": migrated, "detail": database, "pending_trainings": pending},
        "index": {
            "engine": services.engine.name,
            "ready": health.ready and not other,
            "generation": health.generation,
            "offers": health.offers,
            "trainings": health.trainings,
            "detail": _OF_ANOTHER if other else health.detail,
        },
        "fallback": fallback,
    }


def _fallback(standby: Standby | None) -> dict[str, Any] | None:
    if standby is None:
        return None
    health, state = standby.engine.health(), standby.state()
    return {
        "engine": standby.engine.name,
        "ready": health.ready and state is not None,
        "generation": health.generation,
        "offers": health.offers,
        "as_of": state.as_of.isoformat() if state else None,
        "age_seconds": state.age_seconds if state else None,
        "detail": health.detail or ("" if state else _NOT_YET),
    }


def _own(services: Services) -> tuple[str, int]:
    """By which name the database is told in an index, and the trainings that wait to be indexed."""
    with reading(services.database) as conn:
        return followed(conn).catalogue, marks.pending(conn)


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
