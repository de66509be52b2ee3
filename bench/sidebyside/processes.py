"""Processes that are measured: where they run, whether they run, what they have used."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

ENGINE_CORE, CLIENT_CORE = 0, 1


@dataclass(frozen=True, slots=True)
class Tree:
    """A process and its children."""

    pid: int

    def processes(self) -> list[psutil.Process]:
        root = psutil.Process(self.pid)
        return [root, *root.children(recursive=True)]

    def pin(self, cores: Collection[int]) -> None:
        """Every thread; those to come inherit it."""
        for process in self.processes():
            for thread in process.threads():
                os.sched_setaffinity(thread.id, cores)

    def pause(self) -> None:
        self._send(signal.SIGSTOP)

    def wake(self) -> None:
        self._send(signal.SIGCONT)

    def cpu_s(self) -> float:
        times = [process.cpu_times() for process in self.processes()]
        return float(sum(each.user + each.system for each in times))

    def peak_mb(self) -> int:
        return sum(_peak_kb(process.pid) for process in self.processes()) // 1024

    def _send(self, which: signal.Signals) -> None:
        for process in self.processes():
            process.send_signal(which)


def cpu_s(trees: Iterable[Tree]) -> float:
    return sum(tree.cpu_s() for tree in trees)


def busy_s() -> float:
    """CPU seconds that the whole machine has spent, whoever asked for them."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq + times.steal)


def _peak_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0])
