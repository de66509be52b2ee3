"""Servers live as long as the command they were started for, however it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.servers.bring import variable
from tests.servers.place import Absent
from tests.servers.postgresql import fetch
from tests.skipping import skip_or_fail

pytestmark = [pytest.mark.postgresql, pytest.mark.slow]

NAME = variable("postgresql")
# Says the address, then waits to be ended.
WAITING = f"import os, sys; print(os.environ['{NAME}'], flush=True); sys.stdin.read(); sys.exit(7)"
PATIENCE_SECONDS = 60


def started() -> tuple[subprocess.Popen[str], str]:
    """The program with a server of its own, and the server's address."""
    try:
        fetch()
    except Absent as absent:
        skip_or_fail(str(absent))
    environment = {name: value for name, value in os.environ.items() if name != NAME}
    command = [sys.executable, "-m", "tests.servers", "run", "postgresql", "--", sys.executable, "-c", WAITING]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def listens(address: str) -> bool:
    parts = urlsplit(address)
    try:
        socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=5).close()
    except OSError:
        return False
    return True


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_command_has_a_server_of_its_own_and_its_status_is_handed_on() -> None:
    process, address = started()
    with process:
        assert listens(address)
        process.communicate()  # its input ends, so it does
    assert process.returncode == 7
    assert not listens(address)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_leaves_no_server_behind(by: signal.Signals) -> None:
    process, address = started()
    with process:
        assert listens(address)
        process.send_signal(by)
        process.wait(PATIENCE_SECONDS)
    until(lambda: not listens(address))
