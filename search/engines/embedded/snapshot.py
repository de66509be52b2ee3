"""One generation opened for questions, and what is told of a build."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from base.errors import IndexDamaged
from search.analysis.lexicon import EMPTY, Lexicon
from search.engines.contract import Build, Described, Found, Ranked, Stamp
from search.engines.embedded.arrayfile import SCHEMA
from search.engines.embedded.describe import describe
from search.engines.embedded.execute import Kernel, execute
from search.engines.embedded.manifest import Manifest, build_name
from search.engines.embedded.opened import open_generation
from search.engines.embedded.placing import place_of
from search.engines.embedded.segment import Segment
from search.engines.embedded.state import State, state_of
from search.engines.in_turn import first_found
from search.plan import Plan


class EmbeddedSnapshot:
    """One generation. Safe to use from several threads."""

    def __init__(self, manifest: Manifest, lexicon: Lexicon, state: State, kernel: Kernel) -> None:
        self.generation = manifest.generation
        self.stamp = Stamp(manifest.catalogue, manifest.position)
        self.lexicon = lexicon
        self._state = state
        self._kernel = kernel

    def execute(self, plan: Plan) -> Ranked:
        return self._kernel(self._state, plan)

    def first_found(self, plans: Iterable[Plan]) -> Found:
        return first_found(self.execute, plans)

    def describe(self, plan: Plan, ranked: Ranked, positions: Sequence[int]) -> list[Described]:
        return describe(self._state, plan, ranked, positions)

    def rank_of(self, plan: Plan, offer: int) -> int | None:
        handle = self.handle_of(offer)
        return None if handle is None else place_of(self._state, plan, handle, self._kernel)

    def versions(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for part in self._state.parts:
            alive = slice(None) if part.dead_trainings is None else ~part.dead_trainings
            ids, versions = (part.segment.arrays[name][alive] for name in ("training_id", "training_version"))
            found.update(zip(ids.tolist(), versions.tolist(), strict=True))
        return found

    @property
    def segments(self) -> list[Segment]:
        return [part.segment for part in self._state.parts]

    @property
    def trainings(self) -> int:
        return self._state.trainings

    def count(self) -> int:
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


def open_snapshot(
    folder: Path, manifest: Manifest, lexicon: Lexicon, known: dict[str, Segment], kernel: Kernel = execute
) -> EmbeddedSnapshot:
    opened = open_generation(folder, manifest, known)
    return EmbeddedSnapshot(manifest, lexicon, state_of(opened.segments, opened.dead), kernel)


def build_of(folder: Path, manifest: Manifest, *, served: bool) -> Build:
    """Opened to be counted; one that cannot be opened is told with the reason."""
    offers = trainings = 0
    detail = ""
    try:
        snapshot = open_snapshot(folder, manifest, EMPTY, {})
        offers, trainings = snapshot.count(), snapshot.trainings
    except IndexDamaged as damage:
        detail = damage.detail
    return Build(
        name=build_name(manifest),
        made_at=datetime.fromisoformat(manifest.made_at),
        schema=SCHEMA,
        lexicon=manifest.lexicon_version,
        offers=offers,
        trainings=trainings,
        stamp=Stamp(manifest.catalogue, manifest.position),
        served=served,
        detail=detail,
    )
