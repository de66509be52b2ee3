"""Seeded random questions over seeded random documents: every engine answers what the reference answers."""

from __future__ import annotations

from random import Random

import pytest

from search.document import Removal, TrainingDocument
from tests.contract.conftest import Build
from tests.oracle.compare import RANKED, SCORE, differences
from tests.oracle.questions import Questions
from tests.oracle.reference import Oracle
from tests.oracle.synthetic import DAY, random_documents


@pytest.mark.parametrize("seed", range(4))
def test_random_questions_over_a_built_index(build: Build, seed: int) -> None:
    documents = random_documents(seed, (1, 40, 400, 1500)[seed])
    engine, oracle, questions = build(documents), Oracle(documents), Questions(documents, DAY)
    snapshot = engine.snapshot()
    for number in range(150):
        plan = questions.plan(seed * 1_000 + number)
        assert differences(snapshot, oracle, plan, RANKED.get(engine.name, SCORE)) == [], plan


@pytest.mark.parametrize("seed", range(3))
def test_random_questions_after_random_changes(build: Build, seed: int) -> None:
    random = Random(seed)
    documents = random_documents(seed, 300)
    held = {document.id: document for document in documents[:200]}
    engine = build(list(held.values()))
    for version in range(10, 22):
        batch: list[TrainingDocument | Removal] = []
        for document in random.sample(documents, random.choice((1, 3, 40))):
            gone = random.random() < 0.3
            changed = TrainingDocument(document.id, version, document.terms, document.offers[: random.randint(1, 6)])
            batch.append(Removal(document.id, version) if gone else changed)
            held.pop(document.id, None)
            if not gone:
                held[document.id] = changed
        engine.apply(batch)
    left = list(held.values())
    oracle, questions, snapshot = Oracle(left), Questions(left, DAY), engine.snapshot()
    for number in range(120):
        plan = questions.plan(seed * 1_000 + number)
        assert differences(snapshot, oracle, plan, RANKED.get(engine.name, SCORE)) == [], plan
