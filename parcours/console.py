"""What commands print: progress on standard error, results on standard output, one line for an error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)
for _console in (out, err):
    if not _console.is_terminal:
        _console.width = 10_000  # a pipe has none, and rich's 80 cuts amounts in two

Json = Annotated[bool, typer.Option("--json", help="Réponse en JSON, pour les programmes.")]


Reporter = Callable[[str, int, int], None]  # a phase, how much is done, of how much (0 = unknown)


@contextmanager
def progress_bars() -> Iterator[Reporter]:
    """One bar a phase, on standard error; nothing when it is not a terminal."""
    columns = (TextColumn("{task.description:<28}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def report(phase: str, done: int, total: int) -> None:
            if phase not in tasks:
                tasks[phase] = bars.add_task(phase, total=total or None)
            bars.update(tasks[phase], completed=done, total=total or None)

        yield report


def print_json(content: Any) -> None:
    print(orjson.dumps(content, default=str, option=orjson.OPT_INDENT_2).decode())


def number(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def counted(value: int, one: str, many: str) -> str:
    """In French nothing and one are both singular."""
    return f"{number(value)} {one if value < 2 else many}"
