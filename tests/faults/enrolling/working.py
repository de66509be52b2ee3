"""The worker that is killed: what ``parcours worker`` does for files, without its pauses, so that a kill meets it."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from threading import Thread

from sqlalchemy.exc import OperationalError

from enrollment.files.notices import deliver_next
from enrollment.payments import refunds
from parcours.filing import expire_rights, post_of, sweep_files
from parcours.paying import counter_of, work_next
from parcours.wiring import House

_PAUSE_SECONDS = 0.02
_log = logging.getLogger(__name__)


def work(house: House) -> None:
    """Until it is killed."""
    name, post, counter = f"worker-{os.getpid()}", post_of(house), counter_of(house)
    turns: tuple[Callable[[], object], ...] = (
        lambda: sweep_files(house).events,
        lambda: deliver_next(house.database, post, house.settings.mail_from, house.wall, name),
        lambda: work_next(counter, name),
        lambda: refunds.sweep(house.database, house.clock(), house.wall()) or expire_rights(house),
    )
    threads = [Thread(target=_turn, args=(turn,)) for turn in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _turn(turn: Callable[[], object]) -> None:
    while True:
        try:
            if turn():
                continue
        except OperationalError:
            _log.warning("La base est occupée.", exc_info=True)
        time.sleep(_PAUSE_SECONDS)
