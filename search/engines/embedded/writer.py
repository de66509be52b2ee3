"""The one writer of an index folder: takes a lock, writes new files, publishes a manifest, deletes what is past.

A batch of changes makes the *delta* segment again from what it holds and what is new; in older segments the changed
trainings are marked dead. When the delta is big it joins the middle segment, and that one the base: at most three.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import orjson

from base.clock import Clock
from search.analysis.lexicon import Lexicon
from search.document import Removal, TrainingDocument
from search.engines.embedded.arrayfile import write_arrays
from search.engines.embedded.columns import Bools
from search.engines.embedded.flat import Collector, Flat, merged
from search.engines.embedded.manifest import (
    CURRENT,
    MOST_KEPT,
    Manifest,
    Replaced,
    SegmentEntry,
    publish,
    read_manifest,
    still_served,
    sweep,
    write_durably,
)
from search.engines.embedded.opened import Opened, open_generation
from search.engines.embedded.segment import PAYLOAD, Segment, write_segment

DELTA_MOST = 2_000  # trainings: rebuilding such a delta takes some 50 ms
MIDDLE_SHARE = 0.10  # of the base; above, everything is merged
DEAD_SHARE = 0.25  # of the base's trainings; above, everything is merged

Change = TrainingDocument | Removal


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Waits until no other process or thread writes; a process that dies lets go."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "writer.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Writer:
    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder
        self._clock = clock

    def rebuild(self, documents: Iterable[TrainingDocument], lexicon: Lexicon) -> None:
        """One segment of all documents; what was removed before is forgotten."""
        with writing(self._folder):
            before = self._newest()
            number, build = before.number + 1, secrets.token_hex(4)
            name = f"{number:08d}-{build}-base"
            path = self._folder / f"{name}{PAYLOAD}"
            with path.open("wb", buffering=1 << 20) as sink:
                collector = Collector(sink)
                for document in documents:
                    if document.offers:
                        collector.add(document)
                size = _synced(sink)
            flat = collector.finish()
            del collector
            write_segment(self._folder, name, flat, size)
            lexicon_file = f"{number:08d}-{build}.lexicon"
            write_durably(self._folder / lexicon_file, _lexicon_bytes(lexicon))
            self._publish(before, Manifest(number, build, (SegmentEntry(name, ""),), "", lexicon_file))

    def apply(self, batch: Sequence[Change]) -> None:
        with writing(self._folder):
            before = self._newest()
            opened = open_generation(self._folder, before, {})
            changes = _later_than(opened, batch)
            if not changes:
                return
            after = self._with_delta(before, opened, changes)
            self._publish(before, after)
            # visible and durable by now; merging may take longer
            self._merge_where_due(after)

    def _newest(self) -> Manifest:
        return read_manifest(self._folder / CURRENT)

    def _with_delta(self, before: Manifest, opened: Opened, changes: dict[int, Change]) -> Manifest:
        number = before.number + 1
        flats, entries = [], []
        for entry, segment, dead in zip(before.segments, opened.segments, opened.dead, strict=True):
            gone = _dead_after(segment, dead, changes)
            if entry.name == before.delta:
                flats.append(segment.flat(gone))
            elif gone is not None and gone is not dead:
                entries.append(SegmentEntry(entry.name, self._write_dead(entry.name, number, gone)))
            else:
                entries.append(entry)
        flats.append(_flat_of(changes))
        delta = f"{number:08d}-{before.build}-delta"
        self._write_merged(delta, flats)
        return Manifest(number, before.build, (*entries, SegmentEntry(delta, "")), delta, before.lexicon)

    def _merge_where_due(self, before: Manifest) -> None:
        """Delta into the middle segment, or all into one, once they are big."""
        opened = open_generation(self._folder, before, {})
        sizes = [segment.trainings for segment in opened.segments]
        if len(sizes) == 1 or sizes[-1] <= DELTA_MOST:
            return
        dead = 0 if opened.dead[0] is None else int(opened.dead[0].sum())
        all_in_one = sum(sizes[1:]) > MIDDLE_SHARE * sizes[0] or dead > DEAD_SHARE * sizes[0]
        first = 0 if all_in_one else 1
        number = before.number + 1
        name = f"{number:08d}-{before.build}-{'base' if all_in_one else 'middle'}"
        parts = zip(opened.segments[first:], opened.dead[first:], strict=True)
        self._write_merged(name, [segment.flat(gone) for segment, gone in parts])
        entries = (*before.segments[:first], SegmentEntry(name, ""))
        self._publish(before, Manifest(number, before.build, entries, "", before.lexicon))

    def _write_merged(self, name: str, flats: Sequence[Flat]) -> None:
        with (self._folder / f"{name}{PAYLOAD}").open("wb", buffering=1 << 20) as sink:
            flat = merged(flats, sink)
            size = _synced(sink)
        write_segment(self._folder, name, flat, size)

    def _write_dead(self, segment: str, number: int, dead: Bools) -> str:
        name = f"{segment}-{number:08d}.dead"
        write_arrays(self._folder / name, {"dead": np.packbits(dead)}, {"trainings": len(dead)})
        return name

    def _publish(self, before: Manifest, after: Manifest) -> None:
        now = self._clock()
        older = [each for each in before.older if still_served(each, now)][-MOST_KEPT:]
        if before.number:
            older.append(Replaced(before.generation, now.isoformat()))
        after = replace(after, older=tuple(older))
        publish(self._folder, after)
        sweep(self._folder, after)


def _synced(sink: object) -> int:
    """Flushes an open file to the disk; its size."""
    sink.flush()  # type: ignore[attr-defined]
    os.fsync(sink.fileno())  # type: ignore[attr-defined]
    return int(sink.tell())  # type: ignore[attr-defined]


def _lexicon_bytes(lexicon: Lexicon) -> bytes:
    told = {"version": lexicon.version, "trainings": lexicon.trainings, "frequencies": dict(lexicon.frequencies)}
    return orjson.dumps(told)


def _later_than(opened: Opened, batch: Sequence[Change]) -> dict[int, Change]:
    """The changes that are not older than what is known, one per training; a later one of the batch wins a tie."""
    changes: dict[int, Change] = {}
    for change in batch:
        known = changes.get(change.id)
        if known is None or change.version >= known.version:
            changes[change.id] = change
    return {key: change for key, change in changes.items() if change.version >= opened.version_of(key)}


def _dead_after(segment: Segment, dead: Bools | None, changes: dict[int, Change]) -> Bools | None:
    numbers = [segment.versions[key][0] for key in changes if key in segment.versions]
    if not numbers or (dead is not None and dead[numbers].all()):
        return dead
    found = np.zeros(segment.trainings, bool) if dead is None else dead.copy()
    found[numbers] = True
    return found


def _flat_of(changes: dict[int, Change]) -> Flat:
    sink = BytesIO()
    collector = Collector(sink)
    removed = []
    for change in changes.values():
        if isinstance(change, Removal) or not change.offers:
            removed.append((change.id, change.version))
        else:
            collector.add(change)
    return collector.finish(removed, sink.getvalue())
