"""Rights of learners as they see them, what feeds them, and what funders are told of their money."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from api.documented_money import LoadedAnswer, RightsAnswer, StatementsAnswer
from api.idempotency import Answer
from api.identity import who
from api.keys import Identity, Role
from api.posting import IDEMPOTENCY, JSON, KEYED, PROBLEMS, REFUSED, SECURITY, coded, file_number, only, posted
from api.services import PREFIX, Services
from api.transfers import SHEET_BYTES, told_of
from base.database import reading
from base.errors import Forbidden, NotFound
from base.ids import id_number, id_text
from enrollment.money.declarations import load_sheet
from enrollment.money.keeping import statements_of
from enrollment.money.ledger import credit_note_of, pots_of
from enrollment.money.parties import Pot

_NO_ACCOUNT = "Ce compte n'existe pas, ou il n'est pas le vôtre."


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["comptes"])
    rules = services.desk.rules

    @router.get(
        "/accounts/{account}",
        summary="Les droits d'un titulaire, par sorte ; « me » est le sien",
        response_class=Response,
        responses={200: {"model": RightsAnswer}, **PROBLEMS},
        openapi_extra=SECURITY,
    )
    def rights(request: Request, account: Annotated[str, Path(description="Compte du titulaire, ou me")]) -> Response:
        learner = _whose(who(request, services.database), account)
        with reading(services.database) as conn:
            pots, credit = pots_of(conn, learner), credit_note_of(conn, learner)
        body = {
            "learner": id_text(learner),
            "total_cents": sum(pot.cents for pot in pots),
            "credit_note_cents": credit,
            "pots": [_pot(pot) for pot in pots],
        }
        return Response(orjson.dumps(body), media_type=JSON)

    @router.post(
        "/accounts/feeding",
        summary="Alimenter les comptes : déclarations, heures, dotations, accords de financeurs, en CSV",
        response_class=Response,
        responses={200: {"model": LoadedAnswer, "description": "Pris ; une remarque par ligne qui ne l'est pas."},
                   **PROBLEMS, **REFUSED},
        openapi_extra={
            "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}},
            **SECURITY,
        },
    )  # fmt: skip
    async def feed(request: Request, key: Annotated[str, IDEMPOTENCY] = "") -> Response:
        def act(conn: Connection, identity: Identity, body: bytes) -> Answer:
            only(identity, Role.OPERATOR)
            return told_of(load_sheet(conn, rules, body, services.clock()))

        return await posted(services, request, key, act, SHEET_BYTES)

    @router.get(
        "/statements",
        summary="Ce qu'est devenu l'argent d'un financeur, dossier par dossier",
        response_class=Response,
        responses={200: {"model": StatementsAnswer}, **KEYED},
        openapi_extra=SECURITY,
    )
    def statements(
        request: Request,
        after: Annotated[str, Query(description="Dossier du dernier relevé reçu", max_length=20)] = "",
        limit: Annotated[int, Query(ge=1, le=200, description="Relevés par page")] = 50,
    ) -> Response:
        funder = only(who(request, services.database), Role.FUNDER).subject
        start = file_number(after) if after else 0
        with reading(services.database) as conn:
            found = statements_of(conn, funder, after=start, limit=limit)
        return Response(orjson.dumps({"statements": found}), media_type=JSON)

    return router


def _whose(identity: Identity, account: str) -> int:
    if identity.role not in (Role.LEARNER, Role.OPERATOR):
        raise Forbidden("Les droits d'un titulaire ne regardent que lui.")
    if identity.role is Role.LEARNER and account in ("me", identity.account):
        return id_number(identity.account)
    if identity.role is Role.LEARNER:
        raise NotFound(_NO_ACCOUNT)
    try:
        return id_number(account)
    except ValueError as error:
        raise NotFound(_NO_ACCOUNT) from error


def _pot(pot: Pot) -> dict[str, Any]:
    account = pot.account
    assert account.pot is not None
    return {
        "pot": coded(account.pot),
        "cents": pot.cents,
        "certification": account.certification,
        "expires_on": None if account.expires_on is None else account.expires_on.isoformat(),
        "funder": account.funder,
    }
