"""The cash part of a file by card: the learner goes to pay, the provider tells what came of it."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.bodies import read_bounded
from api.documented import ProblemAnswer
from api.documented_money import PaymentAnswer, PaymentsAnswer
from api.idempotency import Answer
from api.identity import who
from api.keys import Identity, Role
from api.posting import (
    IDEMPOTENCY,
    IF_MATCH,
    JSON,
    PROBLEMS,
    REFUSED,
    SECURITY,
    body_of,
    by_,
    coded,
    file_number,
    only,
    posted,
    version_of,
    visible,
)
from api.said import read_body
from api.services import PREFIX, Services
from base.clock import PARIS
from base.database import reading, stored
from base.errors import Forbidden, NotFound
from base.ids import id_text
from enrollment.files.states import Actor
from enrollment.payments import store, webhooks
from enrollment.payments.confirming import go_and_pay
from enrollment.payments.port import Provider
from enrollment.payments.store import NoSuchPayment, Payment, Refund

_FILE = Path(description="Identifiant du dossier")
_SEE = (Actor.LEARNER, Actor.OPERATOR)  # how a learner pays is nobody else's


class Going(BaseModel):
    """What a learner says when he goes to pay: it confirms his order once the money has come."""

    model_config = ConfigDict(extra="forbid", strict=True)

    terms_version: str = Field(max_length=20, description="Version des conditions acceptée")
    back_url: str = Field(
        "", max_length=500, pattern=r"^$|^https?://[^\s]+$", description="Où la page de paiement ramène"
    )


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["paiements"])
    desk, provider = services.desk, services.provider

    @router.post(
        "/enrollments/{file_id}/payments",
        summary="Aller payer le reste par carte",
        status_code=201,
        response_class=Response,
        responses={201: {"model": PaymentAnswer, "description": "La page de paiement s'ouvre."}, **PROBLEMS, **REFUSED},
        openapi_extra={**SECURITY, "requestBody": body_of(Going)},
    )
    async def go(
        request: Request,
        file_id: Annotated[str, _FILE],
        key: Annotated[str, IDEMPOTENCY] = "",
        match: Annotated[str, IF_MATCH] = "",
    ) -> Response:
        def act(conn: Connection, identity: Identity, body: bytes) -> Answer:
            by, going = only(identity, Role.LEARNER), read_body(Going, body)
            payment = go_and_pay(
                conn, desk, provider, file_number(file_id), by,
                key=secrets.token_urlsafe(12), terms_version=going.terms_version,
                back_url=going.back_url or services.address, now=services.clock(), version=version_of(match),
            )  # fmt: skip
            told = orjson.dumps(present_payment(payment, []))
            place = f"{PREFIX}/enrollments/{file_id}/payments/{id_text(payment.id)}"
            return Answer(201, {"content-type": JSON, "location": place}, told)

        return await posted(services, request, key, act)

    @router.get(
        "/enrollments/{file_id}/payments",
        summary="Les paiements par carte d'un dossier, et ce qui en a été rendu",
        response_class=Response,
        responses={200: {"model": PaymentsAnswer}, **PROBLEMS},
        openapi_extra=SECURITY,
    )
    def listed(request: Request, file_id: Annotated[str, _FILE]) -> Response:
        return Response(orjson.dumps({"payments": _payments(services, request, file_id)}), media_type=JSON)

    @router.get(
        "/enrollments/{file_id}/payments/{payment_id}",
        summary="Un paiement ; page_url dès que la page est ouverte",
        response_class=Response,
        responses={200: {"model": PaymentAnswer}, **PROBLEMS},
        openapi_extra=SECURITY,
    )
    def one(
        request: Request, file_id: Annotated[str, _FILE], payment_id: Annotated[str, Path(description="Paiement")]
    ) -> Response:
        for told in _payments(services, request, file_id):
            if told["id"] == payment_id:
                return Response(orjson.dumps(told), media_type=JSON)
        raise NoSuchPayment("Ce dossier n'a pas ce paiement.")

    @router.post(
        "/payments/{provider_name}/webhook",
        summary="Notifications signées du prestataire de paiement",
        response_class=Response,
        responses={
            200: {"description": "Gardée ; known dit si elle l'était déjà."},
            400: {"model": ProblemAnswer, "description": "Signature refusée, ou notification illisible."},
            404: {"model": ProblemAnswer, "description": "Prestataire ou paiement inconnu."},
        },
    )
    async def told(request: Request, provider_name: Annotated[str, Path(description="Prestataire")]) -> Response:
        if provider_name != provider.name:
            raise NotFound("Les paiements ne passent pas par ce prestataire.")
        header = request.headers.get(provider.signature_header, "")
        body = await read_bounded(request, webhooks.MOST_BYTES)
        new = await run_in_threadpool(_received, services, provider, header, body)
        return Response(orjson.dumps({"received": True, "known": not new}), media_type=JSON)

    return router


def _received(services: Services, provider: Provider, header: str, body: bytes) -> bool:
    def work(conn: Connection) -> bool:
        return webhooks.receive(conn, provider, header, body, services.clock(), services.wall())

    return stored(services.database, work)


def _payments(services: Services, request: Request, file_id: str) -> list[dict[str, Any]]:
    by = by_(who(request, services.database))
    with reading(services.database) as conn:
        file = visible(conn, by, file_id)
        if by.actor not in _SEE:
            raise Forbidden("Les paiements par carte ne regardent que le titulaire.")
        payments = store.seen_of_file(conn, file.id)
        refunds = store.refunds_of(conn, [payment.id for payment in payments])
    return [
        present_payment(payment, [refund for refund in refunds if refund.payment_id == payment.id])
        for payment in payments
    ]


def present_payment(payment: Payment, refunds: list[Refund]) -> dict[str, Any]:
    return {
        "id": id_text(payment.id),
        "enrollment": id_text(payment.file_id),
        "state": coded(payment.state),
        "cents": payment.cents,
        "currency": "EUR",
        "provider": payment.provider,
        "page_url": payment.page_url or None,
        "why": payment.why,
        "made_at": payment.made_at.astimezone(PARIS).isoformat(),
        "expires_at": payment.expires_at.astimezone(PARIS).isoformat(),
        "refunds": [{"cents": refund.cents, "state": coded(refund.state)} for refund in refunds],
    }
