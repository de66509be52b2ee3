"""The door of the embedded engine: snapshots for readers, changes for the writer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path

from base.clock import Clock
from base.errors import ParcoursError, Unavailable
from search.analysis.lexicon import Lexicon
from search.document import Removal, TrainingDocument
from search.engines.contract import Described, Health, Ranked
from search.engines.embedded.allocator import keep_freed_memory
from search.engines.embedded.describe import describe
from search.engines.embedded.execute import execute
from search.engines.embedded.manifest import CURRENT, Manifest, read_manifest, read_older
from search.engines.embedded.opened import open_generation, read_lexicon
from search.engines.embedded.placing import place_of
from search.engines.embedded.segment import Segment
from search.engines.embedded.state import State, state_of
from search.engines.embedded.writer import Merging, Writer
from search.plan import Plan

_NO_INDEX = (
    "Les offres ne sont pas encore indexées : réessayez bientôt. « parcours reindex » ou l'import d'un catalogue "
    "fait l'index."
)
_OPEN_GENERATIONS = 4  # kept open by a process; an older one is opened again when asked for


class EmbeddedSnapshot:
    """One generation. Safe to use from several threads."""

    def __init__(self, generation: str, lexicon: Lexicon, state: State) -> None:
        self.generation = generation
        self.lexicon = lexicon
        self._state = state

    def execute(self, plan: Plan) -> Ranked:
        return execute(self._state, plan)

    def describe(self, plan: Plan, ranked: Ranked, positions: Sequence[int]) -> list[Described]:
        return describe(self._state, plan, ranked, positions)

    def rank_of(self, plan: Plan, offer: int) -> int | None:
        handle = self.handle_of(offer)
        return None if handle is None else place_of(self._state, plan, handle)

    @property
    def segments(self) -> list[str]:
        return [part.segment.name for part in self._state.parts]

    def count(self) -> int:
        """Offers that can be found."""
        return self._state.offers

    def handle_of(self, offer_id: int) -> int | None:
        """Handle of an offer by its id, ``None`` when it is not in the index."""
        for part in self._state.parts:
            rows = part.segment.rows_of_ids(frozenset([offer_id])) if part.segment.offers else ()
            for row in rows:
                if part.dead_rows is None or not part.dead_rows[row]:
                    return int(row) + part.offset
        return None

    def verify(self) -> None:
        """Reads every byte of the index; ``IndexDamaged`` when a checksum differs."""
        for part in self._state.parts:
            part.segment.verify()


class EmbeddedEngine:
    name = "embedded"
    waits = False

    def __init__(self, folder: Path, clock: Clock, merging: Merging | None = None) -> None:
        self._folder = folder
        self._clock = clock
        self._writer = Writer(folder, clock, merging or Merging())
        self._lock = threading.Lock()
        self._stamp: tuple[int, ...] | None = None
        self._manifest: Manifest | None = None
        self._snapshots: OrderedDict[str, EmbeddedSnapshot] = OrderedDict()
        self._segments: dict[str, Segment] = {}
        self._lexicons: dict[str, Lexicon] = {}

    def snapshot(self, generation: str | None = None) -> EmbeddedSnapshot:
        with self._lock:
            newest = self._newest()
            if not newest.number:
                raise Unavailable(_NO_INDEX)
            wanted = newest if generation is None else read_older(self._folder, newest, generation, self._clock())
            known = self._snapshots.get(wanted.generation)
            if known is None:
                known = self._open(wanted)
            return known

    def apply(self, batch: Sequence[TrainingDocument | Removal]) -> None:
        self._writer.apply(batch)

    def rebuild(self, documents: Iterable[TrainingDocument], lexicon: Lexicon) -> None:
        self._writer.rebuild(documents, lexicon)

    def health(self) -> Health:
        """Never raises: an index that is damaged or was never made is not ready and says why."""
        try:
            snapshot = self.snapshot()
        except ParcoursError as error:
            return Health(False, "", 0, 0, error.detail)
        return Health(True, snapshot.generation, snapshot.count(), snapshot._state.trainings, "")

    def _newest(self) -> Manifest:
        """Read again only when the file has changed: one ``stat`` a question."""
        path = self._folder / CURRENT
        try:
            told = path.stat()
            stamp: tuple[int, ...] = (told.st_mtime_ns, told.st_ino, told.st_size)
        except FileNotFoundError:
            stamp = ()
        if self._manifest is None or stamp != self._stamp:
            self._manifest, self._stamp = read_manifest(path), stamp
        return self._manifest

    def _open(self, manifest: Manifest) -> EmbeddedSnapshot:
        keep_freed_memory()
        opened = open_generation(self._folder, manifest, self._segments)
        lexicon = self._lexicons.get(manifest.lexicon)
        if lexicon is None:
            lexicon = read_lexicon(self._folder, manifest)
        snapshot = EmbeddedSnapshot(manifest.generation, lexicon, state_of(opened.segments, opened.dead))
        self._snapshots[manifest.generation] = snapshot
        while len(self._snapshots) > _OPEN_GENERATIONS:
            self._snapshots.popitem(last=False)
        self._segments = {
            part.segment.name: part.segment for each in self._snapshots.values() for part in each._state.parts
        }
        self._lexicons = {manifest.lexicon: lexicon}
        return snapshot
