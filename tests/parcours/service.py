"""``parcours serve`` as a process, with its worker."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil

from tests.kernels import COMPILED
from tests.parcours.prepared import DAY

PATIENCE = 60.0


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)


class Service:
    def __init__(self, folder: Path, **settings: str) -> None:
        """``settings``: ``engine="elasticsearch"`` is ``PARCOURS_ENGINE``."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {**os.environ, "PARCOURS_DATA_DIR": str(folder), "PARCOURS_TODAY": DAY.isoformat()}
        environment["PARCOURS_COMPILED_DIR"] = str(COMPILED)
        environment.pop("PARCOURS_WORKER", None)
        environment.update({f"PARCOURS_{name.upper()}": value for name, value in settings.items()})
        command = [sys.executable, "-m", "parcours", "serve", "--port", str(port)]
        self.process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        self.address = f"http://127.0.0.1:{port}"

    def ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz").status_code == 200
        except httpx.TransportError:
            assert self.process.poll() is None
            return False

    def worker(self) -> psutil.Process | None:
        children = psutil.Process(self.process.pid).children()
        living = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
        return next((child for child in living if "worker" in child.cmdline()), None)

    def total(self, words: str) -> int:
        return int(httpx.get(f"{self.address}/api/v1/offers", params={"q": words}).json()["total"])
