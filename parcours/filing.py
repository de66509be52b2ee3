"""What a worker does for files of learners: deadlines, notices, and forgetting old keys of requests."""

from __future__ import annotations

import logging
from datetime import timedelta
from threading import Event

from sqlalchemy.exc import OperationalError

from api import idempotency
from base import jobs
from base.database import reading, stored, unit_of_work
from base.errors import InvalidParameter
from base.mail import to_folder, to_server
from enrollment.files.notices import KINDS, Post, deliver_next
from enrollment.files.sweep import Swept, sweep
from enrollment.money.expiring import expire, overdue
from parcours.wiring import House

SWEEP_SECONDS = 10.0  # deadlines are midnights: what is late by seconds was already refused by the act itself
NOTICE_SECONDS = 2.0
RESTED, NEWS = timedelta(minutes=10), timedelta(days=3)  # of notices that could not be delivered
PRUNED_EVERY = 360  # sweeps, an hour
_log = logging.getLogger(__name__)


def keep_deadlines(house: House, stop: Event) -> None:
    turn = 0
    while not stop.is_set():
        try:
            sweep_files(house)
            if turn % PRUNED_EVERY == 0:
                expire_rights(house)
                with unit_of_work(house.database) as conn:
                    idempotency.prune(conn, house.wall())
        except OperationalError:
            _log.warning("La base est occupée ; les échéances reprendront.", exc_info=True)
        turn += 1
        stop.wait(SWEEP_SECONDS)


def sweep_files(house: House) -> Swept:
    swept = sweep(house.database, house.desk, house.clock())
    if swept.events:
        _log.info("Dossiers : %d échéances appliquées à %d dossiers.", swept.events, swept.files)
    return swept


def expire_rights(house: House) -> int:
    """Pots past their last day, some hundreds a transaction; how many."""
    with reading(house.database) as conn:
        if not overdue(conn, house.clock()):
            return 0
    expired = 0
    while (done := stored(house.database, lambda conn: expire(conn, house.clock()))) > 0:
        expired += done
    return expired


def send_notices(house: House, post: Post, stop: Event, name: str) -> None:
    revived_at = house.wall()
    while not stop.is_set():
        try:
            if house.wall() >= revived_at + RESTED:
                revived_at = house.wall()
                revive_notices(house)
            if deliver_next(house.database, post, house.settings.mail_from, house.wall, name):
                continue
        except OperationalError:
            _log.warning("La base est occupée ; les avis reprendront.", exc_info=True)
        stop.wait(NOTICE_SECONDS)


def revive_notices(house: House) -> int:
    """What failed while the mail server was away is sent after all, as long as it is still news; how many."""
    with unit_of_work(house.database) as conn:
        return jobs.revive(conn, house.wall(), kinds=KINDS, rested=RESTED, younger=NEWS)


def post_of(house: House) -> Post:
    url = house.settings.mail_url
    if not url:
        return to_folder(house.settings.mail_dir)
    try:
        return to_server(url)
    except ValueError as error:
        raise InvalidParameter(
            "PARCOURS_MAIL_URL", "PARCOURS_MAIL_URL : smtp://, smtp+starttls:// ou smtps://, puis le serveur."
        ) from error
