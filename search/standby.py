"""An index of another engine that stands in for one that does not answer: complete, some minutes old, and said to be.

The engine is asked first, always: it answers as soon as it is back, and a cursor of the standby is then as good as one
of an index that is no longer served. What keeps the standby up to date is in ``indexer.standby``.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from base.clock import PARIS, Clock
from base.errors import Gone, ParcoursError, Unavailable
from search.engines.contract import Engine, Health

_AS_OF = "as-of"
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class StoodIn:
    """What an answer of the standby says of itself."""

    engine: str
    as_of: datetime  # every change committed before is in it
    age_seconds: int

    @property
    def text(self) -> str:
        return (
            "Le moteur de recherche ne répond pas : cette réponse vient d'un index de secours, à jour le "
            f"{self.as_of.astimezone(PARIS):%d/%m/%Y à %H h %M}. Les changements plus récents n'y sont pas."
        )

    def told(self) -> dict[str, Any]:
        return {
            "engine": self.engine,
            "as_of": self.as_of.isoformat(),
            "age_seconds": self.age_seconds,
            "text": self.text,
        }


class Standby:
    def __init__(self, engine: Engine, folder: Path, clock: Clock) -> None:
        """``folder``: of its index, whose age stands in a file there."""
        self.engine = engine
        self.answers = 0  # that it gave in this process
        self._as_of, self._clock = folder / _AS_OF, clock
        self._counting = Lock()

    def state(self) -> StoodIn | None:
        """``None`` until a first index is complete."""
        try:
            as_of = datetime.fromisoformat(self._as_of.read_text())
        except (OSError, ValueError):
            return None
        return StoodIn(self.engine.name, as_of, max(0, int((self._clock() - as_of).total_seconds())))

    def up_to_date(self, as_of: datetime) -> None:
        new = self._as_of.with_name(f"{_AS_OF}.{os.getpid()}")
        new.write_text(as_of.isoformat())
        new.replace(self._as_of)

    def withdraw(self) -> None:
        """It answers nothing any more, until it is brought up to date again."""
        self._as_of.unlink(missing_ok=True)

    def count(self) -> None:
        with self._counting:
            self.answers += 1


def answered(
    ask: Callable[[Engine, StoodIn | None], Result], engine: Engine, standby: Standby | None
) -> tuple[Result, StoodIn | None]:
    """What the engine answers, or else the standby; the engine's own error where neither can. ``ask`` is given who is
    asked, and what its answer must say of itself."""
    try:
        return ask(engine, None), None
    except ParcoursError as error:
        stood_in = None if standby is None else standby.state()
        if standby is None or stood_in is None or not _leaves_unanswered(engine, error):
            raise
        try:
            told = ask(standby.engine, stood_in)
        except ParcoursError as other:
            if _unavailable(other):
                raise error from other
            raise
    standby.count()
    return told, stood_in


def health_of(engine: Engine, standby: Standby | None) -> tuple[Health, StoodIn | None]:
    """Of whichever answers now."""
    health = engine.health()
    stood_in = None if health.ready or standby is None else standby.state()
    if standby is not None and stood_in is not None:
        other = standby.engine.health()
        if other.ready:
            return other, stood_in
    return health, None


def _leaves_unanswered(engine: Engine, error: ParcoursError) -> bool:
    """A cursor of the standby is gone for an engine whether it is there or not: so it is asked."""
    if not isinstance(error, Gone):
        return _unavailable(error)
    try:
        engine.snapshot().count()
    except ParcoursError as other:
        return _unavailable(other)
    return False


def _unavailable(error: ParcoursError) -> bool:
    return error.status == Unavailable.status
