"""Processes that may be killed at any instant. A nursery has made the application once and forks them from it, so that
a start takes a moment instead of seconds; they share nothing but the database, the clock and the files on disk."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NoReturn

from parcours.settings import Settings
from tests.faults.enrolling.serving import prepared, serve
from tests.faults.enrolling.working import work

_PR_SET_PDEATHSIG = 1
_FORKS = get_context("forkserver")  # the harness has threads: nothing is forked from it
_FORKS.set_forkserver_preload([__name__])


class Nursery:
    def __init__(self, settings: Settings, clock: Path) -> None:
        self._door, other = _FORKS.Pipe()
        self._process = _FORKS.Process(target=_nurse, args=(other, settings, clock), daemon=True)
        self._process.start()
        other.close()

    def start(self, name: str) -> int:
        """Its process id; ``service`` or ``worker``."""
        return int(self._asked("start", name))

    def kill(self, name: str) -> None:
        self._asked("kill", name)

    def fallen(self) -> list[str]:
        """Who ended though nobody killed it."""
        return list(self._asked("fallen", ""))

    def close(self) -> None:
        """Its children die with it."""
        self._process.kill()
        self._process.join()

    def _asked(self, what: str, name: str) -> Any:
        self._door.send((what, name))
        return self._door.recv()


def _nurse(door: Connection, settings: Settings, clock: Path) -> None:
    _die_with_parent()
    house, app = prepared(settings, clock)
    children: dict[str, int] = {}
    with suppress(EOFError):
        while True:
            what, name = door.recv()
            if what == "fallen":
                door.send([each for each, pid in children.items() if os.waitpid(pid, os.WNOHANG)[0]])
            elif what == "kill":
                pid = children.pop(name)
                os.kill(pid, signal.SIGKILL)
                door.send(os.waitpid(pid, 0))
            else:
                house.database.dispose()  # a child opens connections of its own
                pid = os.fork()
                if pid == 0:
                    _live(partial(serve, house, app) if name == "service" else partial(work, house))
                children[name] = pid
                door.send(pid)


def _live(life: Callable[[], None]) -> NoReturn:
    _die_with_parent()
    try:
        life()
    except BaseException:
        traceback.print_exc()
        logging.shutdown()
    os._exit(1)


def _die_with_parent() -> None:
    """Whatever ends the harness ends what it started."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
