"""``python -m bench.sizing [RESULTS.json ...]``: disk, memory, cores and shards from what was measured.

Inputs are read from the JSON that ``python -m bench`` and ``python -m bench.sidebyside`` write, where it holds them;
else they are those of docs/performance.md; each can be given by hand. An input that nobody measured stays unknown, and
so does what depends on it.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

FRANCE_OFFERS = 500_000
FRANCE_PEAK = 100.0  # questions a second
SCALES = (1, 3, 10)

BUSY = 0.6  # share of a core that questions may take: beyond it waits grow faster than what is answered
COPIES = 3  # of an index on disk: the served one, the one kept, the one being built
SHARD_GB = 20.0  # Elastic advises 10 to 50; a smaller one moves to another node in minutes
HEAP_PER_SHARD_GB = 1.0
LEAST_HEAP_GB, MOST_HEAP_GB = 2.0, 31.0  # above 31 GB Java's pointers double
_GB = 1e9


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one engine. ``None`` = not measured."""

    name: str
    index_bytes: float | None  # an offer, payload included
    database_bytes: float | None  # an offer with its sessions and texts
    cpu_ms: float | None  # a full question at N, the service and the engine together
    build_offers_per_s: float | None  # of one core


# docs/performance.md: 351 bytes and a payload of 1,400; 437 questions/s of one worker; 10.5 CPU s for S.
# The database of S takes 140 MB.
EMBEDDED = Measured("embedded", 1_751, 1_403, 1000 / 437, 9_500)
ELASTICSEARCH = Measured("elasticsearch", None, 1_403, None, None)


@dataclass(frozen=True, slots=True)
class Sized:
    offers: int
    peak: float
    index_gb: float | None  # one copy
    disk_gb: float | None  # of all indexes, replicas included
    database_gb: float | None
    memory_gb: float | None  # of all machines: the index held by the system's cache, processes, heap
    cores: float | None  # of all machines, at the peak
    shards: int | None
    rebuild_minutes: float | None


def sized(measured: Measured, scale: float, replicas: int) -> Sized:
    offers, peak = round(FRANCE_OFFERS * scale), FRANCE_PEAK * scale
    clustered = measured.name == "elasticsearch"
    index = _times(measured.index_bytes, offers / _GB)
    held = 1 + (replicas if clustered else 0)
    shards = (max(1, math.ceil(index / SHARD_GB)) if clustered else 1) if index is not None else None
    cores = _times(measured.cpu_ms, peak / 1000 / BUSY)
    return Sized(
        offers=offers,
        peak=peak,
        index_gb=index,
        disk_gb=_times(index, COPIES - 1 + held if clustered else COPIES),
        database_gb=_times(measured.database_bytes, offers / _GB),
        memory_gb=None if index is None else index * held + _processes_gb(clustered, shards or 1, held),
        cores=cores,
        shards=shards,
        rebuild_minutes=None if measured.build_offers_per_s is None else offers / measured.build_offers_per_s / 60,
    )


def _processes_gb(clustered: bool, shards: int, held: int) -> float:
    """Beside the index: 0.5 GB a service and a worker; on a cluster the heap of each of ``held`` nodes."""
    if not clustered:
        return 1.0
    return 1.0 + held * min(MOST_HEAP_GB, max(LEAST_HEAP_GB, HEAP_PER_SHARD_GB * shards))


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def read(measured: Measured, rows: Iterable[dict[str, Any]]) -> Measured:
    """With what results hold of this engine; the last row that tells something counts, the largest size first."""
    found = measured
    for row in rows:
        label = str(row.get("label", "")).lower()
        if measured.name not in label:
            continue
        if label.startswith("build") and "index_mb" in row and (size := _offers_of(label)):
            found = replace(found, index_bytes=row["index_mb"] * (1 << 20) / size)
            if row.get("cpu_s"):
                found = replace(found, build_offers_per_s=size / row["cpu_s"])
        if label.startswith("full n") and "cpu_s_per_1000" in row:
            found = replace(found, cpu_ms=float(row["cpu_s_per_1000"]))
    return found


def _offers_of(label: str) -> int:
    return {"s": 100_000, "n": 500_000, "l": 1_000_000}.get(label.removeprefix("build ").partition(",")[0].strip(), 0)


def table(measured: Measured, replicas: int) -> str:
    names = {
        "offers": "offers",
        "peak": "questions/s at peak",
        "index_gb": "one index, GB",
        "disk_gb": "disk for indexes, GB",
        "database_gb": "database, GB",
        "memory_gb": "memory, GB",
        "cores": f"cores at {BUSY:.0%}",
        "shards": "shards",
        "rebuild_minutes": "rebuild on one core, minutes",
    }
    found = [sized(measured, scale, replicas) for scale in SCALES]
    lines = [f"{measured.name:<30}" + "".join(f"{f'{scale}x France':>14}" for scale in SCALES)]
    lines += [
        f"{told:<30}" + "".join(f"{_told(getattr(each, name)):>14}" for each in found) for name, told in names.items()
    ]
    return "\n".join(lines)


def _told(value: float | None) -> str:
    if value is None:
        return "not measured"
    return f"{value:,.0f}" if value >= 100 or float(value).is_integer() else f"{value:.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.sizing", description=__doc__)
    parser.add_argument("results", nargs="*", type=Path)
    parser.add_argument("--engine", choices=("embedded", "elasticsearch"), default="embedded")
    parser.add_argument("--replicas", type=int, default=1)
    inputs = [each.name for each in fields(Measured) if each.name != "name"]
    for name in inputs:
        parser.add_argument(f"--{name.replace('_', '-')}", type=float)
    given = parser.parse_args(arguments)
    measured = EMBEDDED if given.engine == "embedded" else ELASTICSEARCH
    for path in given.results:
        measured = read(measured, json.loads(path.read_text())["rows"])
    by_hand = {name: getattr(given, name) for name in inputs if getattr(given, name) is not None}
    measured = replace(measured, **by_hand)
    print(table(measured, given.replicas))
    print("\nfrom: " + ", ".join(f"{name} {_told(getattr(measured, name))}" for name in inputs))


if __name__ == "__main__":
    main()
