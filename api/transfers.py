"""Runs of transfers to organisations, what banks send back, incidents: the operator's."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.banking import present_incident, present_standing, present_transfer
from api.bodies import read_bounded
from api.documented_money import IncidentAnswer, IncidentsAnswer, LoadedAnswer, RunAnswer, RunsAnswer, StandingsAnswer
from api.idempotency import Answer
from api.identity import who
from api.keys import Identity, Role
from api.posting import (
    IDEMPOTENCY,
    JSON,
    KEYED,
    MOST_BYTES,
    PROBLEMS,
    REFUSED,
    SECURITY,
    body_of,
    coded,
    only,
    posted,
    told,
)
from api.said import read_body
from api.services import PREFIX, Services
from base.clock import PARIS
from base.database import reading
from base.errors import Conflict, NotFound
from base.ids import id_number, id_text
from enrollment.money.loading import Loaded
from enrollment.transfers import incidents, run, sent
from enrollment.transfers.rejects import take_rejects
from enrollment.transfers.run import Run, Skipped
from enrollment.transfers.standing import standings

SHEET_BYTES = 8 * 1024 * 1024
_RUN = Path(description="Identifiant du lot")
_CSV: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}},
    **SECURITY,
}


class NoDebtor(Conflict):
    code = "no-debtor"
    title = "Compte payeur non réglé"


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    on: date = Field(strict=False, description="Jour où la banque exécute les virements")


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    resolution: str = Field(min_length=1, max_length=2000, description="Ce qui a été fait")


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["virements"])
    desk = services.desk

    @router.put(
        "/transfers/runs/{key}",
        summary="Payer tout ce qui est dû : un virement par organisme, un fichier SEPA",
        response_class=Response,
        responses={200: {"model": RunAnswer, "description": "Scellé ; le même nom donne le même lot."},
                   **PROBLEMS, **REFUSED},
        openapi_extra={**SECURITY, "requestBody": body_of(Wanted)},
    )  # fmt: skip
    async def pay(
        request: Request, key: Annotated[str, Path(max_length=100, description="Nom du lot : le refaire ne repaie pas")]
    ) -> Response:
        by = only(await run_in_threadpool(who, request, services.database), Role.OPERATOR)
        wanted = read_body(Wanted, await read_bounded(request, MOST_BYTES))
        if services.debtor is None:
            raise NoDebtor(
                "Le compte qui paie n'est pas réglé : PARCOURS_DEBTOR_NAME et PARCOURS_DEBTOR_IBAN sont attendus."
            )
        work = partial(run.pay_all, services.database, desk, services.debtor, key, wanted.on, by, services.clock())
        made, skipped = await run_in_threadpool(work)
        return Response(orjson.dumps(present_run(made, skipped)), media_type=JSON)

    @router.get(
        "/transfers/runs",
        summary="Les lots de virements, le dernier d'abord",
        response_class=Response,
        responses={200: {"model": RunsAnswer}, **KEYED},
        openapi_extra=SECURITY,
    )
    def runs(request: Request) -> Response:
        only(who(request, services.database), Role.OPERATOR)
        with reading(services.database) as conn:
            found = run.latest(conn)
        return Response(orjson.dumps({"runs": [present_run(each) for each in found]}), media_type=JSON)

    @router.get(
        "/transfers/runs/{run_id}",
        summary="Un lot et ses virements",
        response_class=Response,
        responses={200: {"model": RunAnswer}, **PROBLEMS},
        openapi_extra=SECURITY,
    )
    def one(request: Request, run_id: Annotated[str, _RUN]) -> Response:
        only(who(request, services.database), Role.OPERATOR)
        with reading(services.database) as conn:
            found = run.read(conn, _number(run_id))
            transfers = sent.of_run(conn, found.id)
        body = {**present_run(found), "transfers": [present_transfer(each) for each in transfers]}
        return Response(orjson.dumps(body), media_type=JSON)

    @router.get(
        "/transfers/runs/{run_id}/document",
        summary="Le fichier pour la banque (pain.001)",
        response_class=Response,
        responses={200: {"content": {"application/xml": {}}, "description": "Toujours les mêmes octets."}, **PROBLEMS},
        openapi_extra=SECURITY,
    )
    def document(request: Request, run_id: Annotated[str, _RUN]) -> Response:
        only(who(request, services.database), Role.OPERATOR)
        with reading(services.database) as conn:
            found = run.read(conn, _number(run_id))
        if not found.document:
            raise NotFound("Ce lot n'a pas de fichier : rien n'était dû, ou il n'est pas terminé.")
        name = {"content-disposition": f'attachment; filename="virements-{found.reference}.xml"'}
        return Response(found.document.encode(), media_type="application/xml", headers=name)

    @router.post(
        "/transfers/rejects",
        summary="Les rejets de la banque, en CSV",
        response_class=Response,
        responses={200: {"model": LoadedAnswer, "description": "Pris ; une remarque par ligne qui ne l'est pas."},
                   **PROBLEMS, **REFUSED},
        openapi_extra=_CSV,
    )  # fmt: skip
    async def rejects(request: Request, key: Annotated[str, IDEMPOTENCY] = "") -> Response:
        def act(conn: Connection, identity: Identity, body: bytes) -> Answer:
            by = only(identity, Role.OPERATOR)
            return told_of(take_rejects(conn, desk, body, by, services.clock()))

        return await posted(services, request, key, act, SHEET_BYTES)

    @router.get(
        "/transfers/standings",
        summary="Qui attend quoi, par organisme",
        response_class=Response,
        responses={200: {"model": StandingsAnswer}, **KEYED},
        openapi_extra=SECURITY,
    )
    def stands(request: Request) -> Response:
        only(who(request, services.database), Role.OPERATOR)
        with reading(services.database) as conn:
            found = standings(conn, desk.rules, services.clock())
        return Response(orjson.dumps({"standings": [present_standing(each) for each in found]}), media_type=JSON)

    @router.get(
        "/transfers/incidents",
        summary="Ce qui retient un paiement et que personne n'a réglé",
        response_class=Response,
        responses={200: {"model": IncidentsAnswer}, **KEYED},
        openapi_extra=SECURITY,
    )
    def opened(
        request: Request, siret: Annotated[str, Query(pattern=r"^$|^\d{14}$", description="D'un organisme")] = ""
    ) -> Response:
        only(who(request, services.database), Role.OPERATOR)
        with reading(services.database) as conn:
            found = incidents.opened(conn, siret)
        return Response(orjson.dumps({"incidents": [present_incident(each) for each in found]}), media_type=JSON)

    @router.post(
        "/transfers/incidents/{incident_id}/close",
        summary="Clore un incident : le compte est de nouveau payé",
        response_class=Response,
        responses={200: {"model": IncidentAnswer, "description": "Clos."}, **PROBLEMS, **REFUSED},
        openapi_extra={**SECURITY, "requestBody": body_of(Closed)},
    )
    async def close(
        request: Request,
        incident_id: Annotated[str, Path(description="Incident")],
        key: Annotated[str, IDEMPOTENCY] = "",
    ) -> Response:
        def act(conn: Connection, identity: Identity, body: bytes) -> Answer:
            by, said = only(identity, Role.OPERATOR), read_body(Closed, body)
            number = _number(incident_id)
            closed = incidents.close(conn, number, said.resolution, by=by.name, now=services.clock())
            return told(present_incident(closed))

        return await posted(services, request, key, act)

    return router


def told_of(loaded: Loaded) -> Answer:
    return told(asdict(loaded))


def present_run(made: Run, skipped: list[Skipped] | None = None) -> dict[str, Any]:
    told = {
        "id": id_text(made.id),
        "key": made.key,
        "state": coded(made.state),
        "on": made.on.isoformat(),
        "opened_at": made.opened_at.astimezone(PARIS).isoformat(),
        "sealed_at": None if made.sealed_at is None else made.sealed_at.astimezone(PARIS).isoformat(),
        "payees": made.payees,
        "total_cents": made.total_cents,
        "has_document": bool(made.document),
    }
    if skipped is None:
        return told
    left = [
        {"siret": each.siret, "enrollment": None if each.file_id is None else id_text(each.file_id), "why": each.why}
        for each in skipped
    ]
    return {**told, "skipped": left}


def _number(text: str) -> int:
    try:
        return id_number(text)
    except ValueError as error:
        raise NotFound("Rien n'a cet identifiant.") from error
