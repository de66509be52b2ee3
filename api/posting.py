"""What every route that changes something shares: who asks, once, and only what he had read."""

from __future__ import annotations

from asyncio import wrap_future
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.bodies import read_bounded
from api.documented import ProblemAnswer
from api.idempotency import Answer, checked, fingerprint, once
from api.identity import holder, key_of, who
from api.keys import Identity, Role
from api.services import Services
from base.errors import Forbidden, ParcoursError
from base.ids import id_number
from catalog.codes.facets import Labelled
from enrollment.files import store
from enrollment.files.file import File
from enrollment.files.states import Actor
from enrollment.files.store import By, NoSuchFile

JSON = "application/json"
MOST_BYTES = 64 * 1024
SECURITY: dict[str, Any] = {"security": [{"bearer": []}, {"apiKey": []}]}
IDEMPOTENCY = Header(alias="Idempotency-Key", description="La même clé : la même réponse, et rien de fait deux fois")
IF_MATCH = Header(alias="If-Match", description="ETag de ce qui a été lu")
PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": ProblemAnswer, "description": "Clé absente ou inconnue."},
    403: {"model": ProblemAnswer, "description": "Cette clé ne le permet pas."},
    404: {"model": ProblemAnswer, "description": "Introuvable, ou à un autre."},
}
KEYED: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (401, 403)
}  # of a route under which nothing is missing
REFUSED: dict[int | str, dict[str, Any]] = {
    409: {"model": ProblemAnswer, "description": "Impossible maintenant ; possible dit ce qui l'est."},
    412: {"model": ProblemAnswer, "description": "Changé depuis que cela a été lu."},
    413: {"model": ProblemAnswer, "description": "Corps trop volumineux."},
}
_ACTORS = {
    Role.LEARNER: Actor.LEARNER,
    Role.ORGANISATION: Actor.ORGANISATION,
    Role.FUNDER: Actor.FUNDER,
    Role.OPERATOR: Actor.OPERATOR,
}


class Stale(ParcoursError):
    status = 412
    code = "changed-meanwhile"
    title = "Modifié entre-temps"


Act = Callable[[Connection, Identity, bytes], Answer]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came in: ``holder`` is the key of who sends it, ``key`` that of idempotency."""

    method: str
    path: str
    body: bytes
    holder: str
    key: str = ""


async def posted(services: Services, request: Request, key: str, act: Act, most: int = MOST_BYTES) -> Response:
    """The answer of ``act``, in one transaction with the key of idempotency."""
    held = key_of(request)
    if most > MOST_BYTES:  # a large body is not even received of somebody unknown
        await run_in_threadpool(who, request, services.database)
    body = await read_bounded(request, most)
    answer = await answered(services, Sent(request.method, request.url.path, body, held, key), act)
    return Response(answer.body, answer.status, answer.headers)


async def answered(services: Services, sent: Sent, act: Act) -> Answer:
    printed = fingerprint(sent.method, sent.path, sent.body)

    def work(conn: Connection) -> Answer:
        identity, now = holder(conn, sent.holder), services.wall()
        named = checked(sent.key)
        return once(conn, identity.public, named, printed, now, lambda inner: act(inner, identity, sent.body))

    return await wrap_future(services.writer.submit(work))


def by_(identity: Identity) -> By:
    subject = identity.siret if identity.role is Role.ORGANISATION else identity.account
    return By(_ACTORS[identity.role], subject, identity.owner)


def only(identity: Identity, role: Role) -> By:
    """403 for everybody else."""
    if identity.role is not role:
        raise Forbidden(_FOR[role])
    return by_(identity)


_FOR = {
    Role.LEARNER: "Seul un titulaire fait cela, avec sa propre clé.",
    Role.ORGANISATION: "Seul un organisme fait cela, avec sa propre clé.",
    Role.FUNDER: "Seul un financeur fait cela, avec sa propre clé.",
    Role.OPERATOR: "Seul le gestionnaire fait cela.",
}


def visible(conn: Connection, by: By, text: str) -> File:
    """``NoSuchFile`` also for another's."""
    file = store.read(conn, file_number(text))
    if not store.is_visible(file, by):
        raise NoSuchFile
    return file


def file_number(text: str) -> int:
    try:
        return id_number(text)
    except ValueError as error:
        raise NoSuchFile from error


def version_of(match: str) -> int | None:
    """Of the one ETag that a file has; any other, a weak one too, matches nothing."""
    if match in ("", "*"):
        return None
    bare = match[1:-1] if len(match) > 2 and match[0] == match[-1] == '"' else ""
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 10 else -1


def told(body: Any, status: int = 200) -> Answer:
    """Of an act, as JSON."""
    return Answer(status, {"content-type": JSON}, orjson.dumps(body))


def coded(code: Labelled) -> dict[str, str]:
    return {"value": code.value, "label": code.label}


def body_of(model: type[BaseModel]) -> dict[str, Any]:
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
