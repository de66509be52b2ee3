"""PostgreSQL: the official image, or a cluster of our own made with the machine's programs.

Nothing that these clusters hold is worth a flush to disk: they are emptied with the test run.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
from pathlib import Path
from signal import SIGINT

from tests.servers.place import Absent, alone, apt_install, in_memory, is_root, unprivileged_user
from tests.servers.running import Launch

USER = "parcours"
IMAGE = "postgres:17"
READY_SECONDS = 60
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = ("max_connections=200", "shared_buffers=128MB")


def address(port: int) -> str:
    return f"postgresql://{USER}@127.0.0.1:{port}/postgres"


def runs() -> Path:
    """A database for a test is some 300 files: made in 20 ms in memory, in 350 ms on a disk."""
    return in_memory(4 << 30)


def docker(port: int) -> Launch:
    options = [part for setting in (*FAST, *SETTINGS) for part in ("-c", setting)]
    trusting = ("-e", "POSTGRES_HOST_AUTH_METHOD=trust", "-e", f"POSTGRES_USER={USER}")
    command = (
        "docker",
        "run",
        "--rm",
        "-p",
        f"127.0.0.1:{port}:5432",
        *trusting,
        "--tmpfs",
        "/var/lib/postgresql/data",
    )
    return Launch((*command, IMAGE, *options))


def own(port: int, folder: Path, promises: tuple[str, ...] = FAST) -> Launch:
    """``promises``: settings on what a commit is worth; none where the server is killed to see what it kept."""
    programs = fetch()
    data = folder / "data"
    made = ["--pgdata", str(data), "--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-sync"]
    user = {"user": unprivileged_user(), "extra_groups": []} if is_root() else {}
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(  # type: ignore[call-overload]
        [str(programs / "initdb"), *made], env=environment, cwd="/", capture_output=True, text=True, **user
    )
    if done.returncode:
        raise Absent(f"initdb failed: {done.stderr.strip()[-500:]}")
    settings = ("listen_addresses=127.0.0.1", f"port={port}", "unix_socket_directories=", *promises, *SETTINGS)
    options = [part for setting in settings for part in ("-c", setting)]
    # SIGINT: connections are cut and the server ends at once, in good order.
    return Launch((str(programs / "postgres"), "-D", str(data), *options), unprivileged=True, stop=SIGINT)


def ready(port: int) -> bool:
    """Answers the protocol's question whether it speaks TLS: without a driver, and only once it listens."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as door:
            door.sendall(struct.pack("!ii", 8, 80877103))
            if door.recv(1) not in (b"N", b"S"):
                return False
    except OSError:
        return False
    return _takes_connections(port)


def fetch() -> Path:
    """Folder of the newest server programs; installed when there are none."""
    with alone("postgresql"):
        found = _programs()
        if found is None:
            apt_install("postgresql")
            found = _programs()
    if found is None:
        raise Absent("PostgreSQL's server programs (initdb, postgres) are not here: install postgresql")
    return found


def _programs() -> Path | None:
    on_path = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    candidates = [*installed[::-1], *([Path(on_path).resolve().parent] if on_path else [])]
    return next(
        (folder for folder in candidates if (folder / "initdb").exists() and (folder / "postgres").exists()), None
    )


def _takes_connections(port: int) -> bool:
    """A start-up message gets an authentication request, and "the database system is starting up" before that."""
    words = b"user\0" + USER.encode() + b"\0database\0postgres\0\0"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as door:
            door.sendall(struct.pack("!ii", 8 + len(words), 196608) + words)
            return door.recv(1) == b"R"
    except OSError:
        return False
