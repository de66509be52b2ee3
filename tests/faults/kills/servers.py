"""Servers that may be killed and started again on what they had stored."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType

import psutil

from tests.servers import elasticsearch, postgresql
from tests.servers.place import Absent, free_port, on_disk, run_folder
from tests.servers.running import Launch, running

LEFT_SECONDS = 20.0  # a dead PostgreSQL's children hold its memory for a moment
_PAUSE_SECONDS = 0.05


class Server:
    def __init__(self, name: str, module: ModuleType, launch: Launch, folder: Path, port: int) -> None:
        self.name, self.address = name, str(module.address(port))
        self._module, self._launch, self._folder, self._port = module, launch, folder, port
        self._running = ExitStack()
        self._starts = 0
        self.pid = 0

    def start(self) -> None:
        """Ready when it returns."""
        until = time.monotonic() + LEFT_SECONDS
        while True:
            self._starts += 1
            log = self._folder / f"out-{self._starts}.log"
            ready: Callable[[], bool] = lambda: self._module.ready(self._port)  # noqa: E731
            try:
                server = running(self.name, self._launch, log, ready, self._module.READY_SECONDS)
                self.pid = self._running.enter_context(server)
                return
            except Absent:
                if time.monotonic() > until:
                    raise
                time.sleep(_PAUSE_SECONDS)

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """The whole of it at once; with another signal its first process alone, which ends the others."""
        first = psutil.Process(self.pid)
        processes = [first, *first.children(recursive=True)]
        for each in processes if number == signal.SIGKILL else processes[:1]:
            try:
                each.send_signal(number)
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(processes, timeout=LEFT_SECONDS)
        self._running.close()

    def stop(self) -> None:
        self._running.close()


@contextmanager
def killable_elasticsearch() -> Iterator[Server]:
    with run_folder("kills-elasticsearch", elasticsearch.runs()) as folder:
        port = free_port()
        yield from _served(Server("elasticsearch", elasticsearch, elasticsearch.own(port, folder), folder, port))


@contextmanager
def killable_postgresql() -> Iterator[Server]:
    """On disk and with every promise kept: what it has committed must be there after a kill."""
    with run_folder("kills-postgresql", on_disk()) as folder:
        port = free_port()
        yield from _served(Server("postgresql", postgresql, postgresql.own(port, folder, ()), folder, port))


def _served(server: Server) -> Iterator[Server]:
    try:
        server.start()
        yield server
    finally:
        server.stop()
