from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from base.database import reading, unit_of_work
from base.errors import NotFound
from catalog.store import submissions
from catalog.store.submissions import SubmissionState

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Found:
    code: str
    severity: str = "warning"
    message: str = "À vérifier"
    line: int | None = 3
    column: int | None = None
    path: str = "/lheo/offres"
    value: str = "é"
    suggestion: str = ""
    level: str = "session"
    key: str = "s1"
    edof_code: str = ""
    training: str = "f1"
    offer: str = "a1"


def create(
    database: Engine,
    siret: str = "13000285000019",
    now: datetime = NOW,
    file_name: str = "catalogue.xml",
    sha256: str = "abc",
) -> int:
    with unit_of_work(database) as conn:
        return submissions.create(
            conn,
            source="",
            mode="update",
            owner="ligne de commande",
            siret=siret,
            file_name=file_name,
            path="submissions/ab/abc.xml",
            sha256=sha256,
            size=2**33,
            now=now,
        )


def test_a_submission_goes_from_received_to_done_and_says_how_far_it_is(database: Engine) -> None:
    number = create(database)
    with reading(database) as conn:
        row = submissions.submission(conn, number)
        assert (row.state, row.position, row.counts, row.size, row.finished_at) == ("received", 0, {}, 2**33, None)
    later = NOW + timedelta(minutes=1)
    with unit_of_work(database) as conn:
        submissions.advance(conn, number, position=500, counts={"offers": 700}, now=later, source="edof")
    with reading(database) as conn:
        row = submissions.submission(conn, number)
        assert (row.state, row.source, row.position, row.counts) == ("running", "edof", 500, {"offers": 700})
    with unit_of_work(database) as conn:
        submissions.finish(conn, number, SubmissionState.DONE, counts={"offers": 900}, now=later)
    with reading(database) as conn:
        row = submissions.submission(conn, number)
        assert (row.state, row.counts, row.received_at, row.finished_at) == ("done", {"offers": 900}, NOW, later)


def test_an_unknown_submission_is_not_found(database: Engine) -> None:
    with reading(database) as conn, pytest.raises(NotFound):
        submissions.submission(conn, 5)


def test_findings_are_appended_in_order_and_paged_without_loss(database: Engine) -> None:
    number, other = create(database), create(database, siret="13000285000027")
    with unit_of_work(database) as conn:
        assert submissions.add_findings(conn, number, (Found(f"c{i % 3}") for i in range(700))) == 700
        assert submissions.add_findings(conn, other, [Found("x")]) == 1
        assert submissions.add_findings(conn, number, [Found("last", "error", line=None)]) == 1
        assert submissions.add_findings(conn, number, []) == 0
    with reading(database) as conn:
        seen, after = [], 0
        while page := submissions.findings_page(conn, number, after, 100):
            seen += page
            after = page[-1].number
        assert [row.number for row in seen] == list(range(1, 702))
        assert (seen[0].code, seen[0].value, seen[0].line) == ("c0", "é", 3)
        assert (seen[-1].code, seen[-1].severity, seen[-1].line) == ("last", "error", None)
        assert submissions.counts_by_code(conn, number) == {"c0": 234, "c1": 233, "c2": 233, "last": 1}


@pytest.mark.parametrize(
    ("then", "given_up"),
    [(SubmissionState.DONE, True), (SubmissionState.REFUSED, False), (SubmissionState.FAILED, False)],
)
def test_a_submission_is_overtaken_by_one_that_stored_something(
    database: Engine, then: SubmissionState, given_up: bool
) -> None:
    first = create(database)
    second = create(database, now=NOW + timedelta(minutes=1))
    assert not overtaken(database, first)
    with unit_of_work(database) as conn:
        submissions.finish(conn, second, then, counts={}, now=NOW + timedelta(minutes=2))
    assert overtaken(database, first) is given_up


def test_files_that_no_organisation_was_named_for_overtake_only_what_is_the_same_file(database: Engine) -> None:
    first = create(database, siret="")
    others = [
        create(database, siret="", now=NOW + timedelta(minutes=1), file_name=name, sha256=sha256)
        for name, sha256 in (("other.xml", "def"), ("catalogue.xml", "def"), ("renamed.xml", "abc"))
    ]
    seen = []
    for other in others:
        with unit_of_work(database) as conn:
            submissions.advance(conn, other, position=1, counts={}, now=NOW)
        seen.append(overtaken(database, first))
        with unit_of_work(database) as conn:
            submissions.finish(conn, other, SubmissionState.REFUSED, counts={}, now=NOW)
    assert seen == [False, True, True]


def overtaken(database: Engine, number: int) -> bool:
    with reading(database) as conn:
        return submissions.overtaken(conn, submissions.submission(conn, number))
