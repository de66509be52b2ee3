"""However changes come in, the index answers as if it had been built from what is left."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.document import Removal, TrainingDocument
from search.engines.embedded import EmbeddedEngine
from tests.contract.builders import DAY, ask, found, offer, plan, training, word
from tests.contract.lexicons import lexicon_of
from tests.oracle.compare import differences
from tests.oracle.questions import Questions
from tests.oracle.reference import Oracle
from tests.oracle.synthetic import random_documents
from tests.search.engines.conftest import EARLY, MovedClock

CATALOGUE = random_documents(11, 40)
# batches of (training, is it removed, how many of its offers are kept)
BATCHES = st.lists(
    st.lists(st.tuples(st.integers(0, 39), st.booleans(), st.integers(1, 4)), min_size=1, max_size=9),
    min_size=1,
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(built=st.integers(0, 40), batches=BATCHES, seed=st.integers(0, 10_000))
def test_any_sequence_of_changes_answers_as_a_new_build(
    built: int, batches: list[list[tuple[int, bool, int]]], seed: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = EmbeddedEngine(Path(folder), MovedClock(), EARLY)
        held = {document.id: document for document in CATALOGUE[:built]}
        engine.rebuild(list(held.values()), lexicon_of(list(held.values())))
        for version, batch in enumerate(batches, 10):
            changes: list[TrainingDocument | Removal] = []
            for number, removed, kept in batch:
                document = CATALOGUE[number]
                held.pop(document.id, None)
                if removed:
                    changes.append(Removal(document.id, version))
                    continue
                changed = TrainingDocument(document.id, version, document.terms, document.offers[:kept])
                changes.append(changed)
                if changed.offers:
                    held[document.id] = changed
            engine.apply(changes)
        left = list(held.values())
        snapshot = engine.snapshot()
        assert snapshot.count() == sum(len(document.offers) for document in left)
        snapshot.verify()
        oracle, questions = Oracle(left), Questions(CATALOGUE, DAY)
        for number in range(12):
            asked = questions.plan(Random(seed + number).randrange(10**6))
            assert differences(snapshot, oracle, asked) == [], asked


def test_at_most_three_segments_are_visible(engine: EmbeddedEngine, folder: Path) -> None:
    engine.rebuild([training(number, offer(number)) for number in range(1, 41)], lexicon_of([]))
    for number in range(50, 90):
        engine.apply([training(number, offer(number))])
        assert len(list(folder.glob("*.dead"))) <= len(list(folder.glob("*.seg")))
        assert engine.health().trainings == 40 + number - 49
        assert len(engine.snapshot().segments) <= 3
    assert found(engine, limit=200) == {*range(1, 41), *range(50, 90)}


def test_an_index_without_a_build_takes_changes_and_grows(engine: EmbeddedEngine) -> None:
    for number in range(1, 30):
        engine.apply([training(number, offer(number))])
    assert found(engine) == set(range(1, 30))
    assert len(engine.snapshot().segments) <= 3


def test_a_change_older_than_a_removal_is_ignored_also_after_merges(engine: EmbeddedEngine) -> None:
    engine.rebuild([training(number, offer(number)) for number in range(1, 11)], lexicon_of([]))
    engine.apply([Removal(3, 7)])
    for number in range(20, 40):
        engine.apply([training(number, offer(number), version=1)])
    engine.apply([training(3, offer(3), version=6)])
    assert 3 not in found(engine)
    engine.apply([training(3, offer(3), version=8)])
    assert 3 in found(engine)


def test_a_training_without_offers_is_a_removal(engine: EmbeddedEngine) -> None:
    engine.rebuild([training(1, offer(1)), training(2)], lexicon_of([]))
    assert engine.health().trainings == 1
    engine.apply([training(1, version=2)])
    assert found(engine) == set()


def test_cards_are_one_over_all_segments(engine: EmbeddedEngine) -> None:
    engine.rebuild([training(number, offer(number, card=number % 3)) for number in range(1, 13)], lexicon_of([]))
    engine.apply([training(20, offer(20, card=1), offer(21, card=9))])
    page = ask(engine, group=True)
    assert (page.ranked.total, page.ranked.cards, sorted(page.similar)) == (14, 4, [0, 3, 3, 4])


def test_a_frequent_word_and_a_rare_one_meet(engine: EmbeddedEngine) -> None:
    documents = [
        training(number, offer(number), frequent=1, **({"rare": 2} if number == 77 else {})) for number in range(1, 101)
    ]
    engine.rebuild(documents, lexicon_of(documents))
    assert found(engine, words=(word("frequent", 0.5), word("rare", 0.5))) == {77}
    assert len(found(engine, words=(word("frequent"),))) == 100


def test_a_handle_is_found_by_the_id_of_its_offer(engine: EmbeddedEngine) -> None:
    engine.rebuild([training(1, offer(1)), training(2, offer(2))], lexicon_of([]))
    engine.apply([training(3, offer(3)), Removal(1, 1)])
    snapshot = engine.snapshot()
    handles = [snapshot.handle_of(number) for number in (1, 2, 3, 4)]
    assert [handle is None for handle in handles] == [True, False, False, True]
    for number, handle in zip((2, 3), handles[1:3], strict=True):
        assert snapshot.execute(plan(ids=frozenset({number}))).handles == [handle]
