"""The service as it is started: ready, fed, stopped, killed. Real processes, waiting on conditions."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from parcours.demo import Prepared
from parcours.wiring import House
from tests.kernels import COMPILED
from tests.parcours.prepared import DAY, sample_house

PATIENCE = 60.0


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        time.sleep(0.05)


class Service:
    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {**os.environ, "PARCOURS_DATA_DIR": str(folder), "PARCOURS_TODAY": DAY.isoformat()}
        environment["PARCOURS_COMPILED_DIR"] = str(COMPILED)
        environment.pop("PARCOURS_WORKER", None)
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


@pytest.fixture
def prepared(tmp_path: Path) -> tuple[House, Prepared]:
    return sample_house(tmp_path / "data")


@pytest.fixture
def service(prepared: tuple[House, Prepared]) -> Iterator[Service]:
    service = Service(prepared[0].settings.data_dir)
    try:
        until(service.ready, "ready")
        yield service
    finally:
        service.process.kill()
        service.process.wait()
        assert service.process.stderr is not None
        service.process.stderr.close()


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_what_an_organisation_sends_to_a_running_service_becomes_searchable(
    service: Service, prepared: tuple[House, Prepared]
) -> None:
    sample = prepared[1]
    changed = sample.example.read_bytes().replace(b"</intitule-formation>", b" zorglub</intitule-formation>", 1)
    address = f"{service.address}/api/v1/organisations/{sample.siret}/catalogue"
    assert service.total("zorglub") == 0
    headers = {"Authorization": f"Bearer {sample.key}"}
    sent = httpx.post(address, content=changed, headers=headers)
    assert sent.status_code == 202
    until(lambda: service.total("zorglub") > 0, "searchable")
    until(
        lambda: httpx.get(service.address + sent.headers["location"], headers=headers).json()["state"] == "done", "done"
    )


def test_pages_and_api_are_served_together(service: Service) -> None:
    page = httpx.get(f"{service.address}/", params={"q": "boulanger", "home": "Lyon"})
    assert page.status_code == 200
    assert "text/html" in page.headers["content-type"]
    lost = httpx.get(f"{service.address}/nulle-part", headers={"Accept": "text/html"})
    assert lost.status_code == 404
    assert "text/html" in lost.headers["content-type"]
    assert httpx.get(f"{service.address}/api/v1/nulle-part").headers["content-type"] == "application/problem+json"


def test_a_stopped_service_takes_its_worker_along(service: Service) -> None:
    worker = service.worker()
    assert worker is not None
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(timeout=PATIENCE) == 0
    assert gone(worker)


def test_a_killed_service_leaves_no_worker_behind(service: Service) -> None:
    worker = service.worker()
    assert worker is not None
    service.process.kill()
    until(lambda: gone(worker), "worker gone")


def test_a_worker_that_falls_is_started_again(service: Service) -> None:
    worker = service.worker()
    assert worker is not None
    worker.kill()
    until(lambda: (new := service.worker()) is not None and new.pid != worker.pid, "another worker")
