"""Interleaved rounds: every contender is asked the same questions in turn, until there are enough or time is up."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.questions import Pairs
from bench.sidebyside.contenders import BREAK_S, Contender, Refused
from bench.sidebyside.processes import CLIENT_CORE, ENGINE_CORE, Tree, busy_s, cpu_s

ROUND = 20  # questions of a contender before the next one's turn
SETTLING = 5  # asked first in each turn, untimed: sleeping processes and cold caches are nobody's merit


@dataclass(slots=True)
class Measured:
    contender: str
    wall_ms: list[float] = field(default_factory=list)
    took_ms: list[float] = field(default_factory=list)
    cpu_s: float = 0.0
    lasted_s: float = 0.0
    refused: int = 0
    others_s: float = 0.0  # CPU that neither the measured nor this process used meanwhile

    def row(self, label: str) -> dict[str, object]:
        p50, p95, p99 = np.percentile(self.wall_ms, [50, 95, 99])
        told: dict[str, object] = {
            "label": f"{label}, {self.contender}",
            "n": len(self.wall_ms),
            "p50_ms": round(float(p50), 2),
            "p95_ms": round(float(p95), 2),
            "p99_ms": round(float(p99), 2),
            "cpu_s_per_1000": round(self.cpu_s / len(self.wall_ms) * 1000, 2),
            "others_cores": round(self.others_s / self.lasted_s, 2),  # near 0 on a quiet machine
        }
        if self.refused:
            told["refused"] = self.refused
        if self.took_ms:
            told |= _beside_took(np.array(self.wall_ms), np.array(self.took_ms))
        return told


def _beside_took(wall: np.ndarray[tuple[int], np.dtype[np.float64]], took: object) -> dict[str, object]:
    took = np.asarray(took)
    told: dict[str, object] = {}
    for name, values in (("took", took), ("overhead", wall - took)):
        p50, p99 = np.percentile(values, [50, 99])
        told |= {f"{name}_p50_ms": round(float(p50), 2), f"{name}_p99_ms": round(float(p99), 2)}
    return told


def warm(contender: Contender, asked: Sequence[Pairs], count: int, seconds: float) -> int:
    """How many were asked: ``count``, fewer where time ends."""
    end = time.monotonic() + seconds
    for number in range(count):
        contender.patiently(asked[number % len(asked)])
        if time.monotonic() > end:
            return number + 1
    return count


def measure(
    contenders: Sequence[Contender], nodes: Sequence[Tree], asked: Sequence[Pairs], count: int, seconds: float
) -> list[Measured]:
    """``nodes`` are stopped while others are measured. At most ``count`` questions each, at least two rounds."""
    measured = [Measured(each.name) for each in contenders]
    for node in nodes:
        node.pin({ENGINE_CORE})
    for contender in contenders:
        for server in contender.servers:
            server.pin({ENGINE_CORE})
    gc.collect()
    gc.freeze()
    end, number = time.monotonic() + seconds, 0
    try:
        while number * ROUND < count and (number < 2 or time.monotonic() < end):
            part = [asked[at % len(asked)] for at in range(number * ROUND, (number + 1) * ROUND)]
            for turn in range(len(contenders)):
                at = (turn + number) % len(contenders)
                _round(contenders[at], measured[at], nodes, part)
            number += 1
    finally:
        for node in nodes:
            node.wake()
        os.sched_setaffinity(0, {CLIENT_CORE})
        gc.unfreeze()
    return measured


def _round(contender: Contender, into: Measured, nodes: Sequence[Tree], part: Sequence[Pairs]) -> None:
    for node in nodes:
        node.wake() if node in contender.servers else node.pause()
    os.sched_setaffinity(0, {contender.core})
    for pairs in part[-SETTLING:]:
        contender.patiently(pairs)
    if contender.took:
        contender.took()
    gc.collect(0)
    used, own, busy, began = cpu_s(contender.servers), time.process_time(), busy_s(), time.monotonic()
    for pairs in part:
        start = time.perf_counter_ns()
        refused = False
        try:
            contender.call(pairs)
        except Refused:  # it counts with the time it was waited for: an answer would have come later still
            refused = True
        into.wall_ms.append((time.perf_counter_ns() - start) / 1e6)
        if refused:
            into.refused += 1
            time.sleep(BREAK_S)
        if contender.took:
            into.took_ms.append(contender.took())
    used, own = cpu_s(contender.servers) - used, time.process_time() - own
    into.cpu_s += used + own if contender.own else used
    into.others_s += max(0.0, busy_s() - busy - used - own)
    into.lasted_s += time.monotonic() - began
