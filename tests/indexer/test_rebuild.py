"""A rebuild gives what any sequence of changes gives, and both give what the reference finds in the same documents."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine as Database

from base.clock import Clock
from base.database import reading
from catalog.records import TrainingRecord
from catalog.store.read import read_catalogue
from indexer.changes import documents_of
from indexer.follow import follow_once
from indexer.rebuild import rebuild
from search.document import TrainingDocument
from search.engines.contract import Engine
from search.engines.embedded import EmbeddedEngine
from tests.indexer.catalogue import changes, put, random_record, training, withdraw
from tests.oracle.compare import differences
from tests.oracle.questions import Questions
from tests.oracle.reference import Oracle

TODAY = date(2026, 11, 23).toordinal()


def documents(database: Database) -> list[TrainingDocument]:
    with reading(database) as conn:
        ids = [each.id for each in read_catalogue(conn)]
        return [each for each in documents_of(conn, ids) if isinstance(each, TrainingDocument)]


@pytest.mark.parametrize("seed", range(5))
def test_a_rebuild_equals_any_sequence_of_changes(
    database: Database, engine: Engine, clock: Clock, tmp_path: Path, seed: int
) -> None:
    random = Random(seed)
    held: dict[str, TrainingRecord] = {}
    put(database, *changes(random, held, 30))
    rebuild(database, engine, clock=clock)
    for _ in range(12):
        put(database, *changes(random, held, random.choice((1, 2, 8))))
        if random.random() < 0.4:
            gone = random.choice(list(held.values()))
            withdraw(database, gone.numero, siret=gone.organisation.siret)
        if random.random() < 0.7:
            follow_once(database, engine, limit=random.choice((1, 3, 100)))
    while follow_once(database, engine):
        pass
    followed = documents(database)
    anew = EmbeddedEngine(tmp_path / "anew", clock)
    assert rebuild(database, anew, clock=clock).regrouped == 0
    assert documents(database) == followed
    oracle, questions = Oracle(followed), Questions(followed, TODAY)
    for number in range(80):
        plan = questions.plan(seed * 100 + number)
        assert differences(engine.snapshot(), oracle, plan) == [], plan
        assert differences(anew.snapshot(), oracle, plan) == [], plan


def test_the_lexicon_counts_the_trainings_that_hold_a_term(database: Database, engine: Engine, clock: Clock) -> None:
    random = Random(1)
    put(database, *(random_record(random, number) for number in range(50)))
    report = rebuild(database, engine, clock=clock)
    expected: dict[str, int] = {}
    held = documents(database)
    for document in held:
        for term, _ in document.terms:
            expected[term] = expected.get(term, 0) + 1
    lexicon = engine.snapshot().lexicon
    assert {term: lexicon.frequencies[term] for term in expected} == expected
    assert lexicon.trainings == len(held) == report.trainings
    assert report.terms == len(expected)
    assert report.offers == sum(len(document.offers) for document in held)


def test_the_lexicons_version_is_of_its_content(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A"))
    first = rebuild(database, engine, clock=clock)
    assert rebuild(database, engine, clock=clock).lexicon == first.lexicon
    put(database, training("B", title="Cuisine"))
    assert rebuild(database, engine, clock=clock).lexicon != first.lexicon


def test_progress_is_told_for_each_phase(database: Database, engine: Engine, clock: Clock) -> None:
    put(database, training("A"))
    told: list[tuple[str, int, int]] = []
    rebuild(database, engine, clock=clock, progress=lambda *step: told.append(step))
    assert list(dict.fromkeys(what for what, _, _ in told)) == [
        "Regroupement des offres proches",
        "Analyse des textes",
        "Indexation des offres",
        "Contrôle du nouvel index",
    ]
    assert all(0 <= done <= total for _, done, total in told)
