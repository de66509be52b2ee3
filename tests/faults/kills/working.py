"""A worker of the embedded engine that merges a hundred times earlier: a small catalogue goes through every merge."""

from __future__ import annotations

import os
import signal
from threading import Event

from parcours.settings import Settings
from parcours.wiring import House
from parcours.working import work
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded.writer import Merging

EARLY = Merging(delta_most=20)


def main() -> None:
    house = House(Settings())
    house.engine = EmbeddedEngine(house.settings.index_dir, house.clock, EARLY)
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    work(house, stop, name=f"worker-{os.getpid()}")


if __name__ == "__main__":
    main()
