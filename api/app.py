"""The application: its rooms' routes put together around the services that the wiring hands over."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from api import (
    accounts,
    banking,
    documents,
    enrollment,
    financing,
    health,
    offers,
    payments,
    places,
    problems,
    ranking,
    repayments,
    submissions,
    transfers,
)
from api.direct import Direct, Pairs
from api.documented import ProblemAnswer
from api.services import PREFIX, Services
from api.watch import Metrics, Watch

VERSION = "1"
_DESCRIPTION = (
    "Chercher des formations par mots et par distance du domicile et du travail, savoir pourquoi chaque résultat est à "
    "sa place, demander une inscription et la suivre jusqu'au paiement de l'organisme, et déposer un catalogue. Les "
    "erreurs sont des documents RFC 9457."
)
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "Clé donnée par « parcours admin key »."},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}


def create_app(
    services: Services,
    pages: APIRouter | None = None,
    show: problems.Show | None = None,
    document_page: documents.Page | None = None,
) -> FastAPI:
    """``pages``: the site, when there is one; ``show`` is how it tells an error to a person, ``document_page`` how it
    shows a document of a file."""
    metrics = Metrics()
    app = FastAPI(
        title="Parcours",
        version=VERSION,
        description=_DESCRIPTION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # the framework's pages load scripts from another host
        redoc_url=None,
        responses={422: {"model": ProblemAnswer, "description": "Paramètre incorrect ; parameter dit lequel."}},
    )
    for router in (
        offers.routes(services, metrics),
        places.routes(services),
        ranking.routes(),
        financing.routes(services),
        enrollment.routes(services),
        documents.routes(services, document_page),
        payments.routes(services),
        accounts.routes(services),
        banking.routes(services),
        transfers.routes(services),
        repayments.routes(services),
        submissions.routes(services),
    ):
        app.include_router(router)
    app.include_router(health.routes(services, metrics))
    if document_page is not None:
        app.include_router(documents.linked(services, document_page))
    if pages is not None:
        app.include_router(pages)
    problems.install(app, show)
    app.add_middleware(Watch, metrics=metrics, show=show, questions=services.log_questions)
    layers = app.build_middleware_stack

    def build() -> ASGIApp:
        def answer(pairs: Pairs) -> offers.Answered:
            return offers.answer_address(services, metrics, pairs)

        return Direct(
            layers(),
            f"{PREFIX}/offers",
            answer,
            metrics,
            waits=services.engine.waits,
            questions=services.log_questions,
        )

    app.build_middleware_stack = build  # type: ignore[method-assign]
    _document(app)
    return app


def _document(app: FastAPI) -> None:
    """Errors are problem documents, and keys are described."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        schema = made()
        schema.setdefault("components", {})["securitySchemes"] = _SECURITY
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation.get("responses", {}).items():
                    _name_media(status, response)
        app.openapi_schema = schema
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


def _name_media(status: str, response: dict[str, Any]) -> None:
    content = response.get("content", {})
    if status >= "400" and "application/json" in content:
        response["content"] = {problems.MEDIA_TYPE: content["application/json"]}
