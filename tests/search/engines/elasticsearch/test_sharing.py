"""Several processes on one cluster: each other's changes, each other's pages."""

from __future__ import annotations

import pytest

from base.errors import Gone, Unavailable
from search.document import CONTENT, LABELS, Removal
from search.engines.elasticsearch.options import Options
from tests.contract.builders import each_alone, found, offer, plan, training, word
from tests.contract.lexicons import lexicon_of
from tests.search.engines.elasticsearch.conftest import Processes

AT_ONCE = Options(poll_seconds=0.0)


def test_a_process_sees_what_another_one_changed(process: Processes) -> None:
    writer, reader = process(), process(AT_ONCE)
    documents = [training(1, offer(1), soudure=CONTENT)]
    writer.rebuild(documents, lexicon_of(documents))
    assert found(reader) == {1}
    writer.apply([training(2, offer(2), version=1, soudure=LABELS, inconnu=CONTENT)])
    assert found(reader) == {1, 2}
    assert found(reader, words=(word("soudure"),)) == {1, 2}
    assert found(reader, words=(word("inconnu"),)) == {2}
    writer.rebuild(each_alone(offer(7)), lexicon_of([]))
    assert found(reader) == {7}


def test_two_writers_add_to_the_words_of_one_build(process: Processes) -> None:
    one, other, reader = process(), process(), process(AT_ONCE)
    one.rebuild([], lexicon_of([]))
    for version in range(1, 4):
        one.apply([training(1, offer(1), version=version, **{f"un{version}": CONTENT})])
        other.apply([training(2, offer(2), version=version, **{f"deux{version}": LABELS, "commun": version})])
    for number, term in ((1, "un3"), (2, "deux3"), (2, "commun")):
        assert found(reader, words=(word(term),)) == {number}
        assert found(one, words=(word(term),)) == {number}
    assert found(reader, words=(word("un1"),)) == set()


def test_a_walk_goes_on_in_another_process(process: Processes) -> None:
    one, other = process(), process()
    one.rebuild(each_alone(*(offer(number) for number in range(1, 31))), lexicon_of([]))
    first = one.snapshot()
    order = list(first.execute(plan()).handles)
    one.apply([Removal(order[12], 1), training(99, offer(99), version=1)])
    again = other.snapshot(first.generation)
    assert again.generation == first.generation
    assert list(again.execute(plan(offset=10, limit=10)).handles) == order[10:20]
    assert first.generation.isascii()


def test_a_state_that_was_closed_or_whose_build_was_deleted_is_gone(process: Processes) -> None:
    one, other = process(), process()
    one.rebuild(each_alone(offer(1)), lexicon_of([]))
    before = one.snapshot().generation
    one.rebuild(each_alone(offer(2)), lexicon_of([]))
    assert other.snapshot(before).execute(plan()).total == 1
    one.prune(0)
    for engine in (process(), process()):
        with pytest.raises(Gone):
            engine.snapshot(before)
    build, _, pit = one.snapshot().generation.partition("~")
    for name in (build, f"{build}~", f"{build}~{pit[:-8]}AAAAAAAA", f"{build}~!", "~", f"../{build}~{pit}"):
        with pytest.raises(Gone):
            process().snapshot(name)


def test_without_an_index_a_question_is_told_so_and_a_lost_one_as_well(process: Processes) -> None:
    engine = process(AT_ONCE)
    with pytest.raises(Unavailable):
        engine.snapshot()
    with pytest.raises(Unavailable):
        engine.apply([training(1, offer(1))])
    assert not engine.health().ready
    engine.rebuild(each_alone(offer(1)), lexicon_of([]))
    assert engine.health().ready
    process().delete_everything()
    assert not engine.health().ready
    with pytest.raises(Unavailable):
        engine.snapshot()


def test_a_cluster_that_does_not_answer_is_unavailable() -> None:
    from datetime import date

    from base.clock import fixed_clock
    from search.engines.elasticsearch import ElasticsearchEngine

    engine = ElasticsearchEngine(["http://127.0.0.1:9"], "parcours", fixed_clock(date(2027, 1, 24)))
    with pytest.raises(Unavailable):
        engine.snapshot()
    assert not engine.health().ready


def test_a_late_write_does_not_bring_a_deleted_build_back(process: Processes) -> None:
    one, other = process(), process()
    one.rebuild(each_alone(offer(1)), lexicon_of([]))
    with other.stage(each_alone(offer(2)), lexicon_of([])) as staged:
        one.delete_everything()
        with pytest.raises(Unavailable):
            staged.apply([training(3, offer(3))])
        with pytest.raises(Unavailable):
            staged.swap()
    assert one.builds() == []
    assert not one.health().ready
