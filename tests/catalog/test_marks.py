"""Change marks: what the index does not have yet is never forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, update

from base.database import reading, unit_of_work
from base.ids import training_id
from catalog.store import marks
from catalog.store.write import put_trainings
from catalog.tables import CHANGE_MARK
from tests.catalog.records import OFFER, SIRET, TRAINING, bare
from tests.servers.fixtures import FreshDatabase

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
OTHER = "13000285000027"


def marked(database: Engine) -> dict[int, int]:
    with reading(database) as conn:
        return dict(marks.marked(conn, 100))


def test_a_mark_is_cleared_only_for_the_version_that_was_indexed(database: Engine) -> None:
    with unit_of_work(database) as conn:
        marks.mark(conn, [1, 2])
    seen = marked(database)
    with unit_of_work(database) as conn:
        marks.mark(conn, [2])
    with unit_of_work(database) as conn:
        marks.clear(conn, list(seen.items()))
        assert marks.pending(conn) == 1
    assert marked(database).keys() == {2}


def test_a_version_only_grows_even_after_its_mark_was_cleared(database: Engine) -> None:
    versions = []
    for _ in range(3):
        with unit_of_work(database) as conn:
            marks.mark(conn, [7])
            (mark,) = marks.marked(conn, 10)
            marks.clear(conn, [mark])
        versions.append(mark[1])
    assert versions == sorted(set(versions))


def test_a_mark_keeps_since_when_the_index_waits(database: Engine) -> None:
    with unit_of_work(database) as conn:
        assert marks.oldest_pending(conn) is None
        marks.mark(conn, [1, 2])
        conn.execute(update(CHANGE_MARK).where(CHANGE_MARK.c.training_id == 1).values(marked_at=LONG_AGO))
        marks.mark(conn, [1])  # a change on top of one that waits already
    with unit_of_work(database) as conn:
        waited = marks.oldest_pending(conn)
        assert waited is not None
        assert waited > timedelta(days=365)
        marks.clear(conn, marks.marked(conn, 10))
        assert marks.oldest_pending(conn) is None
        marks.mark(conn, [1])  # its old change was indexed: the new one waits since now
    with reading(database) as conn:
        waited = marks.oldest_pending(conn)
        assert waited is not None
        assert timedelta(0) <= waited < timedelta(days=1)


def test_marks_are_given_in_portions(database: Engine) -> None:
    with unit_of_work(database) as conn:
        marks.mark(conn, range(10))
        assert len(marks.marked(conn, 4)) == 4
        assert marks.pending(conn) == 10


def store(database: Engine) -> None:
    with unit_of_work(database) as conn:
        records = [TRAINING, bare("f2", certification="RS5695", rome=("G1204",)), bare("g1", OTHER, offers=(OFFER,))]
        put_trainings(conn, records, submission=None, now=NOW)
        marks.clear(conn, marks.marked(conn, 100))


def test_a_changed_certification_marks_trainings_that_name_it_first_or_beside_another(database: Engine) -> None:
    store(database)
    with unit_of_work(database) as conn:
        assert marks.mark_by_facts(conn, codes=["CI56927", "RS5695", "RNCP1"]) == 2
    assert marked(database).keys() == {training_id(SIRET, "f1"), training_id(SIRET, "f2")}


def test_a_changed_organisation_marks_its_trainings(database: Engine) -> None:
    store(database)
    with unit_of_work(database) as conn:
        assert marks.mark_by_organisation(conn, [OTHER]) == 1
    assert marked(database).keys() == {training_id(OTHER, "g1")}


class NoChangeIsForgotten(RuleBasedStateMachine):
    """Writers mark while an indexer reads marks, indexes for a while and clears what it read, in any interleaving."""

    def __init__(self, fresh_database: FreshDatabase) -> None:
        super().__init__()
        self.opened = fresh_database()
        self.database = self.opened.__enter__()
        self.truth: dict[int, int] = {}  # how often each training changed
        self.indexed: dict[int, int] = {}  # the change that the index shows
        self.reading: list[tuple[int, int, int]] = []  # (training, version, change it was built from)

    @rule(training=st.integers(1, 3))
    def change(self, training: int) -> None:
        with unit_of_work(self.database) as conn:
            marks.mark(conn, [training])
        self.truth[training] = self.truth.get(training, 0) + 1

    @rule()
    def read_marks(self) -> None:
        with reading(self.database) as conn:
            self.reading = [(key, version, self.truth[key]) for key, version in marks.marked(conn, 2)]

    @rule()
    def index_and_clear(self) -> None:
        for training, _, change in self.reading:
            self.indexed[training] = change
        with unit_of_work(self.database) as conn:
            marks.clear(conn, [(training, version) for training, version, _ in self.reading])
        self.reading = []

    @invariant()
    def what_the_index_lacks_is_marked(self) -> None:
        behind = {training for training, change in self.truth.items() if self.indexed.get(training) != change}
        assert behind <= marked(self.database).keys()

    def teardown(self) -> None:
        self.opened.__exit__(None, None, None)


def test_no_change_is_forgotten(fresh_database: FreshDatabase) -> None:
    often = settings(max_examples=15, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(lambda: NoChangeIsForgotten(fresh_database), settings=often)  # type: ignore[no-untyped-call]
