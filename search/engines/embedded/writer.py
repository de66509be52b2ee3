"""The one writer of an index folder: takes a lock, writes new files, publishes a manifest, deletes what is past.

A batch of changes makes the *delta* segment again from what it holds and what is new; in older segments the changed
trainings are marked dead. When the delta is big it joins the middle segment, and that one the base: at most three.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
import orjson

from base.clock import Clock
from base.errors import Conflict, IndexDamaged, NotFound
from search.analysis.lexicon import Lexicon
from search.document import Removal, TrainingDocument
from search.engines.contract import Stamp
from search.engines.embedded.arrayfile import write_arrays
from search.engines.embedded.columns import Bools
from search.engines.embedded.flat import Collector, Flat, merged
from search.engines.embedded.locks import building, writing
from search.engines.embedded.manifest import (
    CURRENT,
    EMPTY,
    MOST_KEPT,
    Manifest,
    Replaced,
    SegmentEntry,
    build_name,
    generation_file,
    last_number,
    point_to,
    publish,
    read_manifest,
    still_served,
    sweep,
    write_durably,
)
from search.engines.embedded.opened import Opened, open_generation
from search.engines.embedded.payloads import new_payload_file
from search.engines.embedded.segment import PAYLOAD, Segment, write_segment


@dataclass(frozen=True, slots=True)
class Merging:
    """When small segments join greater ones. Counts and shares of trainings."""

    delta_most: int = 2_000  # making such a delta again takes some 50 ms
    middle_share: float = 0.10  # of the base; above, everything is merged
    dead_share: float = 0.25  # of the base; above, everything is merged


Change = TrainingDocument | Removal


class Writer:
    def __init__(self, folder: Path, clock: Clock, merging: Merging) -> None:
        self._folder = folder
        self._clock = clock
        self._merging = merging
        self._segments: dict[str, Segment] = {}  # open since the last change

    @contextmanager
    def stage(self, documents: Iterable[TrainingDocument], lexicon: Lexicon, stamp: Stamp) -> Iterator[StagedFiles]:
        """One segment of all documents; what was removed before is forgotten. Others write meanwhile."""
        build = secrets.token_hex(4)
        with building(self._folder, build):
            number = self._newest_or_none().number + 1
            staged = StagedFiles(
                self,
                self._folder,
                Manifest(
                    number,
                    build,
                    (SegmentEntry(f"{number:08d}-{build}-base", ""),),
                    "",
                    f"{number:08d}-{build}.lexicon",
                    made_at=self._clock().isoformat(),
                    lexicon_version=lexicon.version,
                    catalogue=stamp.catalogue,
                    position=stamp.position,
                ),
            )
            try:
                self._write_base(staged.manifest, documents, lexicon)
                yield staged
            finally:
                if not staged.swapped:
                    for path in self._folder.glob(f"*-{build}*"):
                        path.unlink(missing_ok=True)

    def _write_base(self, manifest: Manifest, documents: Iterable[TrainingDocument], lexicon: Lexicon) -> None:
        name = manifest.segments[0].name
        with new_payload_file(self._folder / f"{name}{PAYLOAD}") as payload:
            collector = Collector(payload)
            for document in documents:
                if document.offers:
                    collector.add(document)
        write_segment(self._folder, name, collector.finish(), payload)
        write_durably(self._folder / manifest.lexicon, _lexicon_bytes(lexicon))

    def changed(self, before: Manifest, opened: Opened, batch: Sequence[Change], position: int, after: int) -> Manifest:
        """What follows a manifest when these changes are made, its files written; itself when nothing changes."""
        position = max(before.position, position if before.position >= after else 0)
        changes = _later_than(opened, batch)
        if changes:
            before = self._with_delta(before, opened, changes)
        elif position > before.position:
            before = replace(before, number=before.number + 1)
        return replace(before, position=position)

    def apply(self, batch: Sequence[Change], position: int, after: int) -> None:
        with writing(self._folder):
            before = read_manifest(self._folder / CURRENT)
            changed = self.changed(before, self._open(before), batch, position, after)
            if changed == before:
                return
            changed = self._publish(before, changed)
            # visible and durable by now; merging may take longer
            if changed.segments != before.segments:
                self._merge_where_due(changed)

    def swap(self, staged: Manifest) -> Manifest:
        """Serve what was staged; what was served is kept."""
        with writing(self._folder):
            before = self._newest_or_none()
            # also past the numbers in the names of its own files
            return self._publish(
                before, replace(staged, number=max(before.number, staged.number) + 1, kept=_kept(before))
            )

    def rollback(self, name: str | None) -> Manifest:
        with writing(self._folder):
            before = read_manifest(self._folder / CURRENT)
            wanted = next((each for each in self.kept(before) if name in (None, build_name(each))), None)
            if wanted is None:
                raise NotFound(
                    f"Aucun index « {name} » n'est gardé. « parcours index list » dit lesquels le sont."
                    if name
                    else "Aucun index antérieur n'est gardé."
                )
            try:
                open_generation(self._folder, wanted, {})
            except IndexDamaged as damage:
                raise Conflict(f"Cet index ne peut plus servir. {damage.detail}") from damage
            kept = tuple(each for each in _kept(before) if each != wanted.generation)
            return self._publish(before, replace(wanted, number=before.number + 1, kept=kept))

    def prune(self, keep: int) -> list[Manifest]:
        """Kept builds that cannot be opened count for nothing."""
        with writing(self._folder):
            newest = read_manifest(self._folder / CURRENT)
            left: list[Manifest] = []
            gone: list[Manifest] = []
            for each in self.kept(newest):
                (left if len(left) < keep and self._opens(each) else gone).append(each)
            newest = replace(newest, kept=tuple(each.generation for each in left))
            point_to(self._folder, newest)
            sweep(self._folder, newest)
        return gone

    def kept(self, newest: Manifest) -> list[Manifest]:
        found = []
        for generation in newest.kept:
            with suppress(IndexDamaged):
                found.append(read_manifest(self._folder / generation_file(generation)))
        return found

    def _opens(self, manifest: Manifest) -> bool:
        try:
            open_generation(self._folder, manifest, {})
        except IndexDamaged:
            return False
        return True

    def _newest_or_none(self) -> Manifest:
        """For a rebuild, which mends a damaged index: an unreadable manifest counts as an empty one."""
        try:
            return read_manifest(self._folder / CURRENT)
        except IndexDamaged:
            return replace(EMPTY, number=last_number(self._folder))

    def _open(self, manifest: Manifest) -> Opened:
        opened = open_generation(self._folder, manifest, self._segments)
        self._segments = {segment.name: segment for segment in opened.segments}
        return opened

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
        return replace(before, number=number, segments=(*entries, SegmentEntry(delta, "")), delta=delta)

    def _merge_where_due(self, before: Manifest) -> None:
        """Delta into the middle segment, or all into one, once they are big."""
        opened = self._open(before)
        sizes = [segment.trainings for segment in opened.segments]
        if sizes[-1] <= self._merging.delta_most:
            return
        if len(sizes) == 1:  # the first changes of an empty index: the delta is the base
            self._publish(before, replace(before, number=before.number + 1, delta=""))
            return
        dead = 0 if opened.dead[0] is None else int(opened.dead[0].sum())
        all_in_one = (
            sum(sizes[1:]) > self._merging.middle_share * sizes[0] or dead > self._merging.dead_share * sizes[0]
        )
        first = 0 if all_in_one else 1
        number = before.number + 1
        name = f"{number:08d}-{before.build}-{'base' if all_in_one else 'middle'}"
        parts = zip(opened.segments[first:], opened.dead[first:], strict=True)
        self._write_merged(name, [segment.flat(gone) for segment, gone in parts])
        entries = (*before.segments[:first], SegmentEntry(name, ""))
        self._publish(before, replace(before, number=number, segments=entries, delta=""))

    def _write_merged(self, name: str, flats: Sequence[Flat]) -> None:
        with new_payload_file(self._folder / f"{name}{PAYLOAD}") as payload:
            flat = merged(flats, payload)
        write_segment(self._folder, name, flat, payload)

    def _write_dead(self, segment: str, number: int, dead: Bools) -> str:
        name = f"{segment}-{number:08d}.dead"
        write_arrays(self._folder / name, {"dead": np.packbits(dead)}, {"trainings": len(dead)})
        return name

    def _publish(self, before: Manifest, after: Manifest) -> Manifest:
        now = self._clock()
        older = [each for each in before.older if still_served(each, now)][-MOST_KEPT:]
        if (self._folder / generation_file(before.generation)).exists():
            older.append(Replaced(before.generation, now.isoformat()))
        after = replace(after, older=tuple(older))
        publish(self._folder, after)
        sweep(self._folder, after)
        return after


class StagedFiles:
    """A build that is complete on disk and that no manifest names yet."""

    def __init__(self, writer: Writer, folder: Path, manifest: Manifest) -> None:
        self._writer, self._folder = writer, folder
        self.manifest = manifest
        self.swapped = False

    def apply(self, batch: Sequence[Change], position: int, after: int) -> None:
        opened = open_generation(self._folder, self.manifest, {})
        self.manifest = self._writer.changed(self.manifest, opened, batch, position, after)

    def swap(self) -> Manifest:
        self.manifest = self._writer.swap(self.manifest)
        self.swapped = True
        return self.manifest


def _kept(before: Manifest) -> tuple[str, ...]:
    """Generations to go back to once ``before`` is replaced by another build; an index that no rebuild made is none."""
    return (before.generation, *before.kept) if before.made_at else before.kept


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
    known_versions = opened.versions_of(changes)
    return {key: change for key, change in changes.items() if change.version >= known_versions.get(key, change.version)}


def _dead_after(segment: Segment, dead: Bools | None, changes: dict[int, Change]) -> Bools | None:
    numbers = [number for number, _ in segment.trainings_of(changes).values()]
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
