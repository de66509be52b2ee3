"""A server as a child of this process: it is ready before it is used and never outlives the one who started it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.place import Absent, is_root, unprivileged_user

STOP_SECONDS = 30
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Launch:
    """How to start a server in the foreground."""

    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    unprivileged: bool = False  # leave root before it starts
    stop: signal.Signals = signal.SIGTERM


@contextmanager
def running(name: str, launch: Launch, log: Path, ready: Callable[[], bool], seconds: float) -> Iterator[int]:
    """Process id of a server that answers; it is stopped at the end, however that comes."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            launch.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **launch.environment},
            cwd="/",
            start_new_session=True,  # Ctrl-C is for the tests; the servers are stopped after them
            preexec_fn=dying_with_us(launch.stop),
            **({"user": unprivileged_user(), "group": _group(), "extra_groups": []} if _leaves(launch) else {}),  # type: ignore[call-overload]
        )
    try:
        _wait(name, process, log, ready, seconds)
        yield process.pid
    finally:
        _stop(process, launch.stop)


def _leaves(launch: Launch) -> bool:
    return launch.unprivileged and is_root()


def _group() -> int:
    import pwd

    return pwd.getpwnam(unprivileged_user()).pw_gid


def dying_with_us(stop: signal.Signals) -> Callable[[], None] | None:
    """Linux tells the child when we are killed (or the thread that started it ends). Set after the change of user,
    which would undo it."""
    if not sys.platform.startswith("linux"):
        return None
    libc, us = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, stop)
        if os.getppid() != us:
            os._exit(1)

    return ask


def _wait(name: str, process: subprocess.Popen[bytes], log: Path, ready: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None:
            raise Absent(f"{name} stopped with status {process.returncode}:\n{_tail(log)}")
        if time.monotonic() > until:
            raise Absent(f"{name} was not ready after {seconds:.0f} s:\n{_tail(log)}")
        time.sleep(0.1)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def _stop(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    if process.poll() is not None:
        return
    process.send_signal(stop)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
