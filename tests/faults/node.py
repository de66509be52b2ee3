"""An Elasticsearch node of a test's own: killed, frozen and started again on the same address and data."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

from tests.servers import elasticsearch
from tests.servers.place import Absent, free_port, run_folder
from tests.servers.running import running
from tests.skipping import skip_or_fail

_NONE: Mapping[str, str] = MappingProxyType({})


class Node:
    def __init__(self, folder: Path, settings: Mapping[str, str], version: str) -> None:
        self._port = free_port()
        self._folder = folder
        self._launch = elasticsearch.own(self._port, folder, settings, version, heap="512m")
        self._up = ExitStack()
        self._pid = 0

    @property
    def address(self) -> str:
        return elasticsearch.address(self._port)

    def start(self) -> None:
        ready, log = lambda: elasticsearch.ready(self._port), self._folder / "out.log"
        self._pid = self._up.enter_context(running("elasticsearch", self._launch, log, ready, 180))

    def kill(self) -> None:
        """As a power cut would: the launcher and the server it started."""
        os.killpg(self._pid, signal.SIGKILL)
        self._up.close()

    def freeze(self) -> None:
        """Connections are taken and nothing is answered."""
        os.killpg(self._pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self._pid, signal.SIGCONT)

    def close(self) -> None:
        self._up.close()


@contextmanager
def a_node(
    name: str = "elasticsearch-faults", settings: Mapping[str, str] = _NONE, version: str = elasticsearch.VERSION
) -> Iterator[Node]:
    """Started."""
    with run_folder(name, elasticsearch.runs()) as folder:
        try:
            node = Node(folder, settings, version)
            node.start()
        except Absent as absent:
            skip_or_fail(str(absent))
        try:
            yield node
        finally:
            node.close()
