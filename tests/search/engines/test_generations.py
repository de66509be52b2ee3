"""Older generations answer as they did, for five minutes; then they are gone and their files too."""

from __future__ import annotations

from pathlib import Path

import pytest

from base.errors import Gone
from search.document import Removal
from search.engines.embedded import EmbeddedEngine
from tests.contract.builders import found, offer, plan, training
from tests.contract.lexicons import lexicon_of
from tests.search.engines.conftest import EARLY, MovedClock


def test_a_generation_answers_as_before_until_five_minutes_after_it_was_replaced(
    engine: EmbeddedEngine, folder: Path, clock: MovedClock
) -> None:
    engine.rebuild([training(number, offer(number)) for number in range(1, 21)], lexicon_of([]))
    first = engine.snapshot()
    before = first.execute(plan(group=True, facets=True))
    clock.pass_by(minutes=30)
    for number in range(1, 13):
        engine.apply([Removal(number, 1)])
    clock.pass_by(minutes=4, seconds=59)
    for reader in (engine, EmbeddedEngine(folder, clock)):
        again = reader.snapshot(first.generation)
        assert again.execute(plan(group=True, facets=True)) == before
        assert found(reader) == set(range(13, 21))
    clock.pass_by(seconds=2)
    for reader in (engine, EmbeddedEngine(folder, clock)):
        with pytest.raises(Gone):
            reader.snapshot(first.generation)


def test_files_of_past_generations_are_deleted_by_the_next_change(
    engine: EmbeddedEngine, folder: Path, clock: MovedClock
) -> None:
    for number in range(1, 30):
        engine.apply([training(number, offer(number))])
    many = len(list(folder.iterdir()))
    clock.pass_by(minutes=6)
    engine.apply([training(99, offer(99))])
    left = sorted(path.name for path in folder.iterdir())
    assert len(left) < many
    assert len([name for name in left if name.endswith(".seg")]) <= 5  # three visible ones, and those just replaced
    assert found(EmbeddedEngine(folder, clock)) == {*range(1, 30), 99}


def test_an_unknown_generation_is_gone(engine: EmbeddedEngine) -> None:
    engine.rebuild([], lexicon_of([]))
    for name in ("00000007-cafe", "", "../manifest"):
        with pytest.raises(Gone):
            engine.snapshot(name)


def test_a_rebuild_replaces_everything_with_its_lexicon(engine: EmbeddedEngine) -> None:
    documents = [training(1, offer(1), soudure=1)]
    engine.rebuild([training(2, offer(2))], lexicon_of([]))
    old = engine.snapshot()
    engine.rebuild(iter(documents), lexicon_of(documents))
    new = engine.snapshot()
    assert found(engine) == {1}
    assert (dict(new.lexicon.frequencies), new.lexicon.trainings) == ({"soudure": 1}, 1)
    assert new.generation != old.generation
    assert old.execute(plan()).total == 1
    engine.apply([training(3, offer(3))])
    assert engine.snapshot().lexicon == new.lexicon


def test_a_rebuild_that_fails_leaves_the_index_as_it_was(engine: EmbeddedEngine, folder: Path) -> None:
    engine.rebuild([training(1, offer(1))], lexicon_of([]))

    def documents():  # type: ignore[no-untyped-def]
        yield training(2, offer(2))
        raise ConnectionError("the database went away")

    with pytest.raises(ConnectionError):
        engine.rebuild(documents(), lexicon_of([]))
    assert found(engine) == {1}
    engine.apply([training(3, offer(3))])
    assert found(EmbeddedEngine(folder, MovedClock(), EARLY)) == {1, 3}
