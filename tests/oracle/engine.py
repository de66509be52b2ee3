"""The reference behind the contract of the engines, so that the contract's suite also checks the reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from base.errors import Gone
from search.analysis.lexicon import EMPTY, Lexicon
from search.document import Removal, TrainingDocument
from search.engines.contract import Described, Health, Ranked
from search.plan import Plan
from search.ranking import mask_values
from tests.oracle.reference import Oracle


class OracleSnapshot:
    def __init__(self, documents: Sequence[TrainingDocument], lexicon: Lexicon, generation: str) -> None:
        self.generation = generation
        self.lexicon = lexicon
        self.oracle = Oracle(documents)
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


class OracleEngine:
    name = "reference"
    waits = False

    def __init__(self) -> None:
        self._documents: dict[int, TrainingDocument | Removal] = {}
        self._lexicon = EMPTY
        self._generations: dict[str, OracleSnapshot] = {}
        self._publish()

    def _publish(self) -> None:
        generation = f"g{len(self._generations)}"
        documents = [each for each in self._documents.values() if isinstance(each, TrainingDocument)]
        self._newest = self._generations[generation] = OracleSnapshot(documents, self._lexicon, generation)

    def snapshot(self, generation: str | None = None) -> OracleSnapshot:
        if generation is None:
            return self._newest
        if generation not in self._generations:
            raise Gone(generation)
        return self._generations[generation]

    def apply(self, batch: Sequence[TrainingDocument | Removal]) -> None:
        for each in batch:
            held = self._documents.get(each.id)
            if held is None or held.version <= each.version:
                self._documents[each.id] = each
        self._publish()

    def rebuild(self, documents: Iterable[TrainingDocument], lexicon: Lexicon) -> None:
        self._documents = {document.id: document for document in documents}
        self._lexicon = lexicon
        self._publish()

    def health(self) -> Health:
        oracle = self._newest.oracle
        return Health(True, self._newest.generation, oracle.count, oracle.trainings, "")
