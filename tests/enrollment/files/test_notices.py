"""Notices: every change tells whom it concerns, in French, once delivered however often it is tried."""

from __future__ import annotations

import email
import re
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
from sqlalchemy import select

from base import jobs
from base.database import reading, unit_of_work
from base.jobs import JOB, JobState
from base.mail import to_folder, to_server
from enrollment.files.acts import NOTICE_JOB
from enrollment.files.events import Event, Notice
from enrollment.files.letters import TEXTS
from enrollment.files.notices import deliver_next
from enrollment.files.states import Actor, State
from enrollment.money import Cause
from tests.enrollment.files.office import END, REQUESTED, RUN, Office, offer, training
from tests.enrollment.files.stories import STORIES, billed, declared, late, paid, validated, waiting

SENDER = "ne-pas-repondre@parcours.test"


def deliver(office: Office, folder: Path) -> list[EmailMessage]:
    """All that waits, as the letters that lie in the folder then."""
    while deliver_next(office.database, to_folder(folder), SENDER, office.desk.wall, "w"):
        pass
    return [email.message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]  # type: ignore[misc]


def told(message: EmailMessage) -> str:
    body = message.get_body()
    assert body is not None
    return str(body.get_content())


def test_a_proposal_is_told_with_its_dates_its_price_and_its_deadline(office: Office, tmp_path: Path) -> None:
    file = office.proposed(office.request())
    letters = {str(each["Subject"]): each for each in deliver(office, tmp_path)}
    proposal = next(letter for subject, letter in letters.items() if subject.startswith("Une proposition vous attend"))
    assert proposal["To"] == "camille@exemple.test"
    assert "Du 18/01/2027 au 19/03/2027" in told(proposal)
    assert "jusqu'au 01/12/2026" in told(proposal)  # four working days: Thursday, Friday, Monday, Tuesday
    asked = next(letter for subject, letter in letters.items() if subject.startswith("Une demande d'inscription"))
    assert asked["To"] == "inscriptions@organisme.test"
    assert "avant le 27/11/2026" in told(asked)
    assert file.offer["training"]["title"] in told(asked)


def test_every_notice_has_a_text_and_every_text_is_whole(office: Office, tmp_path: Path) -> None:
    """All stories of all states: no hole in any letter."""
    assert set(TEXTS) == set(Notice)
    for story in (*STORIES.values(), late, paid):
        story(office.at(REQUESTED))
    file = billed(office.at(REQUESTED))
    office.act(file, Event.CONTROL, Actor.OPERATOR, reason="signalement")
    office.act(file, Event.END_CONTROL, Actor.OPERATOR, reason="rien à redire")
    office.act(file, Event.PAY, Actor.OPERATOR, reference=RUN)
    office.act(file, Event.PAYMENT_REJECTED, Actor.OPERATOR, reference=RUN, reason="compte clos")
    office.act(declared(office.at(REQUESTED), 70, Cause.LEARNER_FAULT), Event.DISPUTE, Actor.LEARNER, reason="non")
    office.publish(training(offer(price_cents=690_000)))
    waiting(office.at(REQUESTED), "alix")
    office.confirmed(office.proposed(office.request("alix")))
    for state in (State.NOT_PROCESSED, State.VALIDATED, State.ACCEPTED, State.IN_TRAINING, State.TERMINATED):
        STORIES[state](office.at(REQUESTED))
    for days in range((END - REQUESTED).days + 60):
        office.at(REQUESTED + timedelta(days=days)).sweep()
    letters = deliver(office, tmp_path)
    assert {str(each["Message-ID"]).partition("@")[0].rpartition(".")[2] for each in letters} == set(Notice)
    for letter in letters:
        assert not re.search(r"[{}]|None|\bdu [.,]|\bau [.,]|\ble [.,]|: [.,]| {2}", told(letter)), told(letter)


def test_a_change_that_is_refused_tells_nobody(office: Office, tmp_path: Path) -> None:
    file = validated(office)
    before = len(deliver(office, tmp_path))
    office.money.fails = lambda _: True
    with pytest.raises(RuntimeError):
        office.confirmed(file)
    assert len(deliver(office, tmp_path)) == before


def test_a_letter_that_is_sent_again_is_the_same_letter(office: Office, tmp_path: Path) -> None:
    office.request()
    first = deliver(office, tmp_path)
    with unit_of_work(office.database) as conn:
        conn.execute(JOB.update().values(state=JobState.QUEUED.value, attempts=0))
    again = deliver(office, tmp_path)
    assert [each["Message-ID"] for each in again] == [each["Message-ID"] for each in first]
    assert len(again) == 2


def test_nobody_without_an_address_is_written_to(office: Office, tmp_path: Path) -> None:
    office.request(email="")
    assert [str(each["To"]) for each in deliver(office, tmp_path)] == ["inscriptions@organisme.test"]
    with reading(office.database) as conn:
        assert jobs.waiting(conn) == {}


class Kept(Sink):
    """What a server took, and whether it takes anything."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[tuple[str, list[str], bytes]] = []
        self.refuses = False

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802
        if self.refuses:
            return "451 later"
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))  # type: ignore[attr-defined]
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Kept, str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = Kept()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield kept, f"smtp://127.0.0.1:{port}"
    controller.stop()


def test_a_server_takes_the_letters_and_what_it_refuses_comes_later(office: Office, server: tuple[Kept, str]) -> None:
    kept, url = server
    office.request()
    now = office.desk.wall()
    kept.refuses = True

    def at(moment: datetime) -> bool:
        return deliver_next(office.database, to_server(url), SENDER, lambda: moment, "w")

    assert at(now)
    assert at(now)
    assert not at(now)
    assert kept.taken == []
    kept.refuses = False
    later = now + jobs.FIRST_RETRY
    while at(later):
        pass
    assert sorted(to for _, to, _ in kept.taken) == [["camille@exemple.test"], ["inscriptions@organisme.test"]]
    assert {sender for sender, _, _ in kept.taken} == {SENDER}
    with reading(office.database) as conn:
        assert jobs.waiting(conn) == {}


def test_a_server_that_is_away_fails_no_worker_and_is_given_up_in_the_end(office: Office) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{free.getsockname()[1]}"
    office.request(email="")
    started = office.desk.wall()
    for minutes in range(0, 200, 5):
        moment = started + timedelta(minutes=minutes)
        deliver_next(office.database, to_server(url), SENDER, partial(max, moment, started), "w")
    with reading(office.database) as conn:
        rows = conn.execute(select(JOB.c.state, JOB.c.error).where(JOB.c.kind == NOTICE_JOB)).all()
    assert sorted(row.state for row in rows) == [JobState.DONE.value, JobState.FAILED.value]
    assert any(row.error for row in rows)


@pytest.mark.parametrize("url", ["localhost", "http://localhost", "smtp://", "", "smtp:localhost"])
def test_what_is_no_mail_server_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="mail server"):
        to_server(url)


def test_no_state_is_left_without_its_letters(office: Office, tmp_path: Path) -> None:
    """Each ending tells the learner or the organisation, whoever did not do it himself."""
    for state, story in STORIES.items():
        if not state.final or state is State.SERVICE_DONE_VALIDATED:
            continue
        file = story(office.at(REQUESTED))
        with reading(office.database) as conn:
            rows = conn.execute(select(JOB.c.payload).where(JOB.c.kind == NOTICE_JOB)).scalars().all()
        assert [row for row in rows if row["file"] == file.id and row["number"] == file.version]


def test_an_organisation_is_told_that_it_may_bill_a_late_cancellation(office: Office, tmp_path: Path) -> None:
    late(office)
    letters = [each for each in deliver(office, tmp_path) if str(each["Subject"]).startswith("Une facture à établir")]
    assert [each["To"] for each in letters] == ["inscriptions@organisme.test"]
