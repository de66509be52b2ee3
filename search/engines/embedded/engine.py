"""The door of the embedded engine: snapshots for readers, changes for the writer."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from base.clock import Clock
from base.errors import ParcoursError, Unavailable
from search.analysis.lexicon import Lexicon
from search.document import Removal, TrainingDocument
from search.engines.contract import Build, Health, Signs, Stamp
from search.engines.embedded.allocator import keep_freed_memory
from search.engines.embedded.execute import Kernel, execute
from search.engines.embedded.manifest import CURRENT, Manifest, build_name, read_manifest, read_older
from search.engines.embedded.opened import read_lexicon
from search.engines.embedded.segment import Segment
from search.engines.embedded.snapshot import EmbeddedSnapshot, build_of, open_snapshot
from search.engines.embedded.writer import Merging, StagedFiles, Writer

_NO_INDEX = (
    "Les offres ne sont pas encore indexées : réessayez bientôt. « parcours reindex » ou l'import d'un catalogue "
    "fait l'index."
)
_UNSTAMPED = Stamp()
_OPEN_GENERATIONS = 4  # kept open by a process; an older one is opened again when asked for


class EmbeddedStaged:
    def __init__(self, folder: Path, files: StagedFiles, lexicon: Lexicon) -> None:
        self.name = build_name(files.manifest)
        self._folder, self._files, self._lexicon = folder, files, lexicon

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        self._files.apply(batch, position, after)

    def snapshot(self) -> EmbeddedSnapshot:
        return open_snapshot(self._folder, self._files.manifest, self._lexicon, {})

    def swap(self) -> Build:
        return build_of(self._folder, self._files.swap(), served=True)


class EmbeddedEngine:
    name = "embedded"
    waits = False

    def __init__(self, folder: Path, clock: Clock, merging: Merging | None = None, kernel: Kernel = execute) -> None:
        """``kernel``: what answers plans. The pure one serves everywhere; ``compiled`` has a faster one."""
        self._kernel = kernel
        self._folder = folder
        self._clock = clock
        self._writer = Writer(folder, clock, merging or Merging())
        self._lock = threading.Lock()
        self._stamp: tuple[int, ...] | None = None
        self._manifest: Manifest | None = None
        self._generation = ""  # of the newest manifest
        self._current = str(folder / CURRENT)
        self._snapshots: OrderedDict[str, EmbeddedSnapshot] = OrderedDict()
        self._segments: dict[str, Segment] = {}
        self._lexicons: dict[str, Lexicon] = {}

    def snapshot(self, generation: str | None = None) -> EmbeddedSnapshot:
        with self._lock:
            newest = self._newest()
            if not newest.number:
                raise Unavailable(_NO_INDEX)
            if generation is None and (known := self._snapshots.get(self._generation)):
                return known
            wanted = newest if generation is None else read_older(self._folder, newest, generation, self._clock())
            return self._snapshots.get(wanted.generation) or self._open(wanted)

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        self._writer.apply(batch, position, after)

    @contextmanager
    def stage(
        self, documents: Iterable[TrainingDocument], lexicon: Lexicon, stamp: Stamp = _UNSTAMPED
    ) -> Iterator[EmbeddedStaged]:
        with self._writer.stage(documents, lexicon, stamp) as files:
            yield EmbeddedStaged(self._folder, files, lexicon)

    def rebuild(self, documents: Iterable[TrainingDocument], lexicon: Lexicon) -> None:
        with self.stage(documents, lexicon) as staged:
            staged.swap()

    def builds(self) -> list[Build]:
        newest = read_manifest(self._folder / CURRENT)
        found = [newest] if newest.made_at else []
        return [build_of(self._folder, each, served=each is newest) for each in (*found, *self._writer.kept(newest))]

    def rollback(self, name: str | None = None) -> Build:
        return build_of(self._folder, self._writer.rollback(name), served=True)

    def prune(self, keep: int) -> list[str]:
        return [build_name(each) for each in self._writer.prune(keep)]

    def verify(self) -> None:
        self.snapshot().verify()

    def health(self) -> Health:
        """Never raises: an index that is damaged or was never made is not ready and says why."""
        try:
            snapshot = self.snapshot()
        except ParcoursError as error:
            return Health(False, "", 0, 0, error.told)
        return Health(True, snapshot.generation, snapshot.count(), snapshot.trainings, "", snapshot.stamp)

    def signs(self) -> Signs:
        return Signs()

    def _newest(self) -> Manifest:
        """Read again only when the file has changed: one ``stat`` a question."""
        try:
            told = os.stat(self._current)  # noqa: PTH116 - a path costs five times as much
            stamp: tuple[int, ...] = (told.st_mtime_ns, told.st_ino, told.st_size)
        except FileNotFoundError:
            stamp = ()
        if self._manifest is None or stamp != self._stamp:
            self._manifest, self._stamp = read_manifest(self._folder / CURRENT), stamp
            self._generation = self._manifest.generation
        return self._manifest

    def _open(self, manifest: Manifest) -> EmbeddedSnapshot:
        keep_freed_memory()
        lexicon = self._lexicons.get(manifest.lexicon)
        if lexicon is None:
            lexicon = read_lexicon(self._folder, manifest)
        snapshot = open_snapshot(self._folder, manifest, lexicon, self._segments, self._kernel)
        self._snapshots[manifest.generation] = snapshot
        while len(self._snapshots) > _OPEN_GENERATIONS:
            self._snapshots.popitem(last=False)
        self._segments = {segment.name: segment for each in self._snapshots.values() for segment in each.segments}
        self._lexicons = {manifest.lexicon: lexicon}
        return snapshot
