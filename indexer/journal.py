"""What is done to an index: by one at a time, and written down."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine as Database

from base import audit, leases
from base.clock import Clock
from base.database import unit_of_work
from search.engines.contract import Engine


class Action(StrEnum):
    REBUILD_BEGUN = "rebuild-begun"
    REBUILD_SWAPPED = "rebuild-swapped"
    REBUILD_REFUSED = "rebuild-refused"  # the new index failed a check
    REBUILD_FAILED = "rebuild-failed"
    ROLLED_BACK = "rolled-back"
    PRUNED = "pruned"
    LEVELLED = "levelled"  # an index that was away has what it missed
    LOCK_TAKEN_OVER = "lock-taken-over"  # of an owner that stopped without giving it back
    LOCK_BROKEN = "lock-broken"
    DAMAGE_FOUND = "damage-found"
    DAMAGE_MENDED = "damage-mended"


def subject(engine: Engine) -> str:
    """Of the log, and name of the lock."""
    return f"index {engine.name}"


def this_process() -> str:
    return f"processus {os.getpid()} sur {socket.gethostname()}"


class Journal:
    """The log of one index, with one actor's name."""

    def __init__(self, database: Database, engine: Engine, clock: Clock, actor: str = "") -> None:
        self.actor = actor or this_process()
        self._database, self._clock, self._subject = database, clock, subject(engine)

    def note(self, action: Action, **detail: Any) -> None:
        with unit_of_work(self._database) as conn:
            now = self._clock()
            audit.note(conn, at=now, actor=self.actor, action=action.value, subject=self._subject, **detail)

    @contextmanager
    def alone(self) -> Iterator[leases.Keeper]:
        """``LeaseHeld`` while somebody else changes which index is served."""
        with unit_of_work(self._database) as conn:
            now = self._clock()
            lease, before = leases.take(conn, self._subject, self.actor, now)
            if before:
                detail = {"owner": before.owner, "since": before.taken_at.isoformat()}
                action = Action.LOCK_TAKEN_OVER.value
                audit.note(conn, at=now, actor=self.actor, action=action, subject=self._subject, **detail)
        with leases.keeping(self._database, lease, self._clock) as keeper:
            yield keeper
