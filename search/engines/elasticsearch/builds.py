"""The builds that a cluster keeps: making, serving, listing and deleting them. Only names of ours are ever touched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from base.clock import Clock
from base.errors import ParcoursError
from search.analysis.lexicon import Lexicon
from search.document import TrainingDocument
from search.engines.contract import Build, Stamp
from search.engines.elasticsearch import companion, mapping
from search.engines.elasticsearch.client import Client
from search.engines.elasticsearch.filling import fill
from search.engines.elasticsearch.names import Names, schema_of
from search.engines.elasticsearch.options import Options
from search.engines.elasticsearch.refusals import half_served
from search.engines.elasticsearch.vocabulary import Masks, put_vocabulary

# A build gives a sign of life with every few bulk requests; one without for so long belongs to a process that died.
_ABANDONED = timedelta(minutes=30)
_OTHER_SCHEMA = "Cet index est d'une autre version du programme : il ne peut plus être servi."
_INCOMPLETE = "Cet index est incomplet : il ne peut plus être servi."


@dataclass(frozen=True, slots=True)
class Builds:
    client: Client
    names: Names
    options: Options
    clock: Clock

    @contextmanager
    def make(self, documents: Iterable[TrainingDocument], lexicon: Lexicon, stamp: Stamp) -> Iterator[str]:
        """Name of a complete build. Deleted at the end of the block unless it was served."""
        self._sweep()
        made_at = self.clock()
        build = self.names.new_build(mapping.SCHEMA, made_at)
        meta = {"lexicon": lexicon.version, "catalogue": stamp.catalogue, "made_at": made_at.isoformat()}
        try:
            self.client.write(
                "PUT", f"/{self.names.companion(build)}", mapping.companion_index(self.names.companion(build), meta)
            )
            self._beat(build)
            self.client.write(
                "PUT",
                f"/{self.names.offers(build)}",
                mapping.offers_index(self.names.offers(build), self.options, meta),
            )
            masks = fill(self.client, self.names, build, self.options, documents, beat=lambda: self._beat(build))
            self._complete(build, made_at, lexicon, masks, stamp)
            yield build
        finally:
            with suppress(ParcoursError):  # the first error counts; remains that cannot be deleted now are swept later
                if not self._turn(build):
                    self.delete(build)

    def serve(self, build: str) -> None:
        """Both aliases in one step."""
        companion.put(self.client, self.names.companion(build), "served", {"at": self._next_turn()})
        actions: list[dict[str, Any]] = []
        for alias, index in (
            (self.names.offers_alias, self.names.offers(build)),
            (self.names.lexicon_alias, self.names.companion(build)),
        ):
            every = f"{alias}-v*"
            actions.append({"remove": {"index": every, "alias": alias, "must_exist": False}})
            actions.append({"add": {"index": index, "alias": alias}})
        self.client.write("POST", "/_aliases", {"actions": actions})

    def served(self) -> str | None:
        found = self.client.read(f"/_alias/{self.names.lexicon_alias}")
        return next((name for index in found or () if (name := self.names.build_of(index))), None)

    def kept(self) -> list[str]:
        """Served once, the one served last first; the served one among them."""
        turns = self._turns()
        return sorted((build for build, turn in turns.items() if turn), key=lambda build: -turns[build])

    def told(self, build: str, *, served: bool) -> Build:
        index = self.names.companion(build)
        (head,) = companion.read(self.client, index, "head")
        if head is None:
            raise half_served("l'en-tête de l'index manque")
        detail = "" if schema_of(build) == str(mapping.SCHEMA) else _OTHER_SCHEMA
        offers = trainings = 0
        try:
            offers, trainings = self.count(build)
        except ParcoursError:
            detail = _INCOMPLETE
        return Build(
            build,
            datetime.fromisoformat(head["made_at"]),
            schema_of(build),
            head["lexicon"],
            offers,
            trainings,
            companion.read_stamp(self.client, index),
            served,
            detail,
        )

    def count(self, build: str) -> tuple[int, int]:
        """Offers and trainings."""
        body = {"size": 0, "track_total_hits": True, "aggs": {"lead": {"filter": {"term": {"lead": True}}}}}
        answered = self.client.write("POST", f"/{self.names.offers(build)}/_search", body)
        return answered["hits"]["total"]["value"], answered["aggregations"]["lead"]["doc_count"]

    def delete(self, build: str) -> None:
        both = f"{self.names.offers(build)},{self.names.companion(build)}"
        self.client.write("DELETE", f"/{both}", params={"ignore_unavailable": "true"})

    def _complete(self, build: str, made_at: datetime, lexicon: Lexicon, masks: Masks, stamp: Stamp) -> None:
        index = self.names.companion(build)
        chunks = put_vocabulary(self.client, index, lexicon, masks)
        head = {"made_at": made_at.isoformat(), "lexicon": lexicon.version, "chunks": chunks}
        companion.put(self.client, index, "head", head)
        companion.move_stamp(self.client, index, stamp)
        companion.touch(self.client, index)
        offers = self.names.offers(build)
        self.client.write("PUT", f"/{offers}/_settings", mapping.serving_settings(self.options))
        self.client.write("PUT", f"/{index}/_settings", mapping.replicated(self.options))
        self.client.write("POST", f"/{offers}/_flush")
        self.client.write("POST", f"/{offers}/_refresh")

    def _beat(self, build: str) -> None:
        companion.put(self.client, self.names.companion(build), "building", {"at": self.clock().isoformat()})

    def _turn(self, build: str) -> int:
        """The greater the later it was served; 0 = never. An error is no answer: what was served is never deleted."""
        (served,) = companion.read(self.client, self.names.companion(build), "served")
        return served["at"] if served else 0

    def _turns(self) -> dict[str, int]:
        """Of every build that answers: one whose machine is lost hinders no other from being served."""
        found = {}
        for build in self.existing():
            with suppress(ParcoursError):
                found[build] = self._turn(build)
        return found

    def _next_turn(self) -> int:
        return 1 + max(self._turns().values(), default=0)

    def existing(self) -> list[str]:
        found = self.client.read(f"/{self.names.lexicon_alias}-v*", {"filter_path": "*.mappings._meta.schema"})
        return sorted({name for index in found or () if (name := self.names.build_of(index))})

    def _sweep(self) -> None:
        """Remains of builds whose process died, however early."""
        for build, turn in self._turns().items():
            if turn:
                continue
            (told,) = companion.read(self.client, self.names.companion(build), "building")
            alive_at = datetime.fromisoformat(told["at"]) if told else self.names.made_at(build)
            if self.clock() - alive_at > _ABANDONED:
                self.delete(build)
