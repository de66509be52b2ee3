"""Rebuilds are swapped while questions are asked: none fails, and answers come from the old index, then the new one.

``python -m tests.faults.swap [--seconds 60] [--engine elasticsearch|embedded] [--catalogue FILE]``: the catalogue (by
default the real offers of ``PARCOURS_SHARED``) goes into a folder of its own, ``parcours serve`` answers 20 questions a
second over HTTP, and ``parcours reindex`` runs again and again.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from threading import Event, Thread
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from indexer.rebuild import rebuild
from parcours.beside import environment
from parcours.importing import import_into
from parcours.settings import Settings
from parcours.wiring import House
from search.engines.elasticsearch import ElasticsearchEngine
from tests.faults.asking import PATIENCE_SECONDS, Answer, ask
from tests.servers.bring import brought
from tests.servers.place import free_port

A_SECOND = 20.0
WARMED = 10  # times that each question is asked before
READY_SECONDS = 120.0
SEEN_SECONDS = 2.0  # a process looks for another index twice a second
REAL = "data/offers/rco_catalogue_apprentissage_2020-11.csv.gz"
_WORDS = (
    "comptabilité",
    "soudure",
    "boulanger",
    "anglais",
    "vente",
    "maintenance",
    "cuisine",
    "gestion",
    "bac pro",
    "",
)
_HOMES = ("Lyon", "Paris", "Rennes", "")


def questions() -> list[str]:
    asked = [{"q": words, "home": home, "limit": "1", "facets": "1"} for words in _WORDS for home in _HOMES]
    return [urlencode({name: value for name, value in each.items() if value}) for each in asked]


@dataclass
class Report:
    answers: list[Answer]
    builds: list[str]  # served one after another
    swapped: list[tuple[float, float]]  # when each reindex began and ended
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        seconds = sorted(each.seconds for each in self.answers)
        by_build = Counter(self._build(each) for each in self.answers if each.generation)
        lasted = [ended - began for began, ended in self.swapped]
        return "\n".join(
            (
                f"{len(self.answers)} questions asked, {sum(bool(each.failure) for each in self.answers)} failed; "
                f"median {median(seconds) * 1e3:.0f} ms, p99 {seconds[int(len(seconds) * 0.99)] * 1e3:.0f} ms, "
                f"slowest {seconds[-1] * 1e3:.0f} ms",
                f"{len(self.swapped)} swaps, a rebuild took {median(lasted):.1f} s (median, the command as a whole)",
                f"failed while nothing was rebuilt: {sum(self._idle(each) for each in self.answers if each.failure)}",
                "answers by index: " + ", ".join(str(by_build[build]) for build in self.builds),
                *self.problems,
            )
        )

    def _idle(self, answer: Answer) -> bool:
        return not any(began <= answer.ended and answer.due <= ended for began, ended in self.swapped)

    def check(self) -> Report:
        self.problems += [f"failed: {each.question}: {each.failure}" for each in self.answers if each.failure][:5]
        self.problems += self._order()
        totals = defaultdict(set)
        for each in self.answers:
            if not each.failure:
                totals[each.question].add(each.total)
        self.problems += [f"{question}: totals {found}" for question, found in totals.items() if len(found) > 1]
        return self

    def _order(self) -> Iterator[str]:
        """The old one, then the new one, and never back."""
        known = {build: place for place, build in enumerate(self.builds)}
        told = [(each.due, each.ended, known[self._build(each)]) for each in self.answers if each.generation]
        for place, (began, ended) in enumerate(self.swapped):
            if any(which > place for _, end, which in told if end < began):
                yield f"swap {place + 1}: answers from an index that was not there yet"
            late = [which for due, _, which in told if due > ended + SEEN_SECONDS]
            if any(which <= place for which in late):
                yield f"swap {place + 1}: answers from the old index after the new one was served"
        if missing := set(range(len(self.builds))) - {which for _, _, which in told}:
            yield f"indexes that answered nothing: {missing}"

    def _build(self, answer: Answer) -> str:
        """A generation is a number and a build's letters (embedded), or a build and a point in time."""
        letters = answer.generation.rpartition("-")[2]
        return next(
            name for name in self.builds if answer.generation.startswith(f"{name}~") or name.endswith(f"-{letters}")
        )


def swaps(settings: Settings, files: Sequence[Path], seconds: float, a_second: float = A_SECOND) -> Report:
    """Whole rebuilds until the time is over, one at least."""
    house = House(settings)
    for path in files:
        import_into(house, path)
    rebuild(house.database, house.engine, clock=house.wall)
    builds, swapped, over = [house.engine.builds()[0].name], [], Event()

    def swap() -> None:
        until = time.monotonic() + seconds
        try:
            while not swapped or time.monotonic() < until:
                time.sleep(SEEN_SECONDS)  # questions meet each index alone, too
                began = time.monotonic()
                command = [sys.executable, "-m", "parcours", "reindex", "--engine", settings.engine]
                subprocess.run(command, env=environment(settings), check=True, stdout=subprocess.DEVNULL)
                swapped.append((began, time.monotonic()))
                builds.append(house.engine.builds()[0].name)
            time.sleep(SEEN_SECONDS * 2)
        finally:
            over.set()

    with serving(settings) as address:
        _warm(address)
        swapping = Thread(target=swap)
        swapping.start()
        answers = asyncio.run(ask(address, questions(), a_second, over.is_set))
        swapping.join()
    if isinstance(house.engine, ElasticsearchEngine):
        house.engine.delete_everything()
        house.engine.close()
    house.database.dispose()
    return Report(answers, builds, swapped).check()


def _warm(address: str) -> None:
    """A JVM that has just begun is not what is looked at; whether it answers is."""
    for question in questions() * WARMED:
        with suppress(HTTPError), urlopen(f"{address}/api/v1/offers?{question}", timeout=PATIENCE_SECONDS) as answer:
            answer.read()


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """Address of a service that is ready."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "parcours", "serve", "--port", str(port)]
    service = subprocess.Popen(command, env=environment(settings), stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + READY_SECONDS
        while not _ready(address):
            if service.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the service does not get ready")
            time.sleep(0.1)
        yield address
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(timeout=60)


def _ready(address: str) -> bool:
    try:
        with urlopen(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def settings_of(engine: str, folder: Path) -> Iterator[Settings]:
    """Of a house of its own; Elasticsearch as ``tests/servers`` finds or brings it."""
    with ExitStack() as stack:
        url = stack.enter_context(brought("elasticsearch")) if engine == "elasticsearch" else ""
        yield Settings(
            data_dir=folder,
            database_url="",
            engine=engine,  # type: ignore[arg-type]
            elasticsearch_url=url,
            elasticsearch_prefix=f"swap-{os.getpid()}",
            today=None,
        )


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.faults.swap", description=__doc__)
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--engine", choices=("elasticsearch", "embedded"), default="elasticsearch")
    asked.add_argument("--catalogue", type=Path, default=Path(os.environ.get("PARCOURS_SHARED", "../shared")) / REAL)
    given = asked.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="parcours-swap-") as folder,
        settings_of(given.engine, Path(folder)) as settings,
    ):
        report = swaps(settings, [given.catalogue], given.seconds)
    print(f"{given.engine}, {given.catalogue.name}, {A_SECOND:.0f} questions a second:\n{report}")
    return 1 if report.problems else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    sys.exit(main())
