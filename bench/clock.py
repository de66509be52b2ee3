"""Timing: warm until stable, then wall and CPU time of each call, and what a table shows of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

STABLE = 0.03  # two rounds whose medians differ by less are warm
MAX_WARM_ROUNDS = 12


@dataclass(slots=True)
class Samples:
    label: str
    wall_ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)

    def row(self) -> dict[str, float | str | int]:
        wall = np.array(self.wall_ms)
        p50, p95, p99 = np.percentile(wall, [50, 95, 99])
        return {
            "label": self.label,
            "n": len(wall),
            "p50_ms": round(float(p50), 3),
            "p95_ms": round(float(p95), 3),
            "p99_ms": round(float(p99), 3),
            "max_ms": round(float(wall.max()), 3),
            "cpu_s_per_1000": round(float(np.mean(self.cpu_ms)), 3) if self.cpu_ms else 0.0,
            "median_total": int(np.median(self.totals)) if self.totals else 0,
        }


def warm(call: Callable[[int], object], size: int) -> int:
    """Rounds of ``size`` calls until the median is stable; how many calls it took."""
    previous = 0.0
    for number in range(1, MAX_WARM_ROUNDS + 1):
        times = []
        for index in range(size):
            start = time.perf_counter()
            call(index)
            times.append(time.perf_counter() - start)
        median = float(np.median(times))
        if previous and abs(median - previous) < STABLE * previous:
            return number * size
        previous = median
    return MAX_WARM_ROUNDS * size


def measure(label: str, call: Callable[[int], object], indexes: Sequence[int]) -> Samples:
    samples = Samples(label)
    for index in indexes:
        cpu, wall = time.process_time_ns(), time.perf_counter_ns()
        call(index)
        samples.wall_ms.append((time.perf_counter_ns() - wall) / 1e6)
        samples.cpu_ms.append((time.process_time_ns() - cpu) / 1e6)
    return samples


def noise_floor(rounds: int = 2000) -> Samples:
    """The same fixed work again and again: what the machine alone adds."""
    data = np.arange(20_000, dtype=np.float64)

    def call(_: int) -> int:
        return int(np.sqrt(data).sum())

    warm(call, 200)
    return measure("noise floor (fixed work)", call, range(rounds))
