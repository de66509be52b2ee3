"""What a file's readers are told of its money: JSON for programs, a page for people who ask for one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection

from api.documented_money import EnrollmentDocumentsAnswer
from api.files import present_file
from api.identity import who
from api.keys import Identity, held
from api.links import PATH, Link, until
from api.posting import JSON, PROBLEMS, SECURITY, by_, visible
from api.services import PREFIX, Services
from base.database import reading
from base.errors import NotFound, Unauthenticated
from enrollment.files.file import File
from enrollment.files.quotes import quote_of
from enrollment.files.states import Actor
from enrollment.files.store import By
from enrollment.money import DocumentKind, documents_of
from enrollment.money.keeping import OF_FUNDER, OF_LEARNER, OF_ORGANISATION

# A document and its file, both as their reader is told them, to a page.
Page = Callable[[dict[str, Any], dict[str, Any]], Response]
_KINDS = {
    Actor.LEARNER: OF_LEARNER,
    Actor.ORGANISATION: OF_ORGANISATION,
    Actor.FUNDER: OF_FUNDER,
    Actor.OPERATOR: tuple(DocumentKind),
}
_NAMES = [kind.value for kind in DocumentKind]
_FILE = Path(description="Identifiant du dossier")


def routes(services: Services, page: Page | None = None) -> APIRouter:
    """``page``: how the site shows one to a person; without a site there is JSON only."""
    router = APIRouter(prefix=PREFIX, tags=["dossiers"])
    rules = services.desk.rules

    @router.get(
        "/enrollments/{file_id}/documents",
        summary="Devis, confirmation, participation, récapitulatif, facture, avoir : ce qui a été dit de l'argent",
        response_class=Response,
        responses={200: {"model": EnrollmentDocumentsAnswer}, 401: PROBLEMS[401], 404: PROBLEMS[404]},
        openapi_extra=SECURITY,
    )
    def documents(request: Request, file_id: Annotated[str, _FILE]) -> Response:
        identity = who(request, services.database)
        by = by_(identity)
        with reading(services.database) as conn:
            kept = told_to(conn, by, visible(conn, by, file_id))
            if page is not None:
                kept = [{**each, "page_url": link_to(conn, identity, file_id, each)} for each in kept]
        return Response(orjson.dumps({"documents": kept}), media_type=JSON)

    @router.get(
        "/enrollments/{file_id}/documents/{kind}",
        summary="Un document : JSON, ou une page avec Accept: text/html",
        response_class=Response,
        responses={200: {"content": {JSON: {}, "text/html": {}}, "description": "Tel qu'il a été établi."}, **PROBLEMS},
        openapi_extra=SECURITY,
    )
    def one(
        request: Request,
        file_id: Annotated[str, _FILE],
        kind: Annotated[str, Path(description="Sorte de document", json_schema_extra={"enum": _NAMES})],
        reference: Annotated[str, Query(max_length=100, description="Numéro de facture, financeur")] = "",
    ) -> Response:
        by = by_(who(request, services.database))
        with reading(services.database) as conn:
            file = visible(conn, by, file_id)
            found = document_told(conn, by, file, kind, reference)
        vary = {"vary": "Accept"}
        if page is None or "text/html" not in request.headers.get("accept", ""):
            return Response(orjson.dumps(found), media_type=JSON, headers=vary)
        shown = page(found, present_file(file, by.actor, rules, services.clock()))
        shown.headers.update({**vary, "cache-control": "no-store"})
        return shown

    def link_to(conn: Connection, identity: Identity, file_id: str, kept: dict[str, Any]) -> str:
        live = held(conn, identity.public)
        if live is None:  # revoked since
            raise Unauthenticated("Cette clé n'est pas connue, ou elle a été révoquée.")
        link = Link(file_id, kept["kind"], kept["reference"], identity.public, until(services.wall()))
        return services.address + link.address(live[1])

    return router


def linked(services: Services, page: Page) -> APIRouter:
    """The same pages by a link, for browsers."""
    router = APIRouter(include_in_schema=False)
    rules = services.desk.rules

    @router.get(PATH)
    def by_link(
        file_id: str,
        kind: str,
        key: Annotated[str, Path(max_length=20)],
        until: Annotated[int, Path(lt=10**11)],
        signature: Annotated[str, Path(max_length=100)],
        reference: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        link = Link(file_id, kind, reference, key, until)
        with reading(services.database) as conn:
            by = by_(link.opened(conn, signature, services.wall()))
            file = visible(conn, by, file_id)
            found = document_told(conn, by, file, kind, reference)
        shown = page(found, present_file(file, by.actor, rules, services.clock()))
        shown.headers.update({"cache-control": "no-store", "referrer-policy": "no-referrer"})
        return shown

    return router


def document_told(conn: Connection, by: By, file: File, kind: str, reference: str) -> dict[str, Any]:
    if kind not in _NAMES:
        raise NotFound(f"Aucun document ne s'appelle ainsi ; il y a {', '.join(_NAMES)}.", kinds=_NAMES)
    for each in told_to(conn, by, file):
        if each["kind"] == kind and reference in ("", each["reference"]):
            return each
    raise NotFound("Ce dossier n'a pas (encore) ce document pour vous.")


def told_to(conn: Connection, by: By, file: File) -> list[dict[str, Any]]:
    quote = quote_of(file, by.actor)
    kept = documents_of(conn, file.id, _KINDS[by.actor], by.subject if by.actor is Actor.FUNDER else "")
    return kept if quote is None else [quote, *kept]
