"""Signs of progress of long work."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]  # what is being done (French, for a progress bar), done, of how many


def silent(what: str, done: int, total: int) -> None:
    pass
