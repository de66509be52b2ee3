"""What ``parcours demo`` prints to play its story again goes, line by line as printed, to the file for the bank."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from lxml import etree

from tests.kernels import COMPILED
from tests.parcours.conftest import Run
from tests.parcours.prepared import DAY
from tests.parcours.service import until

ROOT = Path(__file__).parents[2]


class Reader:
    """Who copies the lines into terminals: the service in one, the rest in another."""

    def __init__(self, printed: str, port: int) -> None:
        lines = printed[printed.index("La refaire") :].splitlines()
        self.steps = {
            title.strip().split(".")[0]: line.strip() for title, line in zip(lines[2::2], lines[3::2], strict=False)
        }
        self.file = self.version = ""
        self.address = f"http://127.0.0.1:{port}"
        self.service: subprocess.Popen[bytes] | None = None

    def serve(self, line: str) -> None:
        self.stop()
        self.service = subprocess.Popen(["bash", "-c", f"exec env {self._here(line)}"], cwd=ROOT)
        until(self._ready, "ready")

    def stop(self) -> None:
        if self.service is not None:
            self.service.terminate()
            self.service.wait()

    def type(self, step: str) -> str:
        line = self._here(self.steps[step]).replace("DOSSIER", self.file).replace("VERSION", self.version)
        line = line.replace("curl ", "curl -sS --fail-with-body ", 1)
        done = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def told(self, step: str) -> Any:
        return json.loads(self.type(step))

    def state(self) -> str:
        held = {"Authorization": shlex.split(self.steps["4"])[2].split(": ")[1]}
        answer = httpx.get(f"{self.address}/api/v1/enrollments/{self.file}", headers=held)
        return str(answer.json()["state"]["value"])

    def _here(self, line: str) -> str:
        return line.replace(".venv/bin/parcours", f"{shlex.quote(sys.executable)} -m parcours")

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/readyz").status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture
def reader(parcours: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    monkeypatch.setenv("PARCOURS_COMPILED_DIR", str(COMPILED))
    told = parcours("demo", "--no-serve", "--port", str(port), data=tmp_path)
    assert told.status == 0, told.err
    reader = Reader(told.out, port)
    yield reader
    reader.stop()


def test_the_story_is_played_again_to_the_end_by_the_lines_that_are_printed(reader: Reader, tmp_path: Path) -> None:
    reader.serve(re.sub(r"PARCOURS_TODAY=\S+", f"PARCOURS_TODAY={DAY}", reader.steps["5"]))
    asked = reader.told("1")
    reader.file, reader.version = asked["id"], asked["terms_in_force"]
    reader.type("2")
    reader.type("3")
    until(lambda: reader.told("4")["payments"][0]["page_url"] is not None, "page")
    page = reader.told("4")["payments"][0]["page_url"]
    assert httpx.post(page, data={"action": "carte", "carte": "4242 4242 4242 4242"}).status_code == 303
    until(lambda: reader.state() == "accepted", "order")
    reader.serve(reader.steps["5"])
    reader.type("6")
    reader.serve(reader.steps["7"])
    reader.type("8")
    reader.type("9")
    reader.serve(reader.steps["10"])
    until(lambda: reader.state() == "serviceDoneValidated", "validated")
    reader.type("11")
    assert "1 organisme payé" in reader.type("12")
    assert etree.parse(tmp_path / "demo" / "virements-demo-2.xml").findtext(".//{*}InstdAmt") == "890.00"
    assert asked["plan"]["card_cents"] == 740_00
