"""A worker keeps the deadlines of files and sends their notices."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from base import jobs
from base.clock import Clock
from base.errors import InvalidParameter
from enrollment.files.notices import deliver_next
from enrollment.files.states import State
from parcours.filing import NEWS, RESTED, post_of, revive_notices
from parcours.settings import Settings
from parcours.wiring import House
from parcours.working import work
from tests.enrollment.files.office import Office

WAIT = Retrying(retry=retry_if_result(lambda done: not done), wait=wait_fixed(0.05), stop=stop_after_delay(60))


def test_a_worker_lets_an_unanswered_request_lapse_and_writes_to_both(database: Engine, tmp_path: Path) -> None:
    office = Office(database)
    office.desk = type(office.desk)(office.desk.rules, office.money, lambda: datetime.now(UTC))
    file = office.request()
    address = database.url.render_as_string(hide_password=False)
    house = House(Settings(data_dir=tmp_path, database_url=address, today=date(2026, 12, 10)))
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(house, stop, "worker"))
    worker.start()
    try:
        WAIT(lambda: len(list(house.settings.mail_dir.glob("*.eml"))) >= 4)  # two of the request, two of its lapse
    finally:
        stop.set()
        worker.join()
    assert office.read(file).state is State.REJECTED_WITHOUT_OF_SUITE
    assert len({path.name for path in house.settings.mail_dir.glob("*.eml")}) == 4
    house.database.dispose()


def test_a_mail_server_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match="PARCOURS_MAIL_URL"):
        post_of(House(Settings(data_dir=tmp_path, mail_url="imap://localhost")))


def test_letters_that_failed_while_the_mail_server_was_away_are_sent_after_all(
    database: Engine, tmp_path: Path
) -> None:
    office = Office(database)
    office.request()
    address = database.url.render_as_string(hide_password=False)
    house = House(Settings(data_dir=tmp_path, database_url=address))
    asked_at = office.desk.wall()

    def after(hours: int) -> Clock:
        return lambda: asked_at + timedelta(hours=hours)

    def away(_: EmailMessage) -> None:
        raise ConnectionRefusedError("the server is away")

    for attempt in range(2 * jobs.MAX_ATTEMPTS):  # two letters
        assert deliver_next(database, away, "de@exemple.test", after(attempt), "w")
    sent: list[EmailMessage] = []
    given_up = after(2 * jobs.MAX_ATTEMPTS)
    assert not deliver_next(database, sent.append, "de@exemple.test", given_up, "w")
    house.wall = lambda: asked_at + NEWS
    assert revive_notices(house) == 0
    house.wall = lambda: given_up() + RESTED
    assert revive_notices(house) == 2
    while deliver_next(database, sent.append, "de@exemple.test", house.wall, "w"):
        pass
    assert len(sent) == 2
    house.database.dispose()
