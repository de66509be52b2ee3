"""A new index beside the served one: looked at before it is served, kept for going back, pruned."""

from __future__ import annotations

import pytest

from base.errors import NotFound
from search.document import CONTENT, Removal, TrainingDocument
from search.engines.contract import Engine, Stamp
from tests.contract.builders import each_alone, found, offer, plan, training, word
from tests.contract.conftest import Build
from tests.contract.lexicons import lexicon_of

STAMP = Stamp("catalogue", 7)


def versioned(*numbers: int, version: int = 0) -> list[TrainingDocument]:
    return [training(number, offer(number), version=version, soudure=CONTENT) for number in numbers]


def test_what_is_staged_is_seen_by_nobody_until_it_is_swapped(build: Build) -> None:
    engine = build(each_alone(offer(1)))
    documents = versioned(2, 3)
    with engine.stage(iter(documents), lexicon_of(documents), STAMP) as staged:
        assert found(engine) == {1}
        new = staged.snapshot()
        assert new.execute(plan(words=(word("soudure"),))).total == 2
        assert new.lexicon.frequencies == {"soudure": 2}
        assert engine.snapshot().lexicon.frequencies != new.lexicon.frequencies
        swapped = staged.swap()
        assert found(engine) == {2, 3}
    assert found(engine) == {2, 3}
    assert engine.snapshot().lexicon.version == swapped.lexicon
    assert (swapped.name, swapped.offers, swapped.trainings, swapped.stamp) == (staged.name, 2, 2, STAMP)
    assert swapped.served
    assert engine.health().stamp == STAMP


def test_what_is_not_swapped_leaves_nothing_behind(build: Build) -> None:
    engine = build(each_alone(offer(1)))
    before = engine.builds()
    with engine.stage(versioned(2), lexicon_of([])):
        pass
    with pytest.raises(ZeroDivisionError), engine.stage(versioned(3), lexicon_of([])):
        _ = 1 / 0
    assert found(engine) == {1}
    assert engine.builds() == before


def test_changes_go_to_the_served_one_and_to_the_staged_one_each_by_itself(build: Build) -> None:
    engine = build(versioned(1, 2))
    documents = versioned(1, 2, 3, version=1)
    with engine.stage(documents, lexicon_of(documents), STAMP) as staged:
        engine.apply([Removal(1, 2)], 8)
        assert found(engine) == {2}
        assert set(staged.snapshot().versions()) == {1, 2, 3}
        staged.apply([Removal(1, 2), training(2, offer(22), version=3)], 9)
        staged.apply([training(3, offer(33), version=0)])
        assert dict(staged.snapshot().versions()) == {2: 3, 3: 1}
        assert found(engine) == {2}
        staged.swap()
    assert found(engine) == {22, 3}
    assert engine.health().stamp == Stamp("catalogue", 9)
    engine.apply([training(1, offer(1), version=1)])
    assert found(engine) == {22, 3}  # removed in version 2


def test_the_stamp_only_goes_forward_and_moves_without_changes_too(build: Build, engine: Engine) -> None:
    with engine.stage(versioned(1, 2, version=4), lexicon_of([]), STAMP) as staged:
        staged.swap()
    engine.apply([], 12)
    assert engine.health().stamp == Stamp("catalogue", 12)
    engine.apply([training(1, offer(11), version=5)], 10)
    assert found(engine) == {11, 2}
    assert engine.health().stamp == Stamp("catalogue", 12)
    engine.apply([training(2, offer(22), version=1)], 13)  # older: nothing changes but the stamp
    assert found(engine) == {11, 2}
    assert engine.health().stamp == Stamp("catalogue", 13)


def test_versions_are_of_the_trainings_that_are_shown(build: Build) -> None:
    engine = build(versioned(1, 2, 3, version=4))
    engine.apply([Removal(1, 5), training(2, offer(2), version=6), training(9, offer(9), version=2)])
    assert dict(engine.snapshot().versions()) == {2: 6, 3: 4, 9: 2}
    assert engine.snapshot().count() == 3


def test_going_back_serves_the_earlier_build_with_its_lexicon_and_its_changes(build: Build) -> None:
    first = versioned(1, 2)
    engine = build(first)
    engine.apply([training(3, offer(3), version=1)], 5)
    second = each_alone(offer(7))
    engine.rebuild(second, lexicon_of(second))
    assert found(engine) == {7}
    newer, older = engine.builds()
    assert (newer.served, older.served, older.offers, older.stamp.position) == (True, False, 3, 5)
    back = engine.rollback()
    assert (back.name, back.served) == (older.name, True)
    assert found(engine) == {1, 2, 3}
    assert engine.snapshot().lexicon.frequencies == lexicon_of(first).frequencies
    assert [(each.name, each.served) for each in engine.builds()] == [(older.name, True), (newer.name, False)]
    engine.apply([Removal(1, 9)])
    assert found(engine) == {2, 3}
    engine.rollback(newer.name)
    assert found(engine) == {7}
    engine.rollback(older.name)
    assert found(engine) == {2, 3}


def test_there_is_nothing_to_go_back_to_where_nothing_is_kept(build: Build) -> None:
    engine = build(versioned(1))
    (served,) = engine.builds()
    for name in (None, served.name, "no such build", "../manifest"):
        with pytest.raises(NotFound) as refused:
            engine.rollback(name)
        assert f"« {name} »" in refused.value.detail if name else "antérieur" in refused.value.detail
    assert found(engine) == {1}


def test_pruning_keeps_the_served_one_and_the_last_ones_before_it(build: Build) -> None:
    engine = build(versioned(1))
    for number in (2, 3, 4):
        engine.rebuild(versioned(number), lexicon_of([]))
    names = [each.name for each in engine.builds()]
    assert len(set(names)) == 4
    assert engine.prune(1) == names[2:]
    assert [each.name for each in engine.builds()] == names[:2]
    assert engine.prune(1) == []
    engine.rollback()
    assert found(engine) == {3}
    assert engine.prune(0) == [names[0]]
    assert [each.name for each in engine.builds()] == [names[1]]
    assert found(engine) == {3}
    engine.apply([training(5, offer(5))])
    assert found(engine) == {3, 5}


def test_a_build_in_progress_is_not_pruned(build: Build) -> None:
    engine = build(versioned(1))
    with engine.stage(versioned(2, 3), lexicon_of([])) as staged:
        engine.prune(0)
        engine.apply([training(4, offer(4))])
        assert set(staged.snapshot().versions()) == {2, 3}
        staged.swap()
    assert found(engine) == {2, 3}


def test_a_stamp_never_passes_over_changes_that_another_index_took(engine: Engine) -> None:
    with engine.stage(each_alone(offer(1)), lexicon_of([]), Stamp("catalogue", 5)) as staged:
        staged.swap()
    engine.apply([training(2, offer(2), version=1)], 8, 7)
    assert (engine.health().stamp, engine.health().offers) == (Stamp("catalogue", 5), 2)
    engine.apply([training(3, offer(3), version=1)], 8, 5)
    assert (engine.health().stamp, engine.health().offers) == (Stamp("catalogue", 8), 3)
