"""The worker beside a service: started with it, started again when it falls, gone when it goes."""

from __future__ import annotations

import logging
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from parcours.beside import command, environment
from parcours.settings import Settings

RESTART_SECONDS = 2.0
LEAVE_SECONDS = 30.0  # a batch of an import is committed well within
_log = logging.getLogger(__name__)


@contextmanager
def worker_beside(settings: Settings) -> Iterator[None]:
    stop = Event()
    child = _start(settings)
    current = [child]
    watch = Thread(target=_keep_up, args=(settings, current, stop), name="worker-watch", daemon=True)
    watch.start()
    try:
        yield
    finally:
        stop.set()
        watch.join(timeout=RESTART_SECONDS * 2)
        _end(current[0])


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command("worker", "--parent", str(os.getpid())), env=environment(settings))


def _keep_up(settings: Settings, current: list[subprocess.Popen[bytes]], stop: Event) -> None:
    while not stop.wait(RESTART_SECONDS):
        status = current[0].poll()
        if status is not None:
            _log.error("Le worker s'est arrêté (%s) ; il est relancé.", status)
            current[0] = _start(settings)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.terminate()
    try:
        child.wait(timeout=LEAVE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()  # what it had not committed is taken up again by the next worker
        child.wait()
