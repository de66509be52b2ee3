"""The service as it is started: ready, fed, stopped, killed. Real processes, waiting on conditions."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from parcours.demo import Prepared
from parcours.wiring import House
from tests.parcours.prepared import sample_house
from tests.parcours.service import PATIENCE, Service, until


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


def test_a_letter_that_is_not_written_for_an_address_is_refused_in_our_words(service: Service) -> None:
    port = int(service.address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall("GET /api/v1/offers?q=comptabilité HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(4096), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"content-type: application/problem+json" in head.lower()
    told = json.loads(body)
    assert (told["status"], told["code"]) == (400, "bad-request")
    assert "comptabilit%C3%A9" in told["detail"]


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


def test_who_reads_that_it_listens_is_answered(prepared: tuple[House, Prepared]) -> None:
    started = Service(prepared[0].settings.data_dir)
    try:
        assert started.process.stderr
        said = next(line for line in started.process.stderr if "écoute sur" in line)
        assert started.address in said
        assert httpx.get(f"{started.address}/healthz", timeout=PATIENCE).status_code == 200
    finally:
        started.process.terminate()
        started.process.communicate()
