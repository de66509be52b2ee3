"""The door of the engine: snapshots for readers, changes and builds for the writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from base.clock import Clock
from base.errors import Conflict, IndexDamaged, NotFound, ParcoursError
from search.analysis.lexicon import Lexicon
from search.document import Removal, TrainingDocument
from search.engines.contract import Build, Health, Signs, Stamp
from search.engines.elasticsearch import companion, writer
from search.engines.elasticsearch.builds import Builds
from search.engines.elasticsearch.client import Client
from search.engines.elasticsearch.names import Names
from search.engines.elasticsearch.options import Options
from search.engines.elasticsearch.reader import Reader
from search.engines.elasticsearch.refusals import MappingConflict, Missing, ReadOnly, half_served
from search.engines.elasticsearch.snapshot import ElasticsearchSnapshot
from search.engines.elasticsearch.vocabulary import Vocabularies

_UNSTAMPED = Stamp()
_DEFAULTS = Options()


class ElasticsearchStaged:
    def __init__(self, engine: ElasticsearchEngine, name: str) -> None:
        self.name = name
        self._engine = engine

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        self._engine.apply_to(self.name, batch, position, after)

    def snapshot(self) -> ElasticsearchSnapshot:
        return self._engine.reader.staged(self.name)

    def swap(self) -> Build:
        return self._engine.serve(self.name)


class ElasticsearchEngine:
    name = "elasticsearch"
    waits = True

    def __init__(self, urls: Sequence[str], prefix: str, clock: Clock, options: Options = _DEFAULTS) -> None:
        self._names = Names(prefix)
        self._client = Client(urls, options)
        self._builds = Builds(self._client, self._names, options, clock)
        self._vocabularies = Vocabularies(self._client, self._names)
        self.reader = Reader(self._client, self._names, self._vocabularies, options)

    def snapshot(self, generation: str | None = None) -> ElasticsearchSnapshot:
        if generation is not None:
            return self.reader.older(generation)
        try:
            return self.reader.newest()
        except Missing as nothing:
            if self._builds.kept():
                raise half_served("aucun alias ne mène aux index gardés") from nothing
            raise

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        try:
            self.apply_to(self._served(), batch, position, after)
        except MappingConflict as conflict:  # no later try would take it: only an index of the right fields does
            raise IndexDamaged(conflict.detail, advice=conflict.advice) from conflict
        self.reader.expire()

    def apply_to(self, build: str, batch: Sequence[TrainingDocument | Removal], position: int, after: int) -> None:
        writer.apply(self._client, self._names, self._vocabularies, build, batch, position, after)

    @contextmanager
    def stage(
        self, documents: Iterable[TrainingDocument], lexicon: Lexicon, stamp: Stamp = _UNSTAMPED
    ) -> Iterator[ElasticsearchStaged]:
        with self._builds.make(documents, lexicon, stamp) as build:
            yield ElasticsearchStaged(self, build)

    def rebuild(self, documents: Iterable[TrainingDocument], lexicon: Lexicon) -> None:
        with self.stage(documents, lexicon) as staged:
            staged.swap()

    def builds(self) -> list[Build]:
        served = self._builds.served()
        return [self._builds.told(each, served=each == served) for each in self._in_order(served)]

    def rollback(self, name: str | None = None) -> Build:
        served = self._builds.served()
        kept = [each for each in self._in_order(served) if each != served]
        wanted = next((each for each in kept if name in (None, each)), None)
        if wanted is None:
            raise NotFound(
                f"Aucun index « {name} » n'est gardé. « parcours index list » dit lesquels le sont."
                if name
                else "Aucun index antérieur n'est gardé."
            )
        told = self._builds.told(wanted, served=False)
        if told.detail:
            raise Conflict(told.detail)
        return self.serve(wanted)

    def prune(self, keep: int) -> list[str]:
        kept = [each for each in self.builds() if not each.served]
        servable = [each.name for each in kept if not each.detail]
        gone = [each.name for each in kept if each.name not in servable[:keep]]
        for name in gone:
            self._builds.delete(name)
        return gone

    def verify(self) -> None:
        """The cluster checks its own bytes; here, that everything is there and open."""
        build = self._served()
        told = self._builds.told(build, served=True)
        if told.detail:
            raise IndexDamaged(told.detail)
        self.reader.newest()

    def health(self) -> Health:
        """Never raises: an index that cannot answer is not ready and says why. Told to everybody: the build, not the
        point in time, by which whoever reaches the cluster could read it."""
        try:
            snapshot = self.snapshot()
            offers, trainings = snapshot.sizes()
            index = self._names.companion(snapshot.build)
            stamp = companion.read_stamp(self._client.brief(), index)
            blocked = self._blocked(f"{self._names.offers(snapshot.build)},{index}")
        except ParcoursError as error:
            return Health(False, "", 0, 0, error.told)
        return Health(True, snapshot.build, offers, trainings, blocked, stamp)

    def signs(self) -> Signs:
        return self._client.signs()

    def serve(self, build: str) -> Build:
        self._builds.serve(build)
        self.reader.expire()
        return self._builds.told(build, served=True)

    def delete_everything(self) -> None:
        """Every build under this engine's prefix, the served one too."""
        for build in self._builds.existing():
            self._builds.delete(build)

    def close(self) -> None:
        self._client.close()

    def _served(self) -> str:
        served = self._builds.served()
        if served is None:
            raise Missing
        return served

    def _blocked(self, indices: str) -> str:
        """Why changes are not taken, "" when they are."""
        told = self._client.brief().read(f"/_cluster/state/blocks/{indices}", {"filter_path": "blocks"}) or {}
        blocks = told.get("blocks", {})
        held = [blocks.get("global", {}), *blocks.get("indices", {}).values()]
        writes = [each["description"] for some in held for each in some.values() if "write" in each["levels"]]
        return ReadOnly(writes[0]).told if writes else ""

    def _in_order(self, served: str | None) -> list[str]:
        return sorted(self._builds.kept(), key=lambda build: build != served)
