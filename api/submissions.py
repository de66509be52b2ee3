"""Catalogues from organisations: received here, imported by a worker, reported on here."""

from __future__ import annotations

from hashlib import file_digest
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.bodies import Received, received_file
from api.documented import DryRunAnswer, FindingsAnswer, ProblemAnswer, SubmissionAnswer
from api.identity import may_read, may_write_for, who
from api.keys import Identity
from api.reports import present_finding, present_submission
from api.services import PREFIX, Limits, Services
from base.database import reading, unit_of_work
from base.errors import FileRefused, InvalidParameter, NotFound, StorageFull
from base.ids import id_number, id_text
from base.jobs import enqueue
from catalog.rows import SubmissionRow
from catalog.store import submissions
from ingest.keeping import UPLOADS
from ingest.readers.csv_mapping import mapping_text, own_mapping, shipped_mappings
from ingest.receive import JOB, keep_bytes, open_submission
from ingest.report import Mode
from ingest.schema import CATALOGUE_SCHEMA

OPTIONS = ("dry_run", "mode", "file_name", "mapping")  # of a submission
JSON = "application/json"
SCHEMA = "application/schema+json"
_SIRET = Path(description="SIRET de l'organisme (14 chiffres)", examples=["13001835100374"])
_SUBMISSION = Path(description="Identifiant du dépôt")
_REFUSALS: dict[int | str, dict[str, Any]] = {
    401: {"model": ProblemAnswer, "description": "Clé absente ou inconnue."},
    403: {"model": ProblemAnswer, "description": "La clé appartient à un autre organisme."},
}
_UNKNOWN: dict[int | str, dict[str, Any]] = {404: {"model": ProblemAnswer, "description": "Dépôt inconnu."}}
_KEY: list[dict[str, list[str]]] = [{"bearer": []}, {"apiKey": []}]
_FILE = {"schema": {"type": "string", "format": "binary"}}
_MAPPING = {**_FILE["schema"], "description": "Correspondance de colonnes (TOML) d'un CSV"}
_FORM = {
    "schema": {"type": "object", "required": ["file"], "properties": {"file": _FILE["schema"], "mapping": _MAPPING}}
}


def routes(services: Services) -> APIRouter:
    router = APIRouter(prefix=PREFIX, tags=["dépôts"])
    schema = CATALOGUE_SCHEMA.read_bytes()

    @router.post(
        "/organisations/{siret}/catalogue",
        summary="Déposer un catalogue (XML EDOF ou LHÉO, CSV, JSON, .gz)",
        status_code=202,
        response_class=Response,
        responses={
            202: {"model": SubmissionAnswer, "description": "Reçu ; Location donne le suivi."},
            200: {"model": DryRunAnswer, "description": "Compte rendu d'un essai (dry_run)."},
            413: {"model": ProblemAnswer, "description": "Fichier trop volumineux."},
            507: {"model": ProblemAnswer, "description": "L'espace des dépôts est plein."},
            **_REFUSALS,
        },
        openapi_extra={
            "security": _KEY,
            "requestBody": {
                "required": True,
                "content": {
                    **dict.fromkeys(("application/xml", "text/csv", JSON, "application/octet-stream"), _FILE),
                    "multipart/form-data": _FORM,
                },
            },
        },
    )
    async def submit(
        request: Request,
        siret: Annotated[str, _SIRET],
        dry_run: Annotated[bool, Query(description="Tout dire, ne rien enregistrer ; répond aussitôt.")] = False,
        mode: Annotated[
            str,
            Query(
                description="update (complète) ou replace (ce qui manque est retiré)",
                json_schema_extra={"enum": [each.value for each in Mode]},
            ),
        ] = "update",
        file_name: Annotated[str, Query(description="Nom du fichier, pour le suivi", max_length=300)] = "",
        mapping: Annotated[
            str,
            Query(
                description="CSV : correspondance fournie ; la vôtre va dans le champ mapping d'un formulaire",
                json_schema_extra={"enum": ["", *shipped_mappings()]},
            ),
        ] = "",
    ) -> Response:
        identity = await run_in_threadpool(who, request, services.database)
        if not (len(siret) == 14 and siret.isascii() and siret.isdigit()):
            raise InvalidParameter("siret", "siret : 14 chiffres sont attendus.")
        may_write_for(identity, siret)
        _refuse_unknown(request)
        if mode not in list(Mode):
            raise InvalidParameter("mode", "mode : update ou replace.")
        if mapping and mapping not in shipped_mappings():
            raise InvalidParameter(
                "mapping", f"mapping : {', '.join(shipped_mappings())}, ou un fichier du formulaire."
            )
        most = services.limits.dry_run_bytes if dry_run else services.limits.submission_bytes
        async with received_file(request, services.submissions_dir / UPLOADS, most) as file:
            columns = _mapping(file, mapping)
            if dry_run:
                report = await run_in_threadpool(services.dry_run, file.path, siret=siret, mode=mode, mapping=columns)
                return Response(orjson.dumps(report), media_type=JSON)
            row = await run_in_threadpool(_keep, services, file, columns, siret, Mode(mode), identity)
        location = f"{PREFIX}/submissions/{id_text(row.id)}"
        return Response(orjson.dumps(present_submission(row, {})), 202, {"Location": location}, JSON)

    @router.get(
        "/catalogue.schema.json",
        summary="Le schéma (JSON Schema 2020-12) d'un catalogue en JSON",
        response_class=Response,
        responses={200: {"content": {SCHEMA: {}}, "description": "Le schéma, avec ses explications."}},
    )
    async def catalogue_schema() -> Response:
        return Response(schema, media_type=SCHEMA)

    @router.get(
        "/submissions/{submission_id}",
        summary="Où en est un dépôt",
        response_class=Response,
        responses={200: {"model": SubmissionAnswer}, **_UNKNOWN, **_REFUSALS},
        openapi_extra={"security": _KEY},
    )
    def one_submission(request: Request, submission_id: Annotated[str, _SUBMISSION]) -> Response:
        row = _readable(request, services, submission_id)
        with reading(services.database) as conn:
            by_code = submissions.counts_by_code(conn, row.id)
        return Response(orjson.dumps(present_submission(row, by_code)), media_type=JSON)

    @router.get(
        "/submissions/{submission_id}/findings",
        summary="Les remarques sur un dépôt, page par page",
        response_class=Response,
        responses={200: {"model": FindingsAnswer}, **_UNKNOWN, **_REFUSALS},
        openapi_extra={"security": _KEY},
    )
    def findings(
        request: Request,
        submission_id: Annotated[str, _SUBMISSION],
        after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Numéro de la dernière remarque reçue")] = 0,
        limit: Annotated[int, Query(ge=1, le=1000, description="Remarques par page")] = 100,
    ) -> Response:
        row = _readable(request, services, submission_id)
        with reading(services.database) as conn:
            found = submissions.findings_page(conn, row.id, after, limit + 1)
        shown = found[:limit]
        following = shown[-1].number if len(found) > limit else None
        told = {"findings": [present_finding(one) for one in shown], "next_after": following}
        return Response(orjson.dumps(told), media_type=JSON)

    return router


def _refuse_unknown(request: Request) -> None:
    """``?dryrun=true`` or ``dry_run=true&dry_run=false`` must not store for good what was meant as a trial."""
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in OPTIONS:
            raise InvalidParameter(name, f"Le paramètre « {name[:60]} » n'existe pas ({', '.join(OPTIONS)}).")
        if given.count(name) > 1:
            raise InvalidParameter(name, f"{name} ne peut être donné qu'une fois.")


def _mapping(file: Received, shipped: str) -> str:
    """The text of the mapping that was named or sent; ``""`` when neither."""
    if not file.mapping:
        return mapping_text(shipped) if shipped else ""
    try:
        return own_mapping(file.mapping.decode(), file.mapping_name)
    except (FileRefused, UnicodeDecodeError) as error:
        why = error.detail if isinstance(error, FileRefused) else "mapping : du texte en UTF-8 est attendu."
        raise InvalidParameter("mapping", why) from error


def _check_space(conn: Connection, limits: Limits, siret: str, sha256: str, size: int) -> None:
    everybody = submissions.kept_bytes(conn, without=sha256)
    theirs = submissions.kept_bytes(conn, siret, without=sha256)
    if theirs + size > limits.kept_bytes_each:
        raise StorageFull(
            f"Vos dépôts gardés font déjà {theirs >> 20} Mo : avec celui-ci ils dépasseraient "
            f"{limits.kept_bytes_each >> 20} Mo. Les plus anciens s'effacent avec le temps ; écrivez à l'exploitant."
        )
    if everybody + size > limits.kept_bytes:
        raise StorageFull("L'espace des dépôts est plein : écrivez à l'exploitant, puis déposez le fichier de nouveau.")


def _keep(
    services: Services, file: Received, mapping: str, siret: str, mode: Mode, identity: Identity
) -> SubmissionRow:
    """The bytes on disk and the work in the queue; the worker does the rest."""
    with file.path.open("rb") as stream:
        sha256 = file_digest(stream, "sha256").hexdigest()
    with reading(services.database) as conn:  # before the bytes are kept, or refused ones would fill the disk
        _check_space(conn, services.limits, siret, sha256, file.size)
    kept = keep_bytes(file.path, services.submissions_dir)
    with unit_of_work(services.database) as conn:
        submissions.receive_alone(conn)
        _check_space(conn, services.limits, siret, kept.sha256, kept.size)  # others may have come meanwhile
        number = open_submission(
            conn,
            kept,
            submissions_dir=services.submissions_dir,
            now=services.clock(),
            mode=mode,
            sender=siret,
            who=identity.owner,
            file_name=file.file_name,
            mapping=mapping,
        )
        enqueue(conn, JOB, {"submission": number}, now=services.wall())
        return submissions.submission(conn, number)


def _readable(request: Request, services: Services, text: str) -> SubmissionRow:
    identity = who(request, services.database)
    try:
        number = id_number(text)
    except ValueError as error:
        raise NotFound("Ce dépôt n'existe pas.") from error
    with reading(services.database) as conn:
        row = submissions.submission(conn, number)
    may_read(identity, owner=row.owner, siret=row.siret)
    return row
