"""Files of learners: asked for, moved and read by those whose they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Path, Query, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api import said
from api.bodies import read_bounded
from api.documented import (
    EnrollmentAnswer,
    EnrollmentDocumentsAnswer,
    EnrollmentHistoryAnswer,
    EnrollmentsAnswer,
    ProblemAnswer,
)
from api.files import etag, present_event, present_file
from api.idempotency import Answer, checked, fingerprint, once
from api.identity import who
from api.keys import Identity, Role
from api.services import PREFIX, Services
from base.database import reading, stored
from base.errors import Forbidden, InvalidParameter, NotFound
from base.ids import id_number, id_text
from enrollment.dated import Rules
from enrollment.files import acts, store
from enrollment.files.acts import Desk, Order
from enrollment.files.events import Event
from enrollment.files.file import File
from enrollment.files.financing import Ledger, profile
from enrollment.files.states import Actor, State
from enrollment.files.store import By, NoSuchFile
from enrollment.money import DocumentKind, documents_of
from enrollment.money.keeping import OF_FUNDER, OF_LEARNER, OF_ORGANISATION

JSON = "application/json"
ADDRESS = f"{PREFIX}/enrollments"
_MOST_BYTES = 64 * 1024
_ACTORS = {
    Role.LEARNER: Actor.LEARNER,
    Role.ORGANISATION: Actor.ORGANISATION,
    Role.FUNDER: Actor.FUNDER,
    Role.OPERATOR: Actor.OPERATOR,
}
_DOCUMENTS = {
    Actor.LEARNER: OF_LEARNER,
    Actor.ORGANISATION: OF_ORGANISATION,
    Actor.FUNDER: OF_FUNDER,
    Actor.OPERATOR: tuple(DocumentKind),
}
_SECURITY: dict[str, Any] = {"security": [{"bearer": []}, {"apiKey": []}]}
_FILE = Path(description="Identifiant du dossier")
_IDEMPOTENCY = Header(alias="Idempotency-Key", description="La même clé : la même réponse, et rien de fait deux fois")
_IF_MATCH = Header(alias="If-Match", description="ETag du dossier tel qu'il a été lu")
_PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": ProblemAnswer, "description": "Clé absente ou inconnue."},
    403: {"model": ProblemAnswer, "description": "Cette clé ne le permet pas."},
    404: {"model": ProblemAnswer, "description": "Dossier, offre ou session introuvable, ou à un autre."},
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemAnswer, "description": "Impossible maintenant ; possible dit ce qui l'est."},
    412: {"model": ProblemAnswer, "description": "Le dossier a changé depuis qu'il a été lu."},
    413: {"model": ProblemAnswer, "description": "Corps trop volumineux."},
}
_EVENTS = [event.value for event in said.MEMBERS]


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["dossiers"])
    rules = Rules()
    desk = Desk(rules, Ledger(rules), services.wall)

    def told(file: File, actor: Actor, status: int = 200, **more: Any) -> Answer:
        body = {**present_file(file, actor, rules, services.clock()), **more}
        return Answer(status, {"content-type": JSON, "etag": etag(file)}, orjson.dumps(body))

    async def posted(request: Request, key: str, act: Callable[[Connection, Identity, bytes], Answer]) -> Response:
        identity = await run_in_threadpool(who, request, services.database)
        body = await read_bounded(request, _MOST_BYTES)
        printed = fingerprint(request.method, request.url.path, body)
        named = checked(key)

        def work(conn: Connection) -> Answer:
            now = services.wall()
            return once(conn, identity.public, named, printed, now, lambda inner: act(inner, identity, body))

        answer = await run_in_threadpool(stored, services.database, work)
        return Response(answer.body, answer.status, answer.headers)

    @router.post(
        "/enrollments",
        summary="Demander une inscription",
        status_code=201,
        response_class=Response,
        responses={201: {"model": EnrollmentAnswer, "description": "Demande envoyée."}, **_PROBLEMS, **_REFUSED},
        openapi_extra={**_SECURITY, "requestBody": _body(said.Request)},
    )
    async def ask(request: Request, key: Annotated[str, _IDEMPOTENCY] = "") -> Response:
        def act(conn: Connection, identity: Identity, body: bytes) -> Answer:
            by = _by(identity)
            if by.actor is not Actor.LEARNER:
                raise Forbidden("Seul un titulaire demande une inscription, avec sa propre clé.")
            now = services.clock()
            file = acts.request(conn, desk, _order(by, said.read_body(said.Request, body)), by, now)
            answer = told(file, by.actor, 201, too_late=acts.too_late(file, desk, now))
            return Answer(201, {**answer.headers, "location": f"{ADDRESS}/{id_text(file.id)}"}, answer.body)

        return await posted(request, key, act)

    @router.post(
        "/enrollments/{file_id}/events/{event}",
        summary="Agir sur un dossier",
        response_class=Response,
        responses={200: {"model": EnrollmentAnswer, "description": "Fait."}, **_PROBLEMS, **_REFUSED},
        openapi_extra={**_SECURITY, "requestBody": _body(said.Act)},
    )
    async def act_on(
        request: Request,
        file_id: Annotated[str, _FILE],
        event: Annotated[str, Path(description="Ce qui arrive", json_schema_extra={"enum": _EVENTS})],
        key: Annotated[str, _IDEMPOTENCY] = "",
        match: Annotated[str, _IF_MATCH] = "",
    ) -> Response:
        def act(conn: Connection, identity: Identity, body: bytes) -> Answer:
            if event not in _EVENTS:
                raise NotFound(f"Aucune action ne s'appelle « {event[:60]} » ({', '.join(_EVENTS)}).")
            by, now, happening = _by(identity), services.clock(), next(each for each in Event if each.value == event)
            number = _number(file_id)
            first, service = said.read_act(happening, body), None
            if happening is Event.EXIT:
                first, service = said.split_exit(first)
            file = acts.perform(conn, desk, number, happening, first, by, now, version=_version(match))
            if service is not None:
                file = acts.perform(conn, desk, number, Event.DECLARE_SERVICE, service, by, now)
            return told(file, by.actor)

        return await posted(request, key, act)

    @router.get(
        "/enrollments",
        summary="Ses dossiers, page par page",
        response_class=Response,
        responses={200: {"model": EnrollmentsAnswer}, 401: _PROBLEMS[401]},
        openapi_extra=_SECURITY,
    )
    def listed(
        request: Request,
        after: Annotated[str, Query(description="Identifiant du dernier dossier reçu", max_length=20)] = "",
        limit: Annotated[int, Query(ge=1, le=200, description="Dossiers par page")] = 50,
        state: Annotated[list[str] | None, Query(description="États voulus")] = None,
        queue: Annotated[bool, Query(description="Seulement ce qui attend le gestionnaire")] = False,
    ) -> Response:
        by = _by(who(request, services.database))
        wanted = [_state(value) for value in state or ()]
        start = _number(after) if after else 0
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
        responses={200: {"model": EnrollmentAnswer}, 401: _PROBLEMS[401], 404: _PROBLEMS[404]},
        openapi_extra=_SECURITY,
    )
    def one(request: Request, file_id: Annotated[str, _FILE]) -> Response:
        by = _by(who(request, services.database))
        with reading(services.database) as conn:
            file = _visible(conn, by, file_id)
        answer = told(file, by.actor)
        return Response(answer.body, answer.status, answer.headers)

    @router.get(
        "/enrollments/{file_id}/history",
        summary="Tout ce qui est arrivé à un dossier",
        response_class=Response,
        responses={200: {"model": EnrollmentHistoryAnswer}, 401: _PROBLEMS[401], 404: _PROBLEMS[404]},
        openapi_extra=_SECURITY,
    )
    def history(request: Request, file_id: Annotated[str, _FILE]) -> Response:
        by = _by(who(request, services.database))
        with reading(services.database) as conn:
            events = store.history(conn, _visible(conn, by, file_id).id)
        return Response(orjson.dumps({"history": [present_event(each, by.actor) for each in events]}), media_type=JSON)

    @router.get(
        "/enrollments/{file_id}/documents",
        summary="Confirmation, récapitulatif, facture, avoir : ce qui a été dit de l'argent",
        response_class=Response,
        responses={200: {"model": EnrollmentDocumentsAnswer}, 401: _PROBLEMS[401], 404: _PROBLEMS[404]},
        openapi_extra=_SECURITY,
    )
    def documents(request: Request, file_id: Annotated[str, _FILE]) -> Response:
        by = _by(who(request, services.database))
        own = by.subject if by.actor is Actor.FUNDER else ""
        with reading(services.database) as conn:
            kept = documents_of(conn, _visible(conn, by, file_id).id, _DOCUMENTS[by.actor], own)
        return Response(orjson.dumps({"documents": kept}), media_type=JSON)

    return router


def _by(identity: Identity) -> By:
    subject = identity.siret if identity.role is Role.ORGANISATION else identity.account
    return By(_ACTORS[identity.role], subject, identity.owner)


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


def _visible(conn: Connection, by: By, text: str) -> File:
    file = store.read(conn, _number(text))
    if not store.is_visible(file, by):
        raise NoSuchFile
    return file


def _number(text: str) -> int:
    try:
        return id_number(text)
    except ValueError as error:
        raise NoSuchFile from error


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


def _version(match: str) -> int | None:
    """Of the one ETag that a file has; any other, a weak one too, matches nothing."""
    if match in ("", "*"):
        return None
    bare = match[1:-1] if len(match) > 2 and match[0] == match[-1] == '"' else ""
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 10 else -1


def _body(model: type[said.Request] | type[said.Act]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"required": True, "content": {JSON: {"schema": _inlined(schema)}}}


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Without definitions of its own: the description has none but the models of answers."""
    definitions = schema.pop("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, dict):
            if "$ref" in node:
                return resolved(definitions[node["$ref"].rpartition("/")[2]])
            return {name: resolved(value) for name, value in node.items()}
        return [resolved(each) for each in node] if isinstance(node, list) else node

    return dict(resolved(schema))
