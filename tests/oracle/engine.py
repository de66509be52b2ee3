"""The reference behind the contract of the engines, so that the contract's suite also checks the reference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from base.errors import Gone, NotFound
from search.analysis.lexicon import EMPTY, Lexicon
from search.document import Removal, TrainingDocument
from search.engines.contract import Build, Described, Found, Health, Ranked, Signs, Stamp
from search.engines.in_turn import first_found
from search.plan import Plan
from search.ranking import mask_values
from tests.oracle.reference import Oracle


class OracleSnapshot:
    def __init__(self, documents: Sequence[TrainingDocument], lexicon: Lexicon, generation: str) -> None:
        self.generation = generation
        self.lexicon = lexicon
        self.oracle = Oracle(documents)
        self._documents = documents
        self._terms = [dict(document.terms) for document in documents]

    def execute(self, plan: Plan) -> Ranked:
        answer, oracle = self.oracle.execute(plan), self.oracle
        rows = [int(row) for row in answer.rows[plan.offset : plan.offset + plan.limit]]
        hits = [answer.describe(row) for row in rows]
        return Ranked(
            total=answer.total,
            cards=answer.cards,
            handles=rows,
            scores=[hit.score for hit in hits],
            sirens=[int(oracle.offers[row].siren) for row in rows],
            similar=[hit.similar for hit in hits],
            facets=answer.facets,
        )

    def first_found(self, plans: Iterable[Plan]) -> Found:
        return first_found(self.execute, plans)

    def describe(self, plan: Plan, ranked: Ranked, positions: Sequence[int]) -> list[Described]:
        answer = self.oracle.execute(plan)
        found = []
        for row in [ranked.handles[position] for position in positions]:
            hit = answer.describe(row)
            found.append(
                Described(
                    offer=hit.offer,
                    payload=self.oracle.offers[row].payload,
                    score=hit.score,
                    text=hit.text,
                    near=hit.near,
                    open=hit.open,
                    turn=hit.turn,
                    words=self._words(plan, int(self.oracle.training[row])),
                    place=hit.place,
                    home_km=hit.home_km,
                    work_km=hit.work_km,
                    similar=hit.similar if plan.group else 0,
                )
            )
        return found

    def rank_of(self, plan: Plan, offer: int) -> int | None:
        answer, row = self.oracle.execute(plan), self.oracle.row_of.get(offer)
        if row is None or not answer.matching[row]:
            return None
        shown = [answer.describe(int(each)) for each in answer.rows]
        if not plan.group:
            return [hit.offer for hit in shown].index(offer) + 1
        return [hit.card for hit in shown].index(self.oracle.offers[row].card) + 1

    def _words(self, plan: Plan, training: int) -> tuple[tuple[str, int, float], ...]:
        terms, values = self._terms[training], mask_values()
        found = []
        for word in plan.words:
            each = [(a.weight * float(values[terms.get(a.term, 0)]), a.term) for a in word.alternatives]
            value, term = max(each, default=(0.0, ""))
            found.append((term, terms[term], value) if value else ("", 0, 0.0))
        return tuple(found)

    def count(self) -> int:
        return self.oracle.count

    def versions(self) -> dict[int, int]:
        return {document.id: document.version for document in self._documents if document.offers}


class Held:
    """Documents under one lexicon, by versions."""

    def __init__(self, documents: Iterable[TrainingDocument], lexicon: Lexicon, stamp: Stamp, name: str) -> None:
        self.documents: dict[int, TrainingDocument | Removal] = {document.id: document for document in documents}
        self.lexicon, self.stamp, self.name = lexicon, stamp, name

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        for each in batch:
            held = self.documents.get(each.id)
            if held is None or held.version <= each.version:
                self.documents[each.id] = each
        if self.stamp.position >= after:
            self.stamp = replace(self.stamp, position=max(self.stamp.position, position))

    def snapshot(self, generation: str = "") -> OracleSnapshot:
        documents = [each for each in self.documents.values() if isinstance(each, TrainingDocument)]
        return OracleSnapshot(documents, self.lexicon, generation or self.name)


class OracleStaged:
    def __init__(self, engine: OracleEngine, held: Held) -> None:
        self.name, self.apply, self.snapshot = held.name, held.apply, held.snapshot
        self._engine, self._held = engine, held

    def swap(self) -> Build:
        return self._engine.serve(self._held)


class OracleEngine:
    name = "reference"
    waits = False

    def __init__(self) -> None:
        self._generations: dict[str, OracleSnapshot] = {}
        self._made = 0
        self._kept: list[Held] = []  # the one served last first
        self._served = Held((), EMPTY, Stamp(), "nothing")
        self._publish()

    def _publish(self) -> None:
        generation = f"g{len(self._generations)}"
        self._newest = self._generations[generation] = self._served.snapshot(generation)

    def snapshot(self, generation: str | None = None) -> OracleSnapshot:
        if generation is None:
            return self._newest
        if generation not in self._generations:
            raise Gone(generation)
        return self._generations[generation]

    def apply(self, batch: Sequence[TrainingDocument | Removal], position: int = 0, after: int = 0) -> None:
        self._served.apply(batch, position, after)
        self._publish()

    @contextmanager
    def stage(
        self,
        documents: Iterable[TrainingDocument],
        lexicon: Lexicon,
        stamp: Stamp = Stamp(),  # noqa: B008
    ) -> Iterator[OracleStaged]:
        self._made += 1
        yield OracleStaged(self, Held(documents, lexicon, stamp, f"build-{self._made}"))

    def rebuild(self, documents: Iterable[TrainingDocument], lexicon: Lexicon) -> None:
        with self.stage(documents, lexicon) as staged:
            staged.swap()

    def serve(self, held: Held) -> Build:
        if self._served.name != "nothing":
            self._kept.insert(0, self._served)
        self._served = held
        self._publish()
        return self.builds()[0]

    def builds(self) -> list[Build]:
        found = [self._served, *self._kept] if self._served.name != "nothing" else []
        return [_build(held, served=held is self._served) for held in found]

    def rollback(self, name: str | None = None) -> Build:
        wanted = next((held for held in self._kept if name in (None, held.name)), None)
        if wanted is None:
            raise NotFound(f"« {name} »" if name else "Aucun index antérieur")
        self._kept.remove(wanted)
        return self.serve(wanted)

    def prune(self, keep: int) -> list[str]:
        gone, self._kept = self._kept[keep:], self._kept[:keep]
        return [held.name for held in gone]

    def verify(self) -> None:
        pass

    def health(self) -> Health:
        oracle = self._newest.oracle
        return Health(True, self._newest.generation, oracle.count, oracle.trainings, "", self._served.stamp)

    def signs(self) -> Signs:
        return Signs()


def _build(held: Held, *, served: bool) -> Build:
    oracle = held.snapshot().oracle
    made = datetime(2027, 1, 24, tzinfo=UTC)
    return Build(held.name, made, "1", held.lexicon.version, oracle.count, oracle.trainings, held.stamp, served)
