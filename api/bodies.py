"""Bodies of requests, never larger than allowed, whatever their headers say."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from api.problems import TooLarge
from base.errors import InvalidParameter
from ingest.readers.csv_mapping import MOST_BYTES

_SLACK = 64 * 1024  # of a form around its file
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Received:
    path: Path
    file_name: str
    size: int
    mapping: bytes = b""  # of the columns of a CSV, sent beside it in a form
    mapping_name: str = ""


async def read_bounded(request: Request, most: int) -> bytes:
    """The body in memory; ``TooLarge`` beyond ``most`` bytes."""
    _check_announced(request, most)
    parts: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        parts.append(chunk)
    return b"".join(parts)


@asynccontextmanager
async def received_file(request: Request, folder: Path, most: int) -> AsyncIterator[Received]:
    """The file of a request, raw or in a form, in a temporary file that is gone afterwards."""
    _check_announced(request, most + _SLACK)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=".upload-")
    path = Path(name)
    try:
        if request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            received = await _from_form(request, path, handle, most)
        else:
            received = Received(path, _given_name(request), await _from_stream(request, handle, most))
        if not received.size:
            raise InvalidParameter("body", "Le corps de la requête est vide : envoyez le fichier du catalogue.")
        yield received
    finally:
        path.unlink(missing_ok=True)


async def _from_stream(request: Request, handle: int, most: int) -> int:
    size = 0
    with os.fdopen(handle, "wb") as stream:
        async for chunk in request.stream():
            size += len(chunk)
            if size > most:
                raise _too_large(most)
            stream.write(chunk)
    return size


async def _from_form(request: Request, path: Path, handle: int, most: int) -> Received:
    taken = 0

    async def bounded() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > most + _SLACK:
            raise _too_large(most)
        return message

    with os.fdopen(handle, "wb") as stream:
        try:
            async with Request(request.scope, bounded).form(max_files=2, max_fields=20) as form:
                beside = form.get("mapping")
                mapping = beside if isinstance(beside, UploadFile) else None
                upload = next((p for p in form.values() if isinstance(p, UploadFile) and p is not mapping), None)
                if upload is None:
                    raise InvalidParameter("file", "Le formulaire ne contient pas de fichier.")
                size = 0
                while chunk := await upload.read(_CHUNK):
                    size += len(chunk)
                    await run_in_threadpool(stream.write, chunk)
                if size > most:
                    raise _too_large(most)
                named = _clean(upload.filename or "")
                if mapping is None:
                    return Received(path, named, size)
                columns = await mapping.read(MOST_BYTES + 1)
                if len(columns) > MOST_BYTES:
                    raise InvalidParameter("mapping", f"mapping : au plus {MOST_BYTES // 1024} ko.")
                return Received(path, named, size, columns, _clean(mapping.filename or ""))
        except HTTPException as error:
            raise InvalidParameter("body", "Le formulaire envoyé est illisible.") from error


def _check_announced(request: Request, most: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and len(announced) < 20 and int(announced) > most:
        raise _too_large(most)


def _given_name(request: Request) -> str:
    return _clean(request.query_params.get("file_name", ""))


def _clean(name: str) -> str:
    """A name to show, never a path to open."""
    kept = "".join(character for character in Path(name).name if character.isprintable())
    return kept.encode("utf-8", "replace").decode()[:200] or "catalogue"


def _too_large(most: int) -> TooLarge:
    size = f"{most / 1_048_576:.0f} Mo" if most >= 1_048_576 else f"{most / 1024:.0f} ko"
    return TooLarge(f"Au plus {size} sont acceptés ici.", limit_bytes=most)
