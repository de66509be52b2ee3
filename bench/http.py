"""The same full questions over HTTP: one worker on core 0, the client on core 1, keep-alive connections."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import orjson

from base.clock import fixed_clock
from bench.clock import Samples
from bench.questions import askable_words, questions
from bench.synthetic import vocabulary
from bench.towns import towns
from search.engines.embedded.engine import EmbeddedEngine

START_SECONDS = 60


def measure_http(folder: Path, count: int, today: date, seed: int) -> Iterator[tuple[Samples, float]]:
    lexicon = EmbeddedEngine(folder / "index", fixed_clock(today)).snapshot().lexicon
    asked = questions("full", count, towns(), askable_words(vocabulary(), lexicon), today, seed)
    requests = [_request(urlencode(pairs)) for pairs in asked]
    port = free_loopback_port()
    environment = {
        **os.environ,
        "PARCOURS_DATA_DIR": str(folder),
        "PARCOURS_TODAY": today.isoformat(),
        "PARCOURS_WORKER": "0",
    }
    command = ["taskset", "-c", "0", str(Path(sys.executable).parent / "parcours"), "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(port)
        os.sched_setaffinity(0, {1})
        for clients in (1, 16):
            asyncio.run(_load(port, requests[:300], clients))
            samples = Samples(f"full S, HTTP, {clients} client{'s' if clients > 1 else ''}")
            start = time.perf_counter()
            samples.wall_ms = asyncio.run(_load(port, requests, clients))
            yield samples, round(len(requests) / (time.perf_counter() - start), 1)
    finally:
        os.sched_setaffinity(0, {0})
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def _request(query: str) -> bytes:
    return f"GET /api/v1/offers?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


async def _load(port: int, requests: list[bytes], clients: int) -> list[float]:
    times: list[float] = []
    queue = iter(requests)

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in queue:
            start = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode("latin-1"))
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            times.append((time.perf_counter() - start) * 1000)
        writer.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    return times


async def get_json(port: int, address: str) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode("latin-1"))
    return orjson.loads(body)


def free_loopback_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz") as response:
                if response.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the service did not become ready")
