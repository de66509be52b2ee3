"""In this order: an address given in the environment, Docker where its engine answers, the machine's own means."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import ModuleType

from tests.servers import elasticsearch, postgresql, stripe_mock
from tests.servers.place import free_port, run_folder, say
from tests.servers.running import running

SERVERS: dict[str, ModuleType] = {"elasticsearch": elasticsearch, "postgresql": postgresql, "stripe": stripe_mock}


def variable(name: str) -> str:
    """Of the environment, that holds the server's address."""
    return f"PARCOURS_TEST_{name.upper()}"


@cache
def docker_answers() -> bool:
    if not shutil.which("docker"):
        return False
    try:
        return subprocess.run(["docker", "info"], capture_output=True, timeout=20).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def prepare(name: str) -> str:
    """Fetch what the server needs; a line on how it will be had."""
    if given := os.environ.get(variable(name)):
        return f"{name}: given, {given}"
    if docker_answers():
        images = ("elasticsearch:", "postgres:", "stripe/")
        return f"{name}: by Docker, {next(word for word in SERVERS[name].docker(0).command if word.startswith(images))}"
    return f"{name}: with this machine's own means, {SERVERS[name].fetch()}"


@contextmanager
def brought(name: str) -> Iterator[str]:
    """Address of a running server; stopped at the end unless it was given."""
    if given := os.environ.get(variable(name)):
        say(f"{name}: given, {given}")
        yield given
        return
    server = SERVERS[name]
    port = free_port()
    with run_folder(name, server.runs()) as folder:
        by_docker = docker_answers()
        launch = server.docker(port) if by_docker else server.own(port, folder)
        said = "by Docker" if by_docker else "with this machine's own means"
        say(f"{name}: starting {said} ...")
        with running(name, launch, folder / "out.log", lambda: server.ready(port), server.READY_SECONDS) as pid:
            say(f"{name}: {server.address(port)} (process {pid})")
            yield str(server.address(port))
