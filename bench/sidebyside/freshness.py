"""A change, until it is searchable, while fifty questions a second are asked: from its commit to the first answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from base.clock import fixed_clock
from base.database import open_database, reading, unit_of_work
from base.ids import training_id
from bench.build import gone
from bench.questions import Pairs
from bench.sidebyside.contenders import Refused, over_http
from bench.synthetic import generate
from bench.towns import towns
from catalog.records import TrainingRecord
from catalog.store import marks
from catalog.store.write import put_trainings

ASKED_PER_S, CLIENTS = 50, 5
LOOKED_EVERY_S = 0.02
LOST_S = 30.0
CHEAP_CENTS = 50  # nothing else costs so little


def measure_freshness(
    label: str, folder: Path, port: int, size: str, asked: Sequence[Pairs], today: date, seed: int, changes: int
) -> tuple[dict[str, object], list[float]]:
    """A service with a worker stands on the folder. What was changed is put back."""
    database = open_database(f"sqlite:///{folder / 'parcours.db'}")
    with reading(database) as conn:
        removed = set(gone(sorted(marks.versions(conn))))
    originals = list(_chosen(generate(size, towns(), today, seed), removed, changes))
    now = fixed_clock(today)()
    call = over_http(port)
    waited: list[float] = []
    with _asked(port, asked) as answered:
        began = time.monotonic()
        for record in originals:
            cheap = replace(record, offers=tuple(replace(each, price_cents=CHEAP_CENTS) for each in record.offers))
            with unit_of_work(database) as conn:
                put_trainings(conn, [cheap], submission=None, now=now)
            committed = time.monotonic()
            _until(lambda: call(_cheap(record)), wanted=True)  # noqa: B023
            waited.append(time.monotonic() - committed)
        per_second = len(answered) / (time.monotonic() - began)
    with unit_of_work(database) as conn:
        put_trainings(conn, originals, submission=None, now=now)
    _until(lambda: call(_cheap(originals[-1])), wanted=False)
    p50, p99 = np.percentile(waited, [50, 99])
    told: dict[str, object] = {"label": f"{label}: change to searchable", "n": len(waited)}
    told |= {"p50_s": round(float(p50), 3), "p99_s": round(float(p99), 3), "asked_per_s": round(per_second, 1)}
    p50, p99 = np.percentile(answered or [0.0], [50, 99])
    return told | {"meanwhile_p50_ms": round(float(p50), 1), "meanwhile_p99_ms": round(float(p99), 1)}, waited


def _chosen(records: Iterator[TrainingRecord], removed: set[int], count: int) -> Iterator[TrainingRecord]:
    """One of each organisation, so that each is recognised by itself."""
    seen: set[str] = set()
    for record in records:
        siret = record.organisation.siret
        if siret not in seen and training_id(siret, record.numero) not in removed:
            seen.add(siret)
            yield record
            if len(seen) == count:
                return


def _cheap(record: TrainingRecord) -> Pairs:
    audience = [("audience", "jobseeker")]  # the widest: no offer is hidden from it
    return [("organisation", record.organisation.siret), ("price_max", "1"), ("limit", "1"), *audience]


def _until(look: Any, *, wanted: bool) -> None:
    end = time.monotonic() + LOST_S
    while bool(look()["total"]) is not wanted:
        if time.monotonic() > end:
            raise RuntimeError(f"a change was not searchable after {LOST_S:.0f} s")
        time.sleep(LOOKED_EVERY_S)


@contextmanager
def _asked(port: int, asked: Sequence[Pairs]) -> Iterator[list[float]]:
    """Milliseconds of the questions that are asked meanwhile, from the moment each was due."""
    answered: list[float] = []
    stop = threading.Event()

    def client(number: int) -> None:
        call, due = over_http(port), time.monotonic() + number / ASKED_PER_S
        at = number
        while not stop.wait(max(0.0, due - time.monotonic())):
            with suppress(Refused):  # counts with the time it was waited for
                call(asked[at % len(asked)])
            answered.append((time.monotonic() - due) * 1000)
            due, at = due + CLIENTS / ASKED_PER_S, at + CLIENTS

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        stop.set()
        for thread in threads:
            thread.join()
