"""An import that is killed on the command line does not stay under way for ever: a worker goes on, or says why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from base.database import reading
from base.jobs import CLAIM, MAX_ATTEMPTS
from catalog.rows import SubmissionRow
from catalog.store import submissions
from catalog.tables import SUBMISSION
from ingest import run as run_module
from parcours import claims
from parcours.importing import import_into
from parcours.settings import Settings
from parcours.wiring import House
from parcours.working import OVERTAKEN, import_next
from samples import materialise
from tests.parcours.prepared import DAY


class Killed(BaseException):
    """As SIGKILL: nothing is written any more."""


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(Settings(data_dir=tmp_path / "data", today=DAY, database_url="", worker=False))


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return materialise(tmp_path / "files", DAY)[0]


def only(house: House) -> list[SubmissionRow]:
    with reading(house.database) as conn:
        numbers = conn.scalars(select(SUBMISSION.c.id).order_by(SUBMISSION.c.received_at))
        return [submissions.submission(conn, number) for number in numbers]


def later(house: House, since: datetime, passed: timedelta) -> Callable[[], datetime]:
    return lambda: since + passed


def killed(house: House, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After one batch; the dead process closes nothing behind it."""
    batches = 0

    def dying(self: object) -> None:
        nonlocal batches
        batches += 1
        if batches > 2:
            raise Killed
        commit(self)

    commit = run_module._Run._commit
    with monkeypatch.context() as patched:
        patched.setattr(run_module, "BATCH_TRAININGS", 2)
        patched.setattr(run_module._Run, "_commit", dying)
        patched.setattr(claims.jobs, "finish", lambda *_args, **_options: False)
        with pytest.raises(Killed):
            import_into(house, path)


def test_a_worker_goes_on_with_it_once_its_claim_is_over(
    house: House, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(house, catalogue, monkeypatch)
    (row,) = only(house)
    assert row.state == "running"
    assert row.position > 0
    assert not import_next(house, "worker")  # it may still be alive
    house.wall = later(house, house.wall(), CLAIM)
    assert import_next(house, "worker")
    (row,) = only(house)
    assert row.state == "done"
    assert row.counts["trainings_taken"] == row.counts["created"] > 2
    assert not import_next(house, "worker")


def test_not_when_the_file_was_given_again_meanwhile(
    house: House, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed(house, catalogue, monkeypatch)
    house.clock = later(house, house.clock(), timedelta(minutes=1))
    import_into(house, catalogue)
    house.wall = later(house, house.wall(), CLAIM)
    assert import_next(house, "worker")
    first, second = only(house)
    assert (first.state, first.error) == ("failed", OVERTAKEN)
    assert second.state == "done"


def test_not_when_it_was_stopped_by_hand(house: House, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_progress: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_into(house, catalogue, report=stop)
    (row,) = only(house)
    assert row.state == "failed"
    assert "interrompu" in row.error
    house.wall = later(house, house.wall(), CLAIM)
    assert not import_next(house, "worker")


def test_what_stopped_it_is_told_also_when_the_database_is_gone(house: House, catalogue: Path, tmp_path: Path) -> None:
    def unplug(*_progress: object) -> None:
        house.database.dispose()
        (tmp_path / "data").rename(tmp_path / "unplugged")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_into(house, catalogue, report=unplug)
    house.database.dispose()
    (tmp_path / "unplugged").rename(tmp_path / "data")
    (row,) = only(house)
    assert row.state != "failed"
    house.wall = later(house, house.wall(), CLAIM)
    assert import_next(house, "worker")
    assert only(house)[0].state == "done"


def test_one_that_kills_every_worker_is_told_to_have_failed(
    house: House, catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_anything: object) -> None:
        raise Killed

    killed(house, catalogue, monkeypatch)
    start = house.wall()
    with monkeypatch.context() as patched:
        patched.setattr("parcours.working.import_received", die)
        for attempt in range(1, MAX_ATTEMPTS):
            house.wall = later(house, start, attempt * CLAIM)
            with pytest.raises(Killed):
                import_next(house, "worker")
    house.wall = later(house, start, MAX_ATTEMPTS * CLAIM)
    assert not import_next(house, "worker")
    assert only(house)[0].state == "failed"
