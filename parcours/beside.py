"""Heavy work in a process of its own: a thread would ruin the slowest questions through the interpreter's lock."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any

import orjson

from base.errors import Unavailable
from parcours.settings import Settings

if TYPE_CHECKING:
    from api.services import DryRun

DRY_RUN_SECONDS = 300
DRY_RUNS_AT_ONCE = 2  # each is a process that keeps a core busy: more would take the questions' own


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "parcours", *arguments]


def environment(settings: Settings) -> Mapping[str, str]:
    """The same settings for a child, whatever they were made from."""
    given = {
        f"PARCOURS_{name.upper()}": str(value)
        for name, value in settings.model_dump(mode="json").items()
        if value is not None
    }
    return {**os.environ, **given}


def dry_run_beside(settings: Settings, at_once: int = DRY_RUNS_AT_ONCE) -> DryRun:
    """``Unavailable`` beyond so many at once: a key holder cannot start as many processes as it sends requests."""
    free = BoundedSemaphore(at_once)

    def run(path: Path, *, siret: str, mode: str, mapping: str) -> dict[str, Any]:
        if not free.acquire(blocking=False):
            raise Unavailable("D'autres essais sont en cours : réessayez dans quelques secondes.")
        try:
            with NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as columns:
                columns.write(mapping)
                columns.flush()
                return tried(path, siret, mode, ("--mapping", columns.name) if mapping else ())
        finally:
            free.release()

    def tried(path: Path, siret: str, mode: str, mapping: tuple[str, ...]) -> dict[str, Any]:
        arguments = ("import", str(path), "--dry-run", "--json", "--siret", siret, "--mode", mode, *mapping)
        try:
            done = subprocess.run(
                command(*arguments),
                env=environment(settings),
                capture_output=True,
                timeout=DRY_RUN_SECONDS,
                check=False,
            )
            told = orjson.loads(done.stdout)
        except (subprocess.TimeoutExpired, orjson.JSONDecodeError) as error:
            raise Unavailable("L'essai n'a pas pu être mené : déposez le fichier sans dry_run ou réessayez.") from error
        if "error" in told:
            raise Unavailable(str(told["error"].get("detail", "L'essai n'a pas pu être mené.")))
        return dict(told)

    return run
