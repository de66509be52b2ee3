"""Files of learners: asked for, moved and read by those whose they are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from api import said
from api.documented_money import EnrollmentAnswer, EnrollmentHistoryAnswer, EnrollmentsAnswer, MovementsAnswer
from api.files import etag, present_event, present_file, present_movement
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
    Act,
    body_of,
    by_,
    file_number,
    only,
    posted,
    version_of,
    visible,
)
from api.services import PREFIX, Services
from base.clock import Clock
from base.database import reading
from base.errors import Forbidden, InvalidParameter, NotFound
from base.ids import id_number, id_text
from enrollment.dated import Rules
from enrollment.files import acts, store
from enrollment.files.acts import Desk, Order
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.financing import NotPayable, profile
from enrollment.files.states import Actor, State
from enrollment.files.store import By
from enrollment.files.told import refusals_told
from enrollment.money.movements import movements_of

ADDRESS = f"{PREFIX}/enrollments"
_FILE = Path(description="Identifiant du dossier")
_EVENTS = [event.value for event in said.MEMBERS]


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["dossiers"])
    desk = services.desk
    rules = desk.rules
    ask_for = asking(desk, services.clock)

    @router.post(
        "/enrollments",
        summary="Demander une inscription",
        status_code=201,
        response_class=Response,
        responses={201: {"model": EnrollmentAnswer, "description": "Demande envoyée."}, **PROBLEMS, **REFUSED},
        openapi_extra={**SECURITY, "requestBody": body_of(said.Request)},
    )
    async def ask(request: Request, key: Annotated[str, IDEMPOTENCY] = "") -> Response:
        return await posted(services, request, key, ask_for)

    @router.post(
        "/enrollments/{file_id}/events/{event}",
        summary="Agir sur un dossier",
        response_class=Response,
        responses={200: {"model": EnrollmentAnswer, "description": "Fait."}, **PROBLEMS, **REFUSED},
        openapi_extra={**SECURITY, "requestBody": body_of(said.Act)},
    )
    async def act_on(
        request: Request,
        file_id: Annotated[str, _FILE],
        event: Annotated[str, Path(description="Ce qui arrive", json_schema_extra={"enum": _EVENTS})],
        key: Annotated[str, IDEMPOTENCY] = "",
        match: Annotated[str, IF_MATCH] = "",
    ) -> Response:
        return await posted(services, request, key, acting(desk, services.clock, file_id, event, match))

    @router.get(
        "/enrollments",
        summary="Ses dossiers, page par page",
        response_class=Response,
        responses={200: {"model": EnrollmentsAnswer}, 401: PROBLEMS[401]},
        openapi_extra=SECURITY,
    )
    def listed(
        request: Request,
        after: Annotated[str, Query(description="Identifiant du dernier dossier reçu", max_length=20)] = "",
        limit: Annotated[int, Query(ge=1, le=200, description="Dossiers par page")] = 50,
        state: Annotated[list[str] | None, Query(description="États voulus")] = None,
        queue: Annotated[bool, Query(description="Seulement ce qui attend le gestionnaire")] = False,
    ) -> Response:
        by = by_(who(request, services.database))
        wanted = [_state(value) for value in state or ()]
        start = file_number(after) if after else 0
        with reading(services.database) as conn:
            found = store.page(conn, by, after=start, limit=limit + 1, states=wanted, queue=queue)
        now = services.clock()
        body = {
            "enrollments": [present_file(each, by.actor, rules, now) for each in found[:limit]],
            "next_after": id_text(found[limit - 1].id) if len(found) > limit else None,
        }
        return Response(orjson.dumps(body), media_type=JSON)

    @router.get(
        "/enrollments/{file_id}",
        summary="Un dossier, et ce qui y est possible maintenant",
        response_class=Response,
        responses={200: {"model": EnrollmentAnswer}, 401: PROBLEMS[401], 404: PROBLEMS[404]},
        openapi_extra=SECURITY,
    )
    def one(request: Request, file_id: Annotated[str, _FILE]) -> Response:
        by = by_(who(request, services.database))
        with reading(services.database) as conn:
            file = visible(conn, by, file_id)
        answer = _told(file, by.actor, rules, services.clock())
        return Response(answer.body, answer.status, answer.headers)

    @router.get(
        "/enrollments/{file_id}/history",
        summary="Tout ce qui est arrivé à un dossier",
        response_class=Response,
        responses={200: {"model": EnrollmentHistoryAnswer}, 401: PROBLEMS[401], 404: PROBLEMS[404]},
        openapi_extra=SECURITY,
    )
    def history(request: Request, file_id: Annotated[str, _FILE]) -> Response:
        by = by_(who(request, services.database))
        with reading(services.database) as conn:
            events = store.history(conn, visible(conn, by, file_id).id)
        return Response(orjson.dumps({"history": [present_event(each, by.actor) for each in events]}), media_type=JSON)

    @router.get(
        "/enrollments/{file_id}/movements",
        summary="Chaque mouvement de l'argent d'un dossier, tel qu'il est au grand livre",
        response_class=Response,
        responses={200: {"model": MovementsAnswer}, **PROBLEMS},
        openapi_extra=SECURITY,
    )
    def movements(request: Request, file_id: Annotated[str, _FILE]) -> Response:
        by = by_(who(request, services.database))
        with reading(services.database) as conn:
            file = visible(conn, by, file_id)
            if by.actor is not Actor.OPERATOR:
                raise Forbidden("Le grand livre est au gestionnaire ; vos documents disent ce qui vous regarde.")
            moved = movements_of(conn, file.id)
        return Response(orjson.dumps({"movements": [present_movement(each) for each in moved]}), media_type=JSON)

    return router


def asking(desk: Desk, clock: Clock) -> Act:
    def ask(conn: Connection, identity: Identity, body: bytes) -> Answer:
        by, now = only(identity, Role.LEARNER), clock()
        file = acts.request(conn, desk, _order(by, said.read_body(said.Request, body)), by, now)
        answer = _told(file, by.actor, desk.rules, now, too_late=acts.too_late(file, desk, now))
        return Answer(201, {**answer.headers, "location": f"{ADDRESS}/{id_text(file.id)}"}, answer.body)

    return ask


def acting(desk: Desk, clock: Clock, file_id: str, event: str, match: str = "") -> Act:
    """``match``: the ETag that the file must still have, if any."""

    def act(conn: Connection, identity: Identity, body: bytes) -> Answer:
        if event not in _EVENTS:
            raise NotFound(f"Aucune action ne s'appelle « {event[:60]} » ({', '.join(_EVENTS)}).")
        by, now, happening = by_(identity), clock(), next(each for each in Event if each.value == event)
        number = file_number(file_id)
        first, service = said.read_act(happening, body), None
        if happening is Event.EXIT:
            first, service = said.split_exit(first)
        try:
            file = acts.perform(conn, desk, number, happening, first, by, now, version=version_of(match))
        except NotPayable as error:
            told = refusals_told(error.extra["refusals"], by.actor)
            raise NotPayable(told[0]["text"], refusals=told) from error
        if service is not None:
            file = acts.perform(conn, desk, number, Event.DECLARE_SERVICE, service, by, now)
        return _told(file, by.actor, desk.rules, now)

    return act


def _told(file: File, actor: Actor, rules: Rules, now: datetime, **more: Any) -> Answer:
    body = {**present_file(file, actor, rules, now), **more}
    return Answer(200, {"content-type": JSON, "etag": etag(file)}, orjson.dumps(body))


def _order(by: By, asked: said.Request) -> Order:
    return Order(
        learner_id=id_number(by.subject),
        offer_id=_id(asked.offer, "offer"),
        session_id=_id(asked.session, "session") if asked.session else None,
        start_on=asked.start_on,
        kind=asked.kind,
        name=asked.name,
        email=asked.email,
        buyer=profile(
            statuses=[status.value for status in asked.statuses],
            birth_on=asked.birth_on,
            pension_claimed=asked.pension_claimed,
            assessment_funded_on=asked.assessment_funded_on,
            employer=asked.employer,
            region=asked.region,
        ),
    )


def _id(text: str, name: str) -> int:
    try:
        return id_number(text)
    except ValueError as error:
        raise InvalidParameter(name, f"{name} : cet identifiant n'en est pas un.") from error


def _state(text: str) -> State:
    found = next((state for state in State if state.value == text), None)
    if found is None:
        raise InvalidParameter("state", f"state : {', '.join(state.value for state in State)}.")
    return found
