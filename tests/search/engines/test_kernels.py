"""The compiled kernel answers exactly what the pure one answers, over random offers, changes and plans."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random

import pytest

from search.document import Removal, TrainingDocument
from search.engines.contract import Ranked
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded.compiled import counting
from search.engines.embedded.compiled.loading import fingerprint, load
from search.engines.embedded.execute import execute
from search.engines.embedded.state import State
from search.plan import Plan
from tests.contract.lexicons import lexicon_of
from tests.kernels import kernel_of
from tests.oracle.questions import Questions
from tests.oracle.synthetic import DAY, random_documents
from tests.search.engines.conftest import MovedClock

ROUNDING = 1e-12


def asked(folder: Path, seed: int, trainings: int, questions: int) -> tuple[State, list[Plan]]:
    """A base segment, dead trainings in it and a live delta."""
    documents, random = random_documents(seed, trainings), Random(seed)
    engine = EmbeddedEngine(folder, MovedClock())
    engine.rebuild(documents, lexicon_of(documents))
    gone = random.sample(documents, len(documents) // 10)
    changed = random.sample(documents, len(documents) // 10)
    engine.apply([Removal(each.id, 50) for each in gone])
    engine.apply([TrainingDocument(each.id, 60, each.terms, each.offers[::-1]) for each in changed])
    plans = Questions(documents, DAY)
    return engine.snapshot()._state, [plans.plan(number) for number in range(questions)]


def same(ours: Ranked, theirs: Ranked) -> bool:
    close = all(abs(a - b) <= ROUNDING for a, b in zip(ours.scores, theirs.scores, strict=True))
    return close and _exact(ours) == _exact(theirs)


def _exact(ranked: Ranked) -> tuple[object, ...]:
    return ranked.total, ranked.cards, ranked.handles, ranked.sirens, ranked.similar, ranked.facets


@pytest.mark.parametrize(("seed", "trainings"), [(1, 1), (2, 60), (3, 800), (4, 3000)])
def test_equal_answers(tmp_path: Path, seed: int, trainings: int) -> None:
    state, plans = asked(tmp_path, seed, trainings, 400)
    compiled = kernel_of("compiled")
    for plan in plans:
        assert same(compiled(state, plan), execute(state, plan)), plan


def test_threads_do_not_disturb_each_other(tmp_path: Path) -> None:
    state, plans = asked(tmp_path, 5, 1500, 200)
    compiled = kernel_of("compiled")
    expected = [compiled(state, plan) for plan in plans]
    wrong: list[Plan] = []

    def ask(start: int) -> None:
        for number in range(start, start + len(plans)):
            plan = plans[number % len(plans)]
            if compiled(state, plan) != expected[number % len(plans)]:
                wrong.append(plan)

    threads = [threading.Thread(target=ask, args=(50 * number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []


def test_what_was_compiled_is_kept_and_a_folder_that_cannot_be_used_is_done_without(tmp_path: Path) -> None:
    told: list[str] = []
    in_the_way = tmp_path / "file"
    in_the_way.touch()
    folder = Path(tmp_path / "kept")
    first = load(folder, lambda: told.append("first"))
    again = load(folder, lambda: told.append("again"))
    for file in folder.rglob("*.nb*"):
        file.write_bytes(file.read_bytes()[:100])
    cut_off = load(folder)
    without = load(in_the_way / "folder", lambda: told.append("without"))
    assert [each.from_cache for each in (first, again, cut_off, without)] == [False, True, False, False]
    assert told == ["first", "without"]


def test_what_other_versions_left_in_the_folder_is_forgotten_and_nothing_else(tmp_path: Path) -> None:
    left, others = tmp_path / "0123456789abcdef", tmp_path / "notes"
    for each in (left, others):
        each.mkdir()
        (each / "file").touch()
    load(tmp_path)
    assert load(tmp_path).from_cache
    assert {each.name for each in tmp_path.iterdir()} == {fingerprint(), "notes"}


def test_what_is_compiled_anew_is_told_by_the_values_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    with monkeypatch.context() as patched:  # as when a dimension is given another value in the code lists
        patched.setattr(counting, "LANE_VALUES", counting.LANE_VALUES + 1)
        other_number = fingerprint()
    with monkeypatch.context() as patched:
        patched.setattr(counting, "PAIR_VALUE", counting.PAIR_VALUE[::-1].copy())
        other_table = fingerprint()
    assert len({before, other_number, other_table}) == 3
    assert fingerprint() == before
