"""Where servers are kept and run: a cache outside the repository, a throw-away folder a run, a user who is not root."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "parcours-servers"  # neither server starts as root


class Absent(Exception):
    """A server that this machine cannot have; the message says what would help."""


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def is_root() -> bool:
    return os.geteuid() == 0


def cache() -> Path:
    """``PARCOURS_CACHE``, else a folder that the unprivileged user can read too."""
    given = os.environ.get("PARCOURS_CACHE")
    if given:
        folder = Path(given)
    elif is_root():
        folder = Path("/var/cache/parcours")
    else:
        folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parcours"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


@contextmanager
def alone(name: str) -> Iterator[None]:
    """One process at a time: two test runs may start together on a machine that has nothing yet."""
    with (cache() / f".{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def on_disk() -> Path:
    return cache() / "run"


def in_memory(bytes_needed: int) -> Path:
    """On the machine's RAM disk where it has the room, else on disk."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= bytes_needed:
        return memory / "parcours-servers"
    return on_disk()


@contextmanager
def run_folder(name: str, runs: Path) -> Iterator[Path]:
    """An empty folder of this process that the server's user may write to; those of dead processes go too."""
    runs.mkdir(exist_ok=True)
    for left in runs.iterdir():
        owner = left.name.rpartition("-")[2]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists() and Path("/proc").is_dir():
            shutil.rmtree(left, ignore_errors=True)
    folder = runs / f"{name}-{os.getpid()}"
    folder.mkdir()
    hand_over(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def hand_over(path: Path) -> None:
    if is_root():
        shutil.chown(path, unprivileged_user())


def unprivileged_user() -> str:
    """Made when it does not exist; only asked for by root."""
    try:
        pwd.getpwnam(USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER], check=True)
    return USER


def free_port(first: int = 0, last: int = 0) -> int:
    """A loopback port that nobody listens on; within [first, last] where the server wants that."""
    for port in range(first, last + 1) if last else (0,):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Absent(f"no free port between {first} and {last}")


def apt_install(*packages: str) -> None:
    if not shutil.which("apt-get"):
        raise Absent(f"install {' '.join(packages)}: there is no apt-get here")
    sudo = [] if is_root() else ["sudo", "-n"]
    say(f"Installing {', '.join(packages)} (Debian) ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run([*sudo, *command], env=environment, capture_output=True, text=True)
        if done.returncode:
            raise Absent(f"{' '.join(command)} failed: {done.stderr.strip()[-500:]}")


def maven_copy(artifact: str, folder: Path) -> Path:
    """The one file of an artifact (``group:name:version:type``), fetched into ``folder``."""
    say(f"Fetching {artifact} (Maven) ...")
    _maven("copy", f"-Dartifact={artifact}", f"-DoutputDirectory={folder}", folder=folder)
    name, version, kind = artifact.split(":")[1:4]
    return folder / f"{name}-{version}.{kind}"


def maven_dependencies(project: Path, folder: Path) -> Path:
    """A folder in ``folder`` with everything that a project depends on."""
    say(f"Fetching what {project} names (Maven) ...")
    jars = folder / "jars"
    _maven("copy-dependencies", "-f", str(project), f"-DoutputDirectory={jars}", folder=folder)
    return jars


def _maven(goal: str, *options: str, folder: Path) -> None:
    if not shutil.which("mvn"):
        apt_install("maven")
    command = ["mvn", "-B", "-q", f"org.apache.maven.plugins:maven-dependency-plugin:3.8.1:{goal}", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Absent(f"Maven failed ({' '.join(options)}): {(done.stdout + done.stderr).strip()[-500:]}")
