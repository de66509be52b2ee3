"""Both Java nodes with the same heap, keeping their data from one run to the next, and ``parcours serve``."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.http import free_loopback_port, wait_until_ready
from bench.opensearch.node import node as opensearch_node
from bench.sidebyside.processes import Tree
from tests.servers import elasticsearch
from tests.servers.place import free_port, hand_over
from tests.servers.running import running

HEAP = "2g"


@dataclass(frozen=True, slots=True)
class Nodes:
    elasticsearch_url: str
    elasticsearch: Tree
    opensearch_url: str
    opensearch: Tree


@contextmanager
def opensearch(folder: Path) -> Iterator[tuple[str, Tree]]:
    folder.mkdir(parents=True, exist_ok=True)
    hand_over(folder)
    with opensearch_node(folder, HEAP) as (address, pid):
        tree = Tree(pid)
        try:
            yield address, tree
        finally:
            tree.wake()


@contextmanager
def elasticsearch_node(folder: Path) -> Iterator[tuple[str, Tree]]:
    folder.mkdir(parents=True, exist_ok=True)
    hand_over(folder)
    for made_anew in ("config", "tmp", "logs"):
        shutil.rmtree(folder / made_anew, ignore_errors=True)
    port = free_port()
    launch = elasticsearch.own(port, folder)
    (folder / "config" / "jvm.options.d" / "heap.options").write_text(f"-Xms{HEAP}\n-Xmx{HEAP}\n")
    ready, seconds = elasticsearch.ready, elasticsearch.READY_SECONDS
    with running("Elasticsearch", launch, folder / "out.log", lambda: ready(port), seconds) as pid:
        tree = Tree(pid)
        try:
            yield elasticsearch.address(port), tree
        finally:
            tree.wake()


@contextmanager
def serving(folder: Path, today: date, *, worker: bool, **settings: str) -> Iterator[tuple[int, Tree]]:
    """Port and processes of the service on a data folder."""
    port = free_loopback_port()
    environment = {
        **os.environ,
        "PARCOURS_DATA_DIR": str(folder),
        "PARCOURS_TODAY": today.isoformat(),
        "PARCOURS_WORKER": "1" if worker else "0",
        **settings,
    }
    command = [str(Path(sys.executable).parent / "parcours"), "serve", "--port", str(port)]
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        wait_until_ready(port)
        yield port, Tree(server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)
