"""Who may write: one process or thread at a time publishes, and files of a build in progress are nobody's leftovers.

Both are locks of the system on a file, which end with the process that holds them, however it ends.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_MARK = ".building"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Waits until no other process or thread writes; a process that dies lets go."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "writer.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def building(folder: Path, build: str) -> Iterator[None]:
    """Files that carry ``-build`` in their name are left alone by every sweep until the block ends."""
    path = folder / f"{build}{_MARK}"
    with ExitStack() as held:
        with writing(folder):  # or a sweep could find the mark before its lock
            mark = held.enter_context(path.open("wb"))
            fcntl.flock(mark, fcntl.LOCK_EX)
        held.callback(path.unlink, missing_ok=True)
        yield


def builds_in_progress(folder: Path) -> list[str]:
    """Under the writer's lock. Marks that a dead process left are taken away."""
    found = []
    for path in folder.glob(f"*{_MARK}"):
        with path.open("rb") as mark:
            try:
                fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                found.append(path.stem)
            else:
                path.unlink(missing_ok=True)
    return found
