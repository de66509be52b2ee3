"""What is kept of submissions is bounded: leftovers go after a day, files after their time."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from base.database import reading, unit_of_work
from catalog.store import submissions
from catalog.store.submissions import SubmissionState
from ingest.keeping import LEFT_FOR, UPLOADS, Swept, sweep
from ingest.receive import receive
from ingest.run import Surroundings

KEPT_FOR = timedelta(days=400)


def received(around: Surroundings, tmp_path: Path, content: bytes, state: SubmissionState | None) -> int:
    path = tmp_path / "envoi.xml"
    path.write_bytes(content)
    number = receive(path, database=around.database, submissions_dir=around.submissions_dir, clock=around.clock)
    if state is not None:
        with unit_of_work(around.database) as conn:
            submissions.finish(conn, number, state, counts={}, now=around.clock())
    return number


def swept(around: Surroundings, days: int) -> Swept:
    """As many days later, for the clock and for the files."""
    for path in around.submissions_dir.rglob("*"):
        if path.is_file():
            stamp = (around.clock() - LEFT_FOR).timestamp()
            os.utime(path, (stamp, stamp))
    now = around.clock() + timedelta(days=days)
    return sweep(around.database, around.submissions_dir, now=now, files_now=now, kept_for=KEPT_FOR)


def kept(around: Surroundings, number: int) -> bool:
    with reading(around.database) as conn:
        row = submissions.submission(conn, number)
    return bool(row.path) and (around.submissions_dir / row.path).is_file()


def test_what_a_killed_upload_left_goes_after_a_day_and_one_under_way_stays(around: Surroundings) -> None:
    folder = around.submissions_dir
    (folder / UPLOADS).mkdir(parents=True)
    left = [folder / ".receiving-x", folder / UPLOADS / ".upload-x"]
    for path in left:
        path.write_bytes(b"<lheo")
    now = around.clock()
    assert not sweep(around.database, folder, now=now, files_now=now, kept_for=KEPT_FOR)
    assert all(path.is_file() for path in left)
    assert swept(around, 1) == Swept(leftovers=2, files=0)
    assert not any(path.exists() for path in left)


@pytest.mark.parametrize("state", [SubmissionState.DONE, SubmissionState.REFUSED, SubmissionState.FAILED])
def test_the_bytes_of_a_finished_submission_go_after_their_time(
    around: Surroundings, tmp_path: Path, state: SubmissionState
) -> None:
    number = received(around, tmp_path, b"<a/>", state)
    assert not swept(around, 400)
    assert kept(around, number)
    assert swept(around, 401) == Swept(leftovers=0, files=1)
    assert not kept(around, number)
    with reading(around.database) as conn:
        assert submissions.submission(conn, number).state == state
        assert submissions.kept_bytes(conn) == 0


def test_those_of_one_that_waits_stay_with_whatever_shares_them(around: Surroundings, tmp_path: Path) -> None:
    received(around, tmp_path, b"<a/>", SubmissionState.DONE)
    waiting = received(around, tmp_path, b"<a/>", None)
    assert not swept(around, 4000)
    assert kept(around, waiting)
    with reading(around.database) as conn:
        assert submissions.kept_bytes(conn) == len(b"<a/>")


def test_bytes_that_no_submission_came_to_name_go(around: Surroundings) -> None:
    orphan = around.submissions_dir / "ab" / "abcd"
    orphan.parent.mkdir(parents=True)
    orphan.write_bytes(b"x")
    assert swept(around, 1) == Swept(leftovers=0, files=1)
    assert not orphan.exists()
