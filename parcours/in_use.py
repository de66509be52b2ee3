"""Who uses the data of a demonstration: what runs is never emptied.

A lock of the system on the file that marks the folder. Every process that works there shares it; it ends with them,
however they end.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from base.errors import Conflict

MARKER = ".parcours-demo"  # only a folder that a demonstration made is ever emptied


def use(folder: Path, user: object) -> Callable[[], object]:
    """``user`` works in this folder as long as it lives, or until it calls what is given back. Nothing where no
    demonstration made it."""
    try:
        marker = os.open(folder / MARKER, os.O_RDONLY)
    except OSError:
        return lambda: None
    leave = weakref.finalize(user, os.close, marker)
    fcntl.flock(marker, fcntl.LOCK_SH)
    return leave


def refuse_in_use(folder: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        marker = os.open(folder / MARKER, os.O_RDWR)
        try:
            _alone(marker, folder)
        finally:
            os.close(marker)


@contextmanager
def emptied(folder: Path, note: str = "") -> Iterator[None]:
    """An empty folder that is in use until the block is left; ``Conflict`` when it is already, or is nobody's to empty.
    ``note``: told to who wants it meanwhile."""
    if folder.exists() and not (folder / MARKER).exists() and any(folder.iterdir()):
        raise Conflict(
            f"{folder} n'est pas vide et n'est pas une démonstration : choisissez un autre PARCOURS_DATA_DIR."
        )
    folder.mkdir(parents=True, exist_ok=True)
    marker = os.open(folder / MARKER, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _alone(marker, folder)
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != MARKER:
                path.unlink()
        os.truncate(marker, 0)
        os.write(marker, note.encode())
        fcntl.flock(marker, fcntl.LOCK_SH)  # a service and its worker use it too
        yield
    finally:
        os.close(marker)


def _alone(marker: int, folder: Path) -> None:
    try:
        fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        note = os.pread(marker, 200, 0).decode(errors="replace")
        raise Conflict(
            f"Un programme en cours se sert de {folder}{f' (démonstration lancée sur {note})' if note else ''} : rien "
            "n'est effacé. Utilisez-le, ou arrêtez-le (Ctrl-C) avant de recommencer ; pour deux démonstrations à la "
            "fois, donnez à chacune son PARCOURS_DATA_DIR et son PARCOURS_PORT."
        ) from None
