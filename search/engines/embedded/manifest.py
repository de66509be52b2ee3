"""Which files make a generation. ``manifest.json`` is the newest one; it is replaced in one step after its files are
durable, so a crash at any point leaves the old generation or the new one, never a mixture.

Older generations keep a file of their own and stay readable for five minutes after they were replaced; the last one of
an earlier build stays until it is pruned, to go back to.
"""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from base.errors import Gone, IndexDamaged
from search.engines.embedded.arrayfile import SCHEMA, damaged
from search.engines.embedded.locks import builds_in_progress

CURRENT = "manifest.json"
OURS = (".seg", ".payload", ".dead", ".json", ".tmp", ".lexicon")
SERVED_FOR = timedelta(minutes=5)
MOST_KEPT = 400  # older generations, when the clock stands still: more than five minutes of one change a second


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    name: str
    dead: str  # file of the trainings that are dead in it; "" when none is


@dataclass(frozen=True, slots=True)
class Replaced:
    generation: str
    at: str  # ISO instant


@dataclass(frozen=True, slots=True)
class Manifest:
    number: int
    build: str  # of the last rebuild
    segments: tuple[SegmentEntry, ...]  # biggest first, the delta last
    delta: str  # name of the delta segment, "" when there is none
    lexicon: str  # file name; "" = empty
    older: tuple[Replaced, ...] = ()
    made_at: str = ""  # ISO instant of the last rebuild
    lexicon_version: str = ""
    catalogue: str = ""  # stamp: which catalogue was followed,
    position: int = 0  # and how far
    kept: tuple[str, ...] = ()  # last generation of earlier builds, the one served last first

    @property
    def generation(self) -> str:
        return f"{self.number:08d}-{self.build}"

    def files(self) -> set[str]:
        found = {f"{entry.name}{suffix}" for entry in self.segments for suffix in (".seg", ".payload")}
        found |= {entry.dead for entry in self.segments if entry.dead}
        return found | {generation_file(self.generation)} | ({self.lexicon} if self.lexicon else set())


EMPTY = Manifest(number=0, build="empty", segments=(), delta="", lexicon="")


def generation_file(generation: str) -> str:
    return f"generation-{generation}.json"


def build_name(manifest: Manifest) -> str:
    made = datetime.fromisoformat(manifest.made_at)
    return f"offers-v{SCHEMA}-{made:%Y%m%dt%H%M%S}-{manifest.build}"


def read_manifest(path: Path) -> Manifest:
    """The manifest of a file. Without a newest one it was never made, unless generations lie there."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        if path.name == CURRENT and not last_number(path.parent):
            return EMPTY
        raise damaged(path, "fichier absent") from None
    crc, _, body = text.partition(b"\n")
    if crc != b"%08x" % zlib.crc32(body):
        raise damaged(path, "somme de contrôle")
    told = json.loads(body)
    segments = tuple(SegmentEntry(**entry) for entry in told.pop("segments"))
    older = tuple(Replaced(**entry) for entry in told.pop("older"))
    kept = tuple(told.pop("kept", ()))
    return Manifest(segments=segments, older=older, kept=kept, **told)


def read_older(folder: Path, newest: Manifest, generation: str, now: datetime) -> Manifest:
    """An older generation by name; ``Gone`` when it was replaced more than five minutes ago or never was."""
    if generation == newest.generation:
        return newest
    if any(each.generation == generation and still_served(each, now) for each in newest.older):
        return read_manifest(folder / generation_file(generation))
    raise Gone("Cette page de résultats n'est plus disponible : relancez la recherche.")


def still_served(replaced: Replaced, now: datetime) -> bool:
    return now - datetime.fromisoformat(replaced.at) <= SERVED_FOR


def publish(folder: Path, manifest: Manifest) -> None:
    """Files of the manifest are synced already. Names are made durable before the one that points to them."""
    write_durably(folder / generation_file(manifest.generation), _told(replace(manifest, older=(), kept=())))
    point_to(folder, manifest)


def point_to(folder: Path, manifest: Manifest) -> None:
    """Make a manifest the newest one; the generation's own file is there already."""
    temporary = folder / f"{CURRENT}.tmp"
    write_durably(temporary, _told(manifest))
    sync_folder(folder)
    temporary.replace(folder / CURRENT)
    sync_folder(folder)


def _told(manifest: Manifest) -> bytes:
    body = json.dumps(asdict(manifest)).encode()
    return b"%08x\n" % zlib.crc32(body) + body


def last_number(folder: Path) -> int:
    """Number of the newest generation by the names of files, when the manifest cannot be read."""
    names = [path.stem.split("-") for path in folder.glob("generation-*.json")]
    return max((int(parts[1]) for parts in names if len(parts) == 3 and parts[1].isdigit()), default=0)


def write_durably(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep(folder: Path, manifest: Manifest) -> None:
    """Deletes what no served, kept or half-built generation names: leftovers of crashes and of generations past their
    five minutes. The caller holds the writer's lock."""
    named = manifest.files() | {CURRENT}
    for generation in (*(each.generation for each in manifest.older), *manifest.kept):
        try:
            named |= read_manifest(folder / generation_file(generation)).files()
        except IndexDamaged:
            continue
    building = builds_in_progress(folder)
    for path in folder.iterdir():
        if path.name not in named and path.suffix in OURS and not any(f"-{build}" in path.name for build in building):
            path.unlink(missing_ok=True)
