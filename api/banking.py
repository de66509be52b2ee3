"""Bank accounts of organisations and what they wait for; told to themselves and to the operator."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from api.documented_money import BankAccountAnswer, BankAccountsAnswer, StandingAnswer
from api.idempotency import Answer
from api.identity import may_write_for, who
from api.keys import Identity, Role
from api.posting import IDEMPOTENCY, IF_MATCH, JSON, KEYED, PROBLEMS, REFUSED, SECURITY, Stale, body_of, coded, posted
from api.said import read_body
from api.services import PREFIX, Services
from base.clock import PARIS
from base.database import reading
from base.errors import Forbidden
from base.ids import id_text
from enrollment.transfers import accounts
from enrollment.transfers.accounts import BankAccount
from enrollment.transfers.banking import checked
from enrollment.transfers.incidents import Incident
from enrollment.transfers.sent import Sent, to_organisation
from enrollment.transfers.standing import Owed, Standing, standings

_SIRET = Path(pattern=r"^\d{14}$", description="SIRET de l'organisme")


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    iban: str = Field(max_length=60)
    bic: str = Field("", max_length=60, description="Trouvé par l'IBAN, s'il n'est pas donné")
    holder: str = Field(max_length=70, description="Titulaire du compte")
    email: str = Field(max_length=200, pattern=r"^[^@\s]+@[^@\s]+$", description="Qui est prévenu d'un changement")


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["organismes"])
    rules = services.desk.rules

    def listing(conn: Connection, siret: str) -> bytes:
        known, now = accounts.of(conn, siret), services.clock()
        return orjson.dumps(
            {"accounts": [present_account(each, accounts.standing(each, known, now)) for each in known]}
        )

    @router.get(
        "/organisations/{siret}/bank-accounts",
        summary="Ses comptes bancaires : en vigueur, en attente, remplacés",
        response_class=Response,
        responses={200: {"model": BankAccountsAnswer}, **KEYED},
        openapi_extra=SECURITY,
    )
    def listed(request: Request, siret: Annotated[str, _SIRET]) -> Response:
        may_bank_for(who(request, services.database), siret)
        with reading(services.database) as conn:
            body = listing(conn, siret)
        return Response(body, media_type=JSON, headers={"etag": _etag(body)})

    @router.post(
        "/organisations/{siret}/bank-accounts",
        summary="Déclarer un compte ; un changement attend avant de compter",
        status_code=201,
        response_class=Response,
        responses={201: {"model": BankAccountAnswer, "description": "Déclaré."}, **PROBLEMS, **REFUSED},
        openapi_extra={**SECURITY, "requestBody": body_of(Declared)},
    )
    async def declare(
        request: Request,
        siret: Annotated[str, _SIRET],
        key: Annotated[str, IDEMPOTENCY] = "",
        match: Annotated[str, IF_MATCH] = "",
    ) -> Response:
        def act(conn: Connection, identity: Identity, body: bytes) -> Answer:
            may_bank_for(identity, siret)
            given = read_body(Declared, body)
            as_read(conn, siret, match)
            made = accounts.declare(
                conn, rules, siret, checked(given.iban, given.bic), holder=given.holder, email=given.email,
                by=identity.owner, now=services.clock(), wall=services.wall(),
            )  # fmt: skip
            return _told(201, made, conn)

        return await posted(services, request, key, act)

    @router.delete(
        "/organisations/{siret}/bank-accounts/pending",
        summary="Retirer le changement de compte qui attend",
        response_class=Response,
        responses={200: {"model": BankAccountAnswer, "description": "Retiré."}, **PROBLEMS, **REFUSED},
        openapi_extra=SECURITY,
    )
    async def withdraw(
        request: Request,
        siret: Annotated[str, _SIRET],
        key: Annotated[str, IDEMPOTENCY] = "",
        match: Annotated[str, IF_MATCH] = "",
    ) -> Response:
        def act(conn: Connection, identity: Identity, _: bytes) -> Answer:
            may_bank_for(identity, siret)
            as_read(conn, siret, match)
            gone = accounts.withdraw(conn, siret, by=identity.owner, now=services.clock(), wall=services.wall())
            return _told(200, gone, conn)

        return await posted(services, request, key, act)

    @router.get(
        "/organisations/{siret}/standing",
        summary="Ce qui est à facturer, dû, en retard, payé, rejeté",
        response_class=Response,
        responses={200: {"model": StandingAnswer}, **KEYED},
        openapi_extra=SECURITY,
    )
    def stands(request: Request, siret: Annotated[str, _SIRET]) -> Response:
        may_bank_for(who(request, services.database), siret)
        with reading(services.database) as conn:
            (told,) = standings(conn, rules, services.clock(), siret)
            transfers = to_organisation(conn, siret)
        body = {**present_standing(told), "transfers": [present_transfer(each) for each in transfers]}
        return Response(orjson.dumps(body), media_type=JSON)

    def as_read(conn: Connection, siret: str, match: str) -> None:
        accounts.alone(conn, siret)
        if match not in ("", "*") and match != _etag(listing(conn, siret)):
            raise Stale("Vos comptes ont changé depuis que vous les avez lus : relisez-les avant d'agir.")

    def _told(status: int, account: BankAccount, conn: Connection) -> Answer:
        known = accounts.of(conn, account.siret)
        now_ = next(each for each in known if each.id == account.id)
        told = present_account(now_, accounts.standing(now_, known, services.clock()))
        headers = {"content-type": JSON, "etag": _etag(listing(conn, account.siret))}
        return Answer(status, headers, orjson.dumps(told))

    return router


def may_bank_for(identity: Identity, siret: str) -> None:
    """A learner's or a funder's key has no SIRET, and none is everybody's."""
    if identity.role not in (Role.ORGANISATION, Role.OPERATOR):
        raise Forbidden("Seuls l'organisme et le gestionnaire voient ses comptes.")
    may_write_for(identity, siret)


def present_account(account: BankAccount, standing: accounts.Standing) -> dict[str, Any]:
    told = {
        "id": id_text(account.id),
        "iban": account.coordinates.masked,
        "bic": account.coordinates.bic,
        "holder": account.holder,
        "email": account.email,
        "declared_at": account.declared_at.astimezone(PARIS).isoformat(),
        "effective_at": account.effective_at.astimezone(PARIS).isoformat(),
    }
    return {**told, "standing": coded(standing)}


def present_standing(standing: Standing) -> dict[str, Any]:
    effective = accounts.Standing.EFFECTIVE
    return {
        "siret": standing.siret,
        "to_bill": _owed(standing.to_bill),
        "blocked": _owed(standing.blocked),
        "due": _owed(standing.due),
        "late": _owed(standing.late),
        "paid_cents": standing.paid_cents,
        "rejected_cents": standing.rejected_cents,
        "account": None if standing.account is None else present_account(standing.account, effective),
        "incidents": [present_incident(each) for each in standing.incidents],
    }


def present_transfer(paid: Sent) -> dict[str, Any]:
    return {
        "reference": paid.reference,
        "siret": paid.siret,
        "holder": paid.holder,
        "iban": paid.coordinates.masked,
        "cents": paid.cents,
        "state": coded(paid.state),
        "reject_code": paid.reject_code,
        "reject_reason": paid.reject_reason,
        "files": [{"enrollment": id_text(file_id), "cents": cents} for file_id, cents in paid.parts],
    }


def present_incident(incident: Incident) -> dict[str, Any]:
    return {
        "id": id_text(incident.id),
        "kind": coded(incident.kind),
        "siret": incident.siret,
        "text": incident.text,
        "opened_at": incident.opened_at.astimezone(PARIS).isoformat(),
    }


def _owed(owed: Owed) -> dict[str, int]:
    return {"cents": owed.cents, "files": owed.files}


def _etag(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:20]}"'
