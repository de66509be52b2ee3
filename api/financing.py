"""Who would pay what, without an account: the same plan as a file gets, from what the visitor says of himself."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.bodies import read_bounded
from api.documented import ProblemAnswer
from api.documented_money import PlanAnswer
from api.services import PREFIX, Services
from base.clock import today
from base.database import reading
from base.errors import InvalidParameter, NotFound
from base.ids import id_number
from catalog.store.read import offer_detail
from enrollment.dated import Rules
from enrollment.money import Agreed, Buyer, FunderKind, PotKind, Priced, Status, action_kind
from enrollment.money.accounts import rights
from enrollment.money.agreements import agreed_by, agreements_on
from enrollment.money.documents import plan_document
from enrollment.money.offers import priced_offer
from enrollment.money.parties import Pot
from enrollment.money.plan import plan

_MOST_BYTES = 64 * 1024
_MOST_CENTS = 10**11
_NOBODY = 0  # no learner's number: nothing of a simulation is stored


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, use_enum_values=False)


class SaidRights(_Said):
    pot: PotKind = Field(PotKind.ANNUAL, strict=False, description="Sorte de droits")
    cents: int = Field(ge=0, le=_MOST_CENTS, description="Centimes d'euro")
    certification: str = Field("", max_length=20, description="Droits réservés à cette certification")
    expires_on: date | None = Field(None, strict=False)
    funder: FunderKind | None = Field(None, strict=False, description="Qui a doté ces droits")


class SaidContribution(_Said):
    funder: FunderKind = Field(strict=False)
    cents: int = Field(ge=0, le=_MOST_CENTS)


class Simulation(_Said):
    """Either an offer of the catalogue, or a price and what is certified."""

    offer: str = Field("", max_length=20, description="Identifiant d'une offre du catalogue")
    price_cents: int | None = Field(None, ge=0, le=_MOST_CENTS, description="Prix TTC, si aucune offre n'est donnée")
    certification: str = Field("", max_length=20, description="Code : RNCP34441, RS5695, CPF206…", examples=["RS5695"])
    certification_title: str = Field("", max_length=500)
    currency: Literal["EUR"] = "EUR"
    statuses: list[Status] = Field([], max_length=20, strict=False)
    rights: list[SaidRights] = Field([], max_length=50)
    contributions: list[SaidContribution] = Field([], max_length=20)
    credit_note_cents: int = Field(0, ge=0, le=_MOST_CENTS)
    ask_france_travail: bool = False
    requested_on: date | None = Field(None, strict=False, description="Jour de la demande ; par défaut aujourd'hui")
    on: date | None = Field(None, strict=False, description="Jour de la confirmation ; par défaut celui de la demande")
    birth_on: date | None = Field(None, strict=False)
    pension_claimed: bool = False
    region: str = Field("", max_length=3, description="Code de la région, pour les abondements qu'elle propose")
    employer: str = Field("", max_length=14, description="SIRET de l'employeur, pour les siens")
    assessment_funded_on: date | None = Field(None, strict=False, description="Dernier bilan de compétences financé")
    support_hours: int | None = Field(None, ge=0, le=10_000, description="Heures d'accompagnement d'un bilan")


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["financement"])

    @router.post(
        "/financing/simulate",
        summary="Qui paierait quoi, sans compte",
        response_class=Response,
        responses={200: {"model": PlanAnswer}, 404: {"model": ProblemAnswer, "description": "Offre inconnue."}},
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": Simulation.model_json_schema()}},
            }
        },
    )
    async def simulate(request: Request) -> Response:
        said = _read(await read_bounded(request, _MOST_BYTES))
        made = await run_in_threadpool(_plan, services, said)
        return Response(orjson.dumps(made), media_type="application/json")

    return router


def _read(body: bytes) -> Simulation:
    try:
        return Simulation.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "body"
        raise InvalidParameter(name, f"{name} : valeur incorrecte, ou paramètre inconnu.") from error


def _plan(services: Services, said: Simulation) -> dict[str, Any]:
    requested_on = said.requested_on or today(services.clock)
    on = said.on or requested_on
    if on < requested_on:
        raise InvalidParameter("on", "on : la confirmation ne peut pas précéder la demande.")
    buyer = Buyer(
        statuses=frozenset(said.statuses),
        birth_on=said.birth_on,
        pension_claimed=said.pension_claimed,
        assessment_funded_on=said.assessment_funded_on,
        employer=said.employer,
        region=said.region,
    )
    with reading(services.database) as conn:
        priced = _priced(conn, said)
        proposed = agreed_by(agreements_on(conn, on), buyer, priced, on)
    made = plan(
        Rules(),
        buyer,
        priced,
        pots=[_pot(each) for each in said.rights],
        agreed=[*(Agreed(each.funder.label, each.funder, each.cents) for each in said.contributions), *proposed],
        credit_note_cents=said.credit_note_cents,
        requested_on=requested_on,
        on=on,
        ask_france_travail=said.ask_france_travail,
    )
    return plan_document(made)


def _pot(said: SaidRights) -> Pot:
    account = rights(
        _NOBODY,
        said.pot,
        funder=said.funder.label if said.funder else "",
        funder_kind=said.funder,
        certification=said.certification,
        expires_on=said.expires_on,
    )
    return Pot(account, said.cents)


def _priced(conn: Connection, said: Simulation) -> Priced:
    if not said.offer:
        kind = action_kind(said.certification, said.certification_title)
        return Priced(said.price_cents, kind, certification=said.certification, support_hours=said.support_hours)
    if said.price_cents is not None or said.certification:
        raise InvalidParameter("offer", "offer : le prix et la certification sont ceux de l'offre, ne les donnez pas.")
    try:
        number = id_number(said.offer)
    except ValueError as error:
        raise NotFound("Cette offre n'existe pas.") from error
    return priced_offer(*offer_detail(conn, number))
