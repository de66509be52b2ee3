"""Money that moves outside of a run, as the operator notes it: back to funders, back from organisations."""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.documented_money import AmountAnswer, ClaimsAnswer, FundersDueAnswer
from api.idempotency import Answer
from api.identity import who
from api.keys import Identity, Role
from api.posting import IDEMPOTENCY, JSON, KEYED, PROBLEMS, REFUSED, SECURITY, body_of, only, posted, told, visible
from api.said import read_body
from api.services import PREFIX, Services
from base.database import reading
from base.ids import id_text
from enrollment.money.repaying import claims, due_to_funders, recover_all, repay
from enrollment.payments import refunds


class Left(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    reference: str = Field(min_length=1, max_length=35, description="Référence du virement parti")


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["virements"])

    @router.get(
        "/funders/due",
        summary="Ce qui est à rendre aux financeurs",
        response_class=Response,
        responses={200: {"model": FundersDueAnswer}, **KEYED},
        openapi_extra=SECURITY,
    )
    def due(request: Request) -> Response:
        only(who(request, services.database), Role.OPERATOR)
        with reading(services.database) as conn:
            found = due_to_funders(conn)
        told = [{"funder": each.funder, "cents": each.cents, "accounts": each.accounts} for each in found]
        return Response(orjson.dumps({"funders": told}), media_type=JSON)

    @router.post(
        "/funders/{funder}/repayments",
        summary="Noter que tout ce qui était dû à un financeur est parti",
        response_class=Response,
        responses={200: {"model": AmountAnswer, "description": "Noté."}, **PROBLEMS, **REFUSED},
        openapi_extra={**SECURITY, "requestBody": body_of(Left)},
    )
    async def repaid(
        request: Request,
        funder: Annotated[str, Path(max_length=100, description="Financeur, tel que GET /funders/due le nomme")],
        key: Annotated[str, IDEMPOTENCY] = "",
    ) -> Response:
        def act(conn: Connection, identity: Identity, body: bytes) -> Answer:
            only(identity, Role.OPERATOR)
            left = read_body(Left, body)
            return _amount(repay(conn, funder, left.reference, services.clock()))

        return await posted(services, request, key, act)

    @router.get(
        "/recoveries",
        summary="Ce que des organismes ont à rendre après un contrôle",
        response_class=Response,
        responses={200: {"model": ClaimsAnswer}, **KEYED},
        openapi_extra=SECURITY,
    )
    def claimed(request: Request) -> Response:
        only(who(request, services.database), Role.OPERATOR)
        with reading(services.database) as conn:
            found = claims(conn)
        told = [{"enrollment": id_text(each.file_id), "siret": each.siret, "cents": each.cents} for each in found]
        return Response(orjson.dumps({"recoveries": told}), media_type=JSON)

    @router.post(
        "/enrollments/{file_id}/recovery",
        summary="Noter que l'organisme a rendu ce qui lui était réclamé",
        response_class=Response,
        responses={200: {"model": AmountAnswer, "description": "Noté ; chaque centime retourne d'où il venait."},
                   **PROBLEMS, **REFUSED},
        openapi_extra=SECURITY,
    )  # fmt: skip
    async def recovered(
        request: Request,
        file_id: Annotated[str, Path(description="Identifiant du dossier")],
        key: Annotated[str, IDEMPOTENCY] = "",
    ) -> Response:
        def act(conn: Connection, identity: Identity, _: bytes) -> Answer:
            file = visible(conn, only(identity, Role.OPERATOR), file_id)
            now = services.clock()
            cents = recover_all(conn, file.id, now)
            refunds.queue(conn, file.id, now, services.wall())  # what came by card goes back to it
            return _amount(cents)

        return await posted(services, request, key, act)

    return router


def _amount(cents: int) -> Answer:
    return told({"cents": cents, "currency": "EUR"})
