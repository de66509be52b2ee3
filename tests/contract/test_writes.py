"""Applying, withdrawing, replacing; versions; snapshots that stand still."""

from __future__ import annotations

import pytest

from base.errors import Gone
from catalog.codes.facets import Level
from search.document import CONTENT, Removal
from search.engines.contract import Engine
from tests.contract.builders import ask, each_alone, found, offer, plan, training, word
from tests.contract.conftest import Build
from tests.contract.lexicons import lexicon_of


def test_a_new_engine_is_empty_or_not_ready_and_takes_changes_after_a_rebuild(build: Build) -> None:
    engine = build([])
    engine.apply([training(1, offer(1), soudure=CONTENT)])
    assert found(engine) == {1}
    assert found(engine, words=(word("soudure"),)) == {1}
    health = engine.health()
    assert (health.ready, health.offers, health.trainings) == (True, 1, 1)


def test_a_training_applied_again_replaces_all_of_its_offers(build: Build) -> None:
    engine = build([training(1, offer(1), offer(2), soudure=CONTENT), training(2, offer(3), soudure=CONTENT)])
    engine.apply([training(1, offer(2, level=Level.L5), offer(4), cuisine=CONTENT, version=1)])
    assert found(engine) == {2, 3, 4}
    assert found(engine, level=frozenset({Level.L5})) == {2}
    assert found(engine, words=(word("soudure"),)) == {3}
    assert found(engine, words=(word("cuisine"),)) == {2, 4}


def test_an_older_version_is_ignored_and_an_equal_one_wins(build: Build) -> None:
    engine = build([training(1, offer(1), version=0)])
    engine.apply([training(1, offer(2), version=5)])
    engine.apply([training(1, offer(3), version=4)])
    assert found(engine) == {2}
    engine.apply([Removal(1, 3)])
    assert found(engine) == {2}
    engine.apply([training(1, offer(4), version=5)])
    assert found(engine) == {4}


def test_a_removed_training_is_found_no_more_and_may_come_back(build: Build) -> None:
    engine = build([training(1, offer(1), soudure=CONTENT), training(2, offer(2), soudure=CONTENT)])
    engine.apply([Removal(1, 1)])
    assert found(engine) == {2}
    page = ask(engine, words=(word("soudure"),), facets=True, group=True)
    assert (page.ids, page.ranked.cards, page.ranked.facets["modality"]) == ([2], 1, {"in_person": 1})
    engine.apply([training(1, offer(1), version=0)])
    assert found(engine) == {2}
    engine.apply([training(1, offer(5), version=2)])
    assert found(engine) == {2, 5}


def test_removing_what_was_never_there_changes_nothing(build: Build) -> None:
    engine = build(each_alone(offer(1)))
    engine.apply([Removal(77, 1)])
    assert found(engine) == {1}


def test_of_one_batch_the_last_of_the_greatest_version_wins(build: Build) -> None:
    engine = build([])
    engine.apply([training(1, offer(1), version=3), training(1, offer(2), version=2), training(2, offer(9), version=1)])
    assert found(engine) == {1, 9}
    engine.apply([training(1, offer(5), version=4), Removal(1, 5), training(2, offer(8), version=2)])
    assert found(engine) == {8}


def test_an_empty_batch_is_allowed(build: Build) -> None:
    engine = build(each_alone(offer(1)))
    engine.apply([])
    assert found(engine) == {1}


def test_a_rebuild_replaces_everything(build: Build) -> None:
    engine = build([training(1, offer(1)), training(2, offer(2))])
    engine.apply([training(3, offer(3), version=9)])
    documents = [training(4, offer(4), soudure=CONTENT)]
    engine.rebuild(documents, lexicon_of(documents))
    assert found(engine) == {4}
    assert engine.snapshot().lexicon.frequencies.get("soudure") == 1
    assert engine.snapshot().lexicon.trainings == 1
    engine.apply([training(3, offer(3), version=1)])
    assert found(engine) == {3, 4}


def test_rebuild_streams_its_documents(build: Build, engine: Engine) -> None:
    documents = each_alone(*(offer(number) for number in range(1, 50)))
    engine.rebuild(iter(documents), lexicon_of(documents))
    assert found(engine) == set(range(1, 50))


def test_a_snapshot_does_not_move(build: Build) -> None:
    engine = build([training(1, offer(1)), training(2, offer(2))])
    before = engine.snapshot()
    asked = plan(group=True, facets=True)
    first = before.execute(asked)
    engine.apply([Removal(1, 1), training(3, offer(3), version=1)])
    again = before.execute(asked)
    assert list(again.handles) == list(first.handles)
    assert (again.total, again.facets) == (2, first.facets)
    assert {each.offer for each in before.describe(asked, again, [0, 1])} == {1, 2}
    assert found(engine) == {2, 3}
    older = engine.snapshot(before.generation)
    assert older.execute(asked).total == 2
    assert engine.snapshot().generation != before.generation


def test_a_generation_that_is_not_served_is_gone(build: Build) -> None:
    engine = build(each_alone(offer(1)))
    with pytest.raises(Gone):
        engine.snapshot("no such generation")


def test_many_small_changes_give_what_a_rebuild_gives(build: Build) -> None:
    engine = build(each_alone(*(offer(number) for number in range(1, 11))))
    for version in range(1, 31):
        number = version % 12 + 1
        change = (
            Removal(number, version)
            if version % 5 == 0
            else training(number, offer(number, hours=version), version=version)
        )
        engine.apply([change])
    left: dict[int, int | None] = dict.fromkeys(range(1, 11))
    for version in range(1, 31):
        number = version % 12 + 1
        if version % 5 == 0:
            left.pop(number, None)
        else:
            left[number] = version
    assert found(engine) == set(left)
    for bound in (5, 12, 20, 30):
        assert found(engine, hours_max=bound) == {
            n for n, hours in left.items() if hours is not None and hours <= bound
        }
