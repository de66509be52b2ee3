"""Stripe's own mock of its API: the official image, or its Go module built with the machine's Go.

It checks requests against Stripe's description of its API and answers with examples; it remembers nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tests.servers.place import Absent, alone, apt_install, cache, on_disk, say
from tests.servers.running import Launch

VERSION = "v0.203.0"
MODULE = "github.com/stripe/stripe-mock"
READY_SECONDS = 60


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


runs = on_disk


def docker(port: int) -> Launch:
    image = f"stripe/stripe-mock:{VERSION}"
    return Launch(("docker", "run", "--rm", "-p", f"127.0.0.1:{port}:12111", image, "-http-port", "12111"))


def own(port: int, folder: Path) -> Launch:
    return Launch((str(fetch()), "-http-addr", f"127.0.0.1:{port}"))


def ready(port: int) -> bool:
    return answers(address(port))


def answers(url: str) -> bool:
    try:
        urlopen(f"{url}/v1/charges", timeout=5).close()
    except HTTPError as refusal:  # without a key: it is there
        refusal.close()
        return refusal.code == 401
    except (URLError, OSError):
        return False
    return True


def fetch() -> Path:
    """The program, built once."""
    program = cache() / f"stripe-mock-{VERSION}" / "stripe-mock"
    with alone("stripe-mock"):
        if not program.exists():
            _build(program.parent)
    return program


def _build(folder: Path) -> None:
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin:/usr/lib/go/bin")
    if go is None:
        apt_install("golang-go")
        go = shutil.which("go")
    if go is None:
        raise Absent("Stripe's mock is built with Go, which is not here")
    say(f"Building {MODULE} {VERSION} (Go) ...")
    done = subprocess.run(
        [go, "install", f"{MODULE}@{VERSION}"],
        env={**os.environ, "GOBIN": str(folder)},
        cwd="/",
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Absent(f"go install {MODULE}: {done.stderr.strip()[-500:]}")
